import Model

extension GroupReading {
  func reportChecks(_ judging: Judging, of draft: GroupDraft, _ findings: inout Findings) {
    var seen: Set<CheckName> = []
    // A check that is asked in several places is wrong once.
    for use in judging.checks where seen.insert(use.value.name).inserted {
      let name = use.value.name.text
      switch (use.value.inline, index.check(name)) {
      case (nil, .missing):
        findings.report(
          "there is no check \(name.shown)", at: use.position,
          didYouMean: index.check(nearest: name))
      case (nil, .found(let check)), (let check?, .missing):
        reportTargets(check, use, draft, &findings)
      case (.some, .found), (.some, .broken):
        findings.report(
          "this check gets the name \(name.shown), and `checks` has one of that name; "
            + "rename that one", at: use.position)
      case (nil, .broken):
        break
      }
    }
  }

  /// Targets must be of the family that is judged, and a gateway must be there to be asked.
  private func reportTargets(
    _ check: CheckDraft, _ use: Placed<NamedUse>, _ draft: GroupDraft, _ findings: inout Findings
  ) {
    guard let targets = check.targets?.map(\.value), let family = draft.route?.value.family else {
      return
    }
    let shown = use.value.name.text.shown
    guard targets.contains(where: { $0.family == nil || $0.family == family }) else {
      findings.report(
        "check \(shown) has no \(family.name) target, and group \(name.shown) holds an "
          + "\(family.name) route; add one, or use `gateway`", at: use.position)
      return
    }
    for member in draft.tiers?.value.joined().map(\.name.value) ?? [] {
      guard case .found(let uplink) = index.uplink(member) else { continue }
      if targets.contains(where: { $0.host == .gateway }) {
        guard uplink.lacksGateway(family) else { continue }
        findings.report(
          "check \(shown) asks the gateway, and uplink \(member.shown) has none of \(family.name); "
            + "add `gateway:` to it, or ask an address", at: use.position)
      } else if case .arp = check.asking?.value.kind, uplink.hasNoNeighbor(among: targets, family) {
        findings.report(
          "check \(shown) asks on the link itself, and none of its targets is in a network of uplink "
            + "\(member.shown)", at: use.position)
      }
    }
  }
}

extension UplinkDraft {
  /// False where its gateways are broken.
  fileprivate func lacksGateway(_ family: Family) -> Bool {
    guard let gateways = gateways?.value else { return false }
    return !gateways.contains { ($0.value.address?.family ?? family) == family }
  }

  /// False where the system sets its addresses, and for IPv6, whose networks may be told by
  /// advertisements.
  fileprivate func hasNoNeighbor(among targets: [CheckTarget], _ family: Family) -> Bool {
    let networks = (addresses?.value ?? []).map(\.value.network).filter { $0.family == family }
    guard family == .ipv4, !networks.isEmpty else { return false }
    return !targets.contains { target in
      guard case .address(let address) = target.host else { return false }
      return networks.contains { $0.contains(address) }
    }
  }
}
