import Model

extension UplinkDraft {
  /// Nil when a field is broken, of which the findings already tell.
  func uplink(_ name: UplinkName, judge: Judge?, _ findings: inout Findings) -> Uplink? {
    LinkAddresses(
      owner: "uplink", addresses: addresses?.value ?? [], gateways: gateways?.value ?? [],
      resolvers: resolvers?.value ?? []
    )
    .report(&findings)
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

  /// As `Uplink.mayCarry`, of what is read; true where that is broken.
  func mayCarry(_ family: Family) -> Bool {
    guard let gateways = gateways?.value, let addresses = addresses?.value else { return true }
    return Uplink.mayCarry(
      family, addresses: addresses.map(\.value), gateways: gateways.compactMap(\.value.address),
      findsGateways: gateways.contains { $0.value.address == nil })
  }
}
