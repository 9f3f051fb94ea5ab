import Model

/// What bonds share with the rest of the file: names and interfaces have one owner.
extension FileDraft {
  func reportSharedMembers(_ findings: inout Findings) {
    let bonds = bonds?.value ?? []
    guard !bonds.isEmpty else { return }
    reportNames(of: bonds, &findings)
    var owners: [String: Owner] = [:]
    for uplink in uplinks?.value ?? [] {
      owners[uplink.name.value] = Owner("is uplink", uplink.name)
    }
    for uplink in uplinks?.value ?? [] {
      guard let interface = uplink.value?.interface?.value.text else { continue }
      owners[interface] = Owner("is the interface of uplink", uplink.name)
    }
    for bond in bonds { owners[bond.name.value] = Owner("is bond", bond.name) }
    for bond in bonds {
      for member in bond.value?.members?.value ?? [] {
        let text = member.value.text
        if let owner = owners[text] {
          findings.report(
            owner.place.value == bond.name.value && owner.place.value != text
              ? "\(text.shown) stands in bond \(bond.name.value.shown) twice; once is enough"
              : "\(text.shown) \(owner.shown), so it cannot be a member of bond "
                + bond.name.value.shown,
            at: member.position)
        } else {
          owners[text] = Owner("is a member of bond", bond.name)
        }
      }
    }
  }

  private struct Owner {
    let relation: String
    let place: Placed<String>

    init(_ relation: String, _ place: Placed<String>) {
      self.relation = relation
      self.place = place
    }

    var shown: String { "\(relation) \(place.value.shown) (line \(place.position.line))" }
  }

  /// `status` and `switch` name a bond as they name a group; what one leads to by itself has names of
  /// its own.
  private func reportNames(of bonds: [Named<BondDraft>], _ findings: inout Findings) {
    for bond in bonds {
      let name = bond.name.value
      if let group = entry(name, in: groups) {
        findings.report(
          "bond \(name.shown) has the name of a group (line \(group.name.position.line)); "
            + "rename the group", at: bond.name.position)
      }
      if bond.leadsItself, let uplink = entry(name, in: uplinks) {
        findings.report(
          "bond \(name.shown) has a `gateway`, so it is an uplink of its name, as is another "
            + "(line \(uplink.name.position.line)); rename that", at: bond.name.position)
      } else if bond.leadsItself, let uplink = uplink(by: name) {
        findings.report(
          "bond \(name.shown) has a `gateway`, and uplink \(uplink.name.value.shown) leads by it, too (line "
            + "\(uplink.name.position.line)); let one of them have it", at: bond.name.position)
      }
    }
    guard let bond = bonds.first(where: \.leadsItself) else { return }
    for name in Family.allCases.map({ Configuration.nameOfWay($0).text }) {
      guard let group = entry(name, in: groups) else { continue }
      findings.report(
        "bond \(bond.name.value.shown) has a `gateway`, and group \(name.shown) is its way; rename "
          + "the other", at: group.name.position)
    }
  }

  private func uplink(by interface: String) -> Named<UplinkDraft>? {
    uplinks?.value.first { $0.value?.interface?.value.text == interface }
  }

  private func entry<Draft>(
    _ name: String, in section: Placed<[Named<Draft>]>?
  ) -> Named<Draft>? {
    section?.value.first { $0.name.value == name }
  }
}

extension Named<BondDraft> {
  fileprivate var leadsItself: Bool { !(value?.gateways?.value.isEmpty ?? true) }
}
