import Model

/// A check where it is used, with what the file says of it.
struct AskedCheck {
  let draft: CheckDraft
  private let use: Placed<NamedUse>

  fileprivate init(_ use: Placed<NamedUse>, _ draft: CheckDraft) {
    self.use = use
    self.draft = draft
  }

  var name: CheckName { use.value.name }
  var shown: String { name.text.shown }
  var position: ConfigPosition { use.position }
  var isInline: Bool { use.value.inline != nil }

  /// Of its targets; both for targets of whatever family is judged, and where they are broken.
  var families: Set<Family> {
    Set((draft.targets ?? []).flatMap { $0.value.family.map { [$0] } ?? Family.allCases })
  }
}

extension FileIndex {
  /// The checks that are asked, each once. Those that are not there are reported.
  func asked(by judging: Judging, _ findings: inout Findings) -> [AskedCheck] {
    var seen: Set<CheckName> = []
    // A check that is asked in several places is wrong once.
    return judging.checks.compactMap { use in
      guard seen.insert(use.value.name).inserted else { return nil }
      let name = use.value.name.text
      switch (use.value.inline, check(name)) {
      case (nil, .missing):
        findings.report(
          "there is no check \(name.shown)", at: use.position, didYouMean: check(nearest: name))
      case (nil, .found(let check)), (let check?, .missing):
        return AskedCheck(use, check)
      case (.some, .found), (.some, .broken):
        findings.report(
          "this check gets the name \(name.shown), and `checks` has one of that name; "
            + "rename that one", at: use.position)
      case (nil, .broken):
        break
      }
      return nil
    }
  }
}

// MARK: - Hosts that cannot be asked

extension AskedCheck {
  /// A gateway and resolvers must be there to be asked, and a neighbour must be one.
  func reportHosts(
    by uplink: UplinkDraft, _ name: String, _ family: Family, _ findings: inout Findings
  ) {
    guard let targets = draft.targets?.map(\.value), targets.contains(where: { $0.isOf(family) })
    else { return }
    if targets.contains(where: { $0.host == .resolvers }), uplink.lacksResolvers(family) {
      findings.report(
        "check \(shown) asks the link's resolvers, and of uplink \(name.shown) no \(family.name) "
          + "resolver can be known; add `dns:` to it, or ask an address", at: position)
    }
    if targets.contains(where: { $0.host == .gateway }) {
      guard uplink.lacksGateway(family) else { return }
      findings.report(
        "check \(shown) asks the gateway, and uplink \(name.shown) has none of \(family.name); "
          + "add `gateway:` to it, or ask an address", at: position)
    } else if case .arp = draft.asking?.value.kind, uplink.hasNoNeighbor(among: targets, family) {
      findings.report(
        "check \(shown) asks on the link itself, and none of its targets is in a network of uplink "
          + "\(name.shown)", at: position)
    }
  }
}

extension UplinkDraft {
  /// False where its gateways are broken.
  fileprivate func lacksGateway(_ family: Family) -> Bool {
    guard let gateways = gateways?.value else { return false }
    return !gateways.contains { ($0.value.address?.family ?? family) == family }
  }

  /// False where a lease may tell them, which only those of IPv4 do, and where `dns` is broken.
  fileprivate func lacksResolvers(_ family: Family) -> Bool {
    guard let resolvers = resolvers?.value, let addresses = addresses?.value,
      !resolvers.contains(where: { $0.value.family == family })
    else { return false }
    return family == .ipv6 || addresses.contains { $0.value.family == family }
  }

  /// False where the system sets its addresses, and for IPv6, whose networks may be told by
  /// advertisements.
  fileprivate func hasNoNeighbor(among targets: [CheckTarget], _ family: Family) -> Bool {
    let networks = (addresses?.value ?? []).map(\.value.network).filter { $0.family == family }
    guard family == .ipv4, !networks.isEmpty else { return false }
    return !targets.contains { target in
      switch target.host {
      case .address(let address): networks.contains { $0.contains(address) }
      case .resolvers:
        resolvers?.value.contains { own in networks.contains { $0.contains(own.value) } } ?? true
      case .gateway, nil: false
      }
    }
  }
}
