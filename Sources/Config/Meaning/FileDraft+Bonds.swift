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

  /// What a bond leads to by itself has names of its own.
  private func reportWays(of bonds: [Named<BondDraft>], _ findings: inout Findings) {
    let leading = bonds.filter { !($0.value?.gateways?.value.isEmpty ?? true) }
    for bond in leading {
      guard let uplink = uplinks?.value.first(where: { $0.name.value == bond.name.value }) else {
        continue
      }
      findings.report(
        "bond \(bond.name.value.shown) has a `gateway`, so it is an uplink of its name, as is another "
          + "(line \(uplink.name.position.line)); rename that", at: bond.name.position)
    }
    guard let bond = leading.first else { return }
    for family in Family.allCases {
      let name = Configuration.nameOfWay(family).text
      guard let group = groups?.value.first(where: { $0.name.value == name }) else { continue }
      findings.report(
        "bond \(bond.name.value.shown) has a `gateway`, and group \(name.shown) is its way; rename "
          + "the other", at: group.name.position)
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

  /// `status` and `switch` name a bond as they name a group.
  private func reportNames(of bonds: [Named<BondDraft>], _ findings: inout Findings) {
    for bond in bonds {
      guard let group = groups?.value.first(where: { $0.name.value == bond.name.value }) else {
        continue
      }
      findings.report(
        "bond \(bond.name.value.shown) has the name of a group (line \(group.name.position.line)); "
          + "rename the group", at: bond.name.position)
    }
    reportWays(of: bonds, &findings)
  }
}
