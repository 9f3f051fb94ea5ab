import Model

extension UplinkDraft {
  /// Nil when a field is broken, of which the findings already tell.
  func uplink(_ name: UplinkName, judge: Judge?, _ findings: inout Findings) -> Uplink? {
    reportRepeatedAddresses(&findings)
    reportGateways(&findings)
    reportResolvers(&findings)
    guard let interface, let addresses, let gateways, let resolvers, let nat, let nat6, let mss,
      let budget, judges != nil, let lans
    else { return nil }
    let networks = lans.value.compactMap(\.value.lan)
    guard networks.count == lans.value.count else { return nil }
    return Uplink(
      name: name, interface: interface.value, addresses: addresses.value.map(\.value),
      gateways: gateways.value.compactMap(\.value.address),
      findsGateways: gateways.value.contains { $0.value.address == nil },
      resolvers: resolvers.value.map(\.value), nat: nat.value, nat6: nat6.value,
      clampsMSS: mss.value == .clamp, budget: budget.value, judge: judge, lans: networks)
  }

  private func reportRepeatedAddresses(_ findings: inout Findings) {
    var seen: Set<IPAddress> = []
    for address in addresses?.value ?? [] where !seen.insert(address.value.address).inserted {
      findings.report(
        "`address` has \("\(address.value.address)".shown) twice", at: address.position)
    }
  }

  private func reportResolvers(_ findings: inout Findings) {
    let own = (addresses?.value ?? []).map(\.value.address)
    var seen: Set<IPAddress> = []
    for resolver in resolvers?.value ?? [] {
      let shown = "\(resolver.value)".shown
      if !seen.insert(resolver.value).inserted {
        findings.report("`dns` has \(shown) twice", at: resolver.position)
      } else if own.contains(resolver.value) {
        findings.report(
          "`dns` \(shown) is the uplink's own address; give its provider's resolvers",
          at: resolver.position)
      }
    }
  }

  private func reportGateways(_ findings: inout Findings) {
    var families: Set<Family?> = []
    for use in gateways?.value ?? [] {
      if !families.insert(use.value.address?.family).inserted {
        findings.report(
          "`gateway` takes one address of a family; one more way out is one more uplink",
          at: use.position)
      }
      if let gateway = use.value.address { reportReach(of: gateway, at: use.position, &findings) }
    }
  }

  /// The kernel refuses a gateway that none of the interface's networks holds.
  private func reportReach(
    of gateway: IPAddress, at position: ConfigPosition, _ findings: inout Findings
  ) {
    let own = (addresses?.value ?? []).map(\.value).filter { $0.family == gateway.family }
    let shown = "\(gateway)".shown
    if own.contains(where: { $0.address == gateway }) {
      findings.report("`gateway` \(shown) is the uplink's own address", at: position)
    } else if !own.isEmpty, !(gateway.family == .ipv6 && gateway.isLinkLocal),
      !own.contains(where: { $0.network.contains(gateway) })
    {
      let networks = own.map { "\($0.network)".shown }.spoken("and")
      findings.report(
        "`gateway` \(shown) is outside the uplink's network \(networks)", at: position)
    }
  }

  /// As `Uplink.mayCarry`, of what is read; true where that is broken.
  func mayCarry(_ family: Family) -> Bool {
    guard let gateways = gateways?.value, let addresses = addresses?.value else { return true }
    return Uplink.mayCarry(
      family, addresses: addresses.map(\.value), gateways: gateways.compactMap(\.value.address),
      findsGateways: gateways.contains { $0.value.address == nil })
  }
}
