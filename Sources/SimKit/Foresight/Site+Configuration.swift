import Config
import Model

extension Site {
  /// The place that a configuration seems to be for: what it leaves to the system, the system does.
  init(for configuration: Configuration) {
    let families = configuration.families
    self.init(
      accesses: zip(1..., configuration.uplinks).map { number, uplink in
        Access(uplink, number: number, families: families)
      })
  }
}

extension Site.Access {
  fileprivate init(_ uplink: Uplink, number: Int, families: [Family]) {
    let own = uplink.addresses(.ipv4).first
    let gateway = uplink.gateway(.ipv4)
    // 100.64.N.0/24 and 2001:db8:N::/64, where the file says nothing.
    let network = gateway.map { Prefix($0, length: 24) } ?? .invented(number)
    let address = own ?? InterfaceAddress(network.host(200), length: 24)
    let mayHaveIPv6 = families.contains(.ipv6) && uplink.mayCarry(.ipv6)
    let prefix = uplink.gateway(.ipv6).map { Prefix($0, length: 64) }
    let invented = Prefix(
      .v6(high: 0x2001_0db8_0000_0000 | UInt64(number), low: 0), length: 64)
    let given6 = (prefix.flatMap { $0.address.isLinkLocal ? nil : $0 } ?? invented).host(2)
    self.init(
      interface: uplink.interface, address: address,
      gateway: gateway ?? address.network.host(1),
      address6: mayHaveIPv6
        ? uplink.addresses(.ipv6).first ?? InterfaceAddress(given6, length: 64) : nil,
      isSystemAddressed: uplink.addresses.isEmpty,
      tellsGateway: uplink.addresses.isEmpty && uplink.gateways.isEmpty)
  }
}

extension Prefix {
  fileprivate static func invented(_ number: Int) -> Prefix {
    Prefix(.v4(0x6440_0000 | UInt32(number) << 8), length: 24)
  }

  fileprivate func host(_ number: UInt32) -> IPAddress {
    switch address {
    case .v4(let bits): .v4(bits | number)
    case .v6(let high, let low): .v6(high: high, low: low | UInt64(number))
    }
  }
}
