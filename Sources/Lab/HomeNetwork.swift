/// The other seed's network, in namespaces: one machine with Ethernet and Wi-Fi to one network,
/// whose router answers at 203.0.113.10 too.
///
///     machine ── eth0 ───┐
///        └────── wlan0 ──┴── lan, 192.168.1.1 ── 203.0.113.10
///
/// The machine's interfaces are up and without addresses.
public final class HomeNetwork: Sendable {
  public static let destination = "203.0.113.10"

  public let machine: Namespace
  public let router: Namespace
  public let ethernet: any Cable
  public let wifi: any Cable

  public init(tag: String) throws {
    let made = try Namespace.make(tag: tag, roles: ["machine", "router"])
    do {
      (machine, router) = (made[0], made[1])
      for namespace in made {
        try namespace.set([
          "net.ipv6.conf.default.disable_ipv6": "1", "net.ipv6.conf.all.disable_ipv6": "1",
        ])
        try namespace.ip("link set lo up")
      }
      try router.ip(
        "link add lan type bridge", "link set lan up", "addr add 192.168.1.1/24 dev lan",
        "addr add \(Self.destination)/32 dev lo")
      ethernet = try VethCable(from: Port(machine, "eth0"), to: Port(router, "eth"))
      wifi = try VethCable(from: Port(machine, "wlan0"), to: Port(router, "wifi"))
      try router.ip("link set eth master lan", "link set wifi master lan")
    } catch {
      try Namespace.remove(made)
      throw error
    }
  }

  /// Removes everything; programs inside must have ended.
  public func tearDown() throws {
    try Namespace.remove([machine, router])
  }

  /// A stream from the machine to beyond its router; its packets' sources tell the link.
  public func stream(rate: Int = 1_000) throws -> PacketStream {
    try PacketStream(
      PacketStream.Route(from: machine, to: router, address: Self.destination), rate: rate,
      capacity: 1_000_000)
  }
}
