import Model

/// What can be asked by a port, which has no address of its own.
extension BondReading {
  func report(_ asked: AskedCheck, of draft: BondDraft, _ findings: inout Findings) {
    guard let asking = asked.draft.asking?.value else { return }
    switch asking.kind {
    case .exec, .file, .wifi:
      break
    case .arp:
      if let mode = draft.mode?.value, !mode.hasOneActive {
        findings.report(
          "check \(asked.shown) asks by `arp`, and in mode \(mode.rawValue.shown) an answer comes "
            + "back by any member; it needs mode \(Bond.Mode.activeBackup.rawValue.shown)",
          at: asked.position)
      }
      if draft[.failOverMAC]?.value == .number(0) {
        findings.report(
          "check \(asked.shown) asks by `arp`, and with `fail_over_mac: none` all members have one "
            + "hardware address, so switches would take who asks for who carries; leave that out",
          at: asked.position)
      }
      reportHosts(asking.targets.map(\.value), of: asked, draft, &findings)
    case .ping, .tcp, .dns:
      findings.report(
        "check \(asked.shown) asks by \(asking.kind.key.shown), and a member of a bond has no "
          + "address to ask from; ask by `arp`", at: asked.position)
    }
  }

  /// They must be there, and on the link itself.
  private func reportHosts(
    _ targets: [CheckTarget], of asked: AskedCheck, _ draft: BondDraft,
    _ findings: inout Findings
  ) {
    let bond = "bond \(name.value.shown)"
    let uplink = index.uplink(by: name.value)
    guard let gateways = draft.gateways, let addresses = draft.addresses,
      let lentGateways = uplink.map(\.gateways) ?? Placed([]),
      let lentAddresses = uplink.map(\.addresses) ?? Placed([])
    else { return }
    guard targets.contains(where: { $0.isOf(.ipv4) && $0.host != .resolvers }) else {
      findings.report(
        "check \(asked.shown) asks no host of IPv4 that is known here; ask `gateway`, or an address",
        at: asked.position)
      return
    }
    let hasGateway = (gateways.value + lentGateways.value).contains {
      ($0.value.address?.family ?? .ipv4) == .ipv4
    }
    let networks = (addresses.value + lentAddresses.value).map(\.value.network)
      .filter { $0.family == .ipv4 }
    if targets.contains(.gateway) {
      guard !hasGateway else { return }
      findings.report(
        "check \(asked.shown) asks the gateway, and \(bond) has none of IPv4; add `gateway:` to it, "
          + "or ask an address", at: asked.position)
    } else if !networks.isEmpty, !targets.contains(where: { $0.isAmong(networks) }) {
      findings.report(
        "check \(asked.shown) asks on the link itself, and none of its targets is in a network of "
          + bond, at: asked.position)
    }
  }
}

extension CheckTarget {
  fileprivate func isAmong(_ networks: [Prefix]) -> Bool {
    guard case .address(let address)? = host else { return false }
    return networks.contains { $0.contains(address) }
  }
}
