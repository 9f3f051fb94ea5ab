import Model

/// The addresses of an uplink or a bond beside its gateways.
struct LinkAddresses {
  let owner: String  // `uplink`, as a message says it
  let addresses: [Placed<InterfaceAddress>]
  let gateways: [Placed<GatewayUse>]
  let resolvers: [Placed<IPAddress>]

  func report(_ findings: inout Findings) {
    var seen: Set<IPAddress> = []
    for address in addresses where !seen.insert(address.value.address).inserted {
      findings.report(
        "`address` has \("\(address.value.address)".shown) twice", at: address.position)
    }
    var families: Set<Family?> = []
    for use in gateways {
      if !families.insert(use.value.address?.family).inserted {
        findings.report(
          "`gateway` takes one address of a family; one more way out is one more uplink",
          at: use.position)
      }
      if let gateway = use.value.address { reportReach(of: gateway, at: use.position, &findings) }
    }
    reportResolvers(&findings)
  }

  private func reportResolvers(_ findings: inout Findings) {
    var seen: Set<IPAddress> = []
    for resolver in resolvers {
      let shown = "\(resolver.value)".shown
      if !seen.insert(resolver.value).inserted {
        findings.report("`dns` has \(shown) twice", at: resolver.position)
      } else if addresses.contains(where: { $0.value.address == resolver.value }) {
        findings.report(
          "`dns` \(shown) is the \(owner)'s own address; give its provider's resolvers",
          at: resolver.position)
      }
    }
  }

  /// The kernel refuses a gateway that none of the interface's networks holds.
  private func reportReach(
    of gateway: IPAddress, at position: ConfigPosition, _ findings: inout Findings
  ) {
    let own = addresses.map(\.value).filter { $0.family == gateway.family }
    let shown = "\(gateway)".shown
    if own.contains(where: { $0.address == gateway }) {
      findings.report("`gateway` \(shown) is the \(owner)'s own address", at: position)
    } else if !own.isEmpty, !(gateway.family == .ipv6 && gateway.isLinkLocal),
      !own.contains(where: { $0.network.contains(gateway) })
    {
      let networks = own.map { "\($0.network)".shown }.spoken("and")
      findings.report(
        "`gateway` \(shown) is outside the \(owner)'s network \(networks)", at: position)
    }
  }
}
