/// An office in namespaces: a client, its gateway, and as many providers as a test needs, in both
/// families. The Internet answers at 203.0.113.10 and 2001:db8:ff::10.
///
///                           ┌── ether1 ── isp1 ──┐
///     client ── lan ── gateway ── ether2 ── isp2 ── internet
///                           └── ppp0 ─── isp3 ──┘
///
/// Provider N has 10.N0.1.0/24 and 2001:db8:N::/64 for its customer, who is .2 there; it is .1.
public final class OfficeNetwork: Sendable {
  public static let destination = "203.0.113.10"
  public static let destination6 = "2001:db8:ff::10"

  /// How the gateway is connected to a provider.
  public enum Access: Sendable {
    case ethernet  // whoever runs on the gateway sets the addresses
    case dhcp  // a DHCP server gives them, and a client asks for them
    case pointToPoint  // a link that comes up with its addresses, as PPP does
  }

  public let client: Namespace
  public let gateway: Namespace
  public let internet: Namespace
  public let providers: [Provider]

  private let namespaces: [Namespace]

  public init(tag: String, _ accesses: [Access]) throws {
    let roles = accesses.indices.map { "isp\($0 + 1)" }
    let made = try Namespace.make(tag: tag, roles: ["client", "gw", "internet"] + roles)
    do {
      (client, gateway, internet) = (made[0], made[1], made[2])
      namespaces = made
      try made.forEach(Self.prepare)
      try Self.connect(client, to: gateway)
      try internet.ip(
        "addr add \(Self.destination)/32 dev lo", "addr add \(Self.destination6)/128 dev lo")
      var providers: [Provider] = []
      for (place, access) in accesses.enumerated() {
        providers.append(
          try Self.connect(made[1], to: made[3 + place], made[2], number: place + 1, access))
      }
      self.providers = providers
    } catch {
      try Namespace.remove(made)
      throw error
    }
  }

  public func provider(_ number: Int) -> Provider { providers[number - 1] }

  /// Removes everything; programs inside must have ended.
  public func tearDown() throws {
    providers.forEach { $0.cable.remove() }
    try Namespace.remove(namespaces)
  }

  /// Addresses are good at once but on the gateway, where who runs there must wait for them.
  private static func prepare(_ namespace: Namespace) throws {
    let asks = namespace.role == "gw" ? "1" : "0"
    try namespace.set([
      "net.ipv4.conf.default.rp_filter": "0", "net.ipv4.conf.all.rp_filter": "0",
      "net.ipv6.conf.default.accept_dad": asks, "net.ipv6.conf.all.accept_dad": "0",
    ])
    try namespace.ip("link set lo up")
  }

  private static func connect(_ client: Namespace, to gateway: Namespace) throws {
    _ = try VethCable(from: Port(gateway, "lan"), to: Port(client, "eth0"))
    try gateway.ip("addr add 192.168.1.1/24 dev lan", "addr add fd00:1::1/64 dev lan")
    try client.ip(
      "addr add 192.168.1.10/24 dev eth0", "addr add fd00:1::10/64 dev eth0",
      "route add default via 192.168.1.1", "route add default via fd00:1::1")
  }

  private static func connect(
    _ gateway: Namespace, to router: Namespace, _ internet: Namespace, number: Int,
    _ access: Access
  ) throws -> Provider {
    let isPPP = if case .pointToPoint = access { true } else { false }
    let near = Port(gateway, isPPP ? "ppp0" : "ether\(number)")
    let far = Port(router, "customer")
    let cable: any Cable =
      isPPP
      ? try TapCable(from: near, to: far, ends: .tun) : try VethCable(from: near, to: far)
    _ = try VethCable(from: Port(router, "backbone"), to: Port(internet, "isp\(number)"))
    let (net, net6) = ("10.\(number)0.1", "2001:db8:\(number):")
    let (transfer, transfer6) = ("100.64.\(number)", "2001:db8:f\(number):")
    try router.set(["net.ipv4.ip_forward": "1", "net.ipv6.conf.all.forwarding": "1"])
    try router.ip(
      (isPPP
        ? ["addr add \(net).1 peer \(net).2 dev customer"]
        : ["addr add \(net).1/24 dev customer", "addr add \(net6):1/64 dev customer"]) + [
          "addr add \(transfer).1/30 dev backbone", "addr add \(transfer6):1/64 dev backbone",
          "route add default via \(transfer).2", "route add default via \(transfer6):2",
        ] + Provider.makeRoomForMuteRule)
    try internet.ip(
      "addr add \(transfer).2/30 dev isp\(number)", "addr add \(transfer6):2/64 dev isp\(number)",
      "route add \(net).0/24 via \(transfer).1",
      "route add \(net6):/64 via \(transfer6):1")
    try router.ip6("rule add pref 1000 lookup local", "rule del pref 0")
    if isPPP { try router.ip("route add \(net).0/24 dev customer") }
    if isPPP { try gateway.ip("addr add \(net).2 peer \(net).1 dev ppp0") }
    return Provider(
      name: "isp\(number)", router: router, gateway: "\(net).1", customer: "\(net).2",
      interface: near.interface, cable: cable)
  }
}
