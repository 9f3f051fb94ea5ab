/// A way to the Internet (or to any network): an interface, and where it leads.
public struct Uplink: Hashable, Sendable {
  public var name: UplinkName
  public var interface: InterfaceName
  public var addresses: [InterfaceAddress]  // empty: the system sets them
  public var gateways: [IPAddress]  // at most one of each family
  public var findsGateways: Bool  // of the families without one: the kernel knows it
  public var resolvers: [IPAddress]  // of its provider; of a family without: its lease knows
  public var nat: NAT
  public var nat6: NAT6
  public var clampsMSS: Bool
  public var budget: ByteBudget?  // of probes, while it holds nothing
  public var judge: Judge?  // in every group, besides the group's own
  public var lans: [LAN]  // whose hosts have addresses of this uplink's

  public init(
    name: UplinkName, interface: InterfaceName, addresses: [InterfaceAddress] = [],
    gateways: [IPAddress] = [], findsGateways: Bool = false, resolvers: [IPAddress] = [],
    nat: NAT = .none, nat6: NAT6 = .none, clampsMSS: Bool = false, budget: ByteBudget? = nil,
    judge: Judge? = nil, lans: [LAN] = []
  ) {
    self.name = name
    self.interface = interface
    self.addresses = addresses
    self.gateways = gateways
    self.findsGateways = findsGateways
    self.resolvers = resolvers
    self.nat = nat
    self.nat6 = nat6
    self.clampsMSS = clampsMSS
    self.budget = budget
    self.judge = judge
    self.lans = lans
  }

  public func addresses(_ family: Family) -> [InterfaceAddress] {
    addresses.filter { $0.family == family }
  }

  public func gateway(_ family: Family) -> IPAddress? {
    gateways.first { $0.family == family }
  }

  public func resolvers(_ family: Family) -> [IPAddress] {
    resolvers.filter { $0.family == family }
  }

  /// Whether a DHCP client may have set its address, and was told the resolvers with it.
  public var hasLeasedResolvers: Bool { addresses(.ipv4).isEmpty && resolvers(.ipv4).isEmpty }

  /// Whether the file leaves room for this family here: it names something of it, or nothing
  /// at all and leaves it to the system.
  public func mayCarry(_ family: Family) -> Bool {
    Self.mayCarry(
      family, addresses: addresses, gateways: gateways, findsGateways: findsGateways)
  }

  public static func mayCarry(
    _ family: Family, addresses: [InterfaceAddress], gateways: [IPAddress], findsGateways: Bool
  ) -> Bool {
    if findsGateways || gateways.contains(where: { $0.family == family }) { return true }
    return addresses.isEmpty ? gateways.isEmpty : addresses.contains { $0.family == family }
  }
}

/// What becomes of the IPv4 source address of packets that leave by a link.
public enum NAT: Hashable, Sendable {
  case none
  case masquerade
  case source(IPAddress)
}

/// What becomes of the IPv6 source address of packets that leave by a link.
public enum NAT6: Hashable, Sendable {
  case none
  case masquerade
  case prefix(Prefix)  // its first bits become these; the rest stays, so hosts stay apart
}
