/// A way to the Internet (or to any network): an interface, and where it leads.
public struct Uplink: Hashable, Sendable {
  public let name: UplinkName
  public let interface: InterfaceName
  public let addresses: [InterfaceAddress]  // empty: the system sets them
  public let gateways: [IPAddress]  // at most one of each family
  public let nat: NAT

  public init(
    name: UplinkName, interface: InterfaceName, addresses: [InterfaceAddress] = [],
    gateways: [IPAddress] = [], nat: NAT = .none
  ) {
    self.name = name
    self.interface = interface
    self.addresses = addresses
    self.gateways = gateways
    self.nat = nat
  }

  public func addresses(_ family: Family) -> [InterfaceAddress] {
    addresses.filter { $0.family == family }
  }

  public func gateway(_ family: Family) -> IPAddress? {
    gateways.first { $0.family == family }
  }
}

/// What becomes of the source address of packets that leave by a link.
public enum NAT: Hashable, Sendable {
  case none
  case masquerade
  case source(IPAddress)
}
