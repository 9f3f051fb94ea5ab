import Model

extension UplinkDraft {
  /// Nil when a field is broken, of which the findings already tell.
  func uplink(_ name: UplinkName, _ findings: inout Findings) -> Uplink? {
    reportRepeatedAddresses(&findings)
    reportGateways(&findings)
    guard let interface, let addresses, let gateways, let nat else { return nil }
    return Uplink(
      name: name, interface: interface.value, addresses: addresses.value.map(\.value),
      gateways: gateways.value.map(\.value), nat: nat.value)
  }

  private func reportRepeatedAddresses(_ findings: inout Findings) {
    var seen: Set<IPAddress> = []
    for address in addresses?.value ?? [] where !seen.insert(address.value.address).inserted {
      findings.report(
        "`address` has \("\(address.value.address)".shown) twice", at: address.position)
    }
  }

  private func reportGateways(_ findings: inout Findings) {
    var families: Set<Family> = []
    for gateway in gateways?.value ?? [] {
      if !families.insert(gateway.value.family).inserted {
        findings.report(
          "`gateway` takes one address of a family; one more way out is one more uplink",
          at: gateway.position)
      }
      reportReach(of: gateway, &findings)
    }
  }

  /// The kernel refuses a gateway that none of the interface's networks holds.
  private func reportReach(of gateway: Placed<IPAddress>, _ findings: inout Findings) {
    guard let addresses = addresses?.value.map(\.value), !addresses.isEmpty else { return }
    let shown = "\(gateway.value)".shown
    if addresses.contains(where: { $0.address == gateway.value }) {
      findings.report("`gateway` \(shown) is the uplink's own address", at: gateway.position)
    } else if !addresses.contains(where: { $0.network.contains(gateway.value) }) {
      let networks = addresses.map { "\($0.network)".shown }.spoken("and")
      findings.report(
        "`gateway` \(shown) is outside the uplink's network \(networks)", at: gateway.position)
    }
  }
}
