/// The network of the seed, in namespaces: a client, its router with two providers, and an
/// Internet that answers at 203.0.113.10.
///
///                           ┌── ether1  10.10.1.0/24 ── isp1 ── 100.64.1.0/30 ──┐
///     client ── ether3 ── gateway                                           internet
///        192.168.1.0/24     └── ether2  10.20.1.0/24 ── isp2 ── 100.64.2.0/30 ──┘
///
/// The gateway's ether1 and ether2 are up and without addresses: setting them is the business
/// of whoever runs there.
public final class SeedNetwork: Sendable {
  public static let destination = "203.0.113.10"

  public enum Wiring: Sendable {
    case veth
    case tap
  }

  public let client: Namespace
  public let gateway: Namespace
  public let internet: Namespace
  public let isp1: Provider
  public let isp2: Provider

  private let namespaces: [Namespace]

  public init(tag: String, wiring: Wiring = .veth) throws {
    let made = try Namespace.make(
      tag: tag, roles: ["client", "gw", "isp1", "isp2", "internet"])
    do {
      (client, gateway, internet) = (made[0], made[1], made[4])
      namespaces = made
      try Self.quieten(made)
      isp1 = try Self.connect(gateway, to: made[2], internet, number: 1, wiring)
      isp2 = try Self.connect(gateway, to: made[3], internet, number: 2, wiring)
      try Self.connect(client, to: gateway)
    } catch {
      try Namespace.remove(made)
      throw error
    }
  }

  /// Removes everything; programs inside must have ended.
  public func tearDown() throws {
    isp1.cable.remove()
    isp2.cable.remove()
    try Namespace.remove(namespaces)
  }

  /// Makes every neighbour known, once the gateway has its addresses, so that no measured
  /// packet waits for an answer to "who has".
  public func warm() throws {
    try client.warm(["192.168.1.1"])
    try gateway.warm(["192.168.1.10"] + providers.map(\.gateway))
    for (number, provider) in zip(1..., providers) {
      try provider.router.warm([provider.customer, "100.64.\(number).2"])
    }
    try internet.warm(["100.64.1.1", "100.64.2.1"])
  }

  /// A stream from the client to the Internet; its packets' sources tell the provider.
  public func stream(rate: Int = 1_000, capacity: Int = 1_000_000) throws -> PacketStream {
    try PacketStream(
      PacketStream.Route(from: client, to: internet, address: Self.destination), rate: rate,
      capacity: capacity)
  }

  public var providers: [Provider] { [isp1, isp2] }

  /// IPv4 only, and no reverse-path filter in the way of a link that is not the best one.
  private static func quieten(_ namespaces: [Namespace]) throws {
    for namespace in namespaces {
      try namespace.set([
        "net.ipv6.conf.default.disable_ipv6": "1", "net.ipv6.conf.all.disable_ipv6": "1",
        "net.ipv4.conf.default.rp_filter": "0", "net.ipv4.conf.all.rp_filter": "0",
      ])
      try namespace.ip("link set lo up")
    }
    try namespaces[4].ip("addr add \(destination)/32 dev lo")
  }

  private static func connect(_ client: Namespace, to gateway: Namespace) throws {
    _ = try VethCable(from: Port(gateway, "ether3"), to: Port(client, "eth0"))
    try gateway.ip("addr add 192.168.1.1/24 dev ether3")
    try client.ip("addr add 192.168.1.10/24 dev eth0", "route add default via 192.168.1.1")
  }

  private static func connect(
    _ gateway: Namespace, to router: Namespace, _ internet: Namespace, number: Int,
    _ wiring: Wiring
  ) throws -> Provider {
    let ether = Port(gateway, "ether\(number)")
    let customer = Port(router, "customer")
    let cable: any Cable =
      switch wiring {
      case .veth: try VethCable(from: ether, to: customer)
      case .tap: try TapCable(from: ether, to: customer)
      }
    _ = try VethCable(from: Port(router, "backbone"), to: Port(internet, "isp\(number)"))

    let net = "10.\(number)0.1"
    let transfer = "100.64.\(number)"
    try router.set(["net.ipv4.ip_forward": "1"])
    try router.ip(
      [
        "addr add \(net).1/24 dev customer", "addr add \(transfer).1/30 dev backbone",
        "route add default via \(transfer).2",
      ] + Provider.makeRoomForMuteRule)
    try internet.ip(
      "addr add \(transfer).2/30 dev isp\(number)",
      "route add \(net).0/24 via \(transfer).1")
    return Provider(
      name: "isp\(number)", router: router, gateway: "\(net).1", customer: "\(net).2",
      interface: ether.interface, cable: cable)
  }
}
