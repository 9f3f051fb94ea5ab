/// Two routers that may hold addresses between them, a client on one side and a server on the other.
/// Each side is a switch that goes on when a router's cable is pulled.
///
///                 ┌── lan  a  wan ──┐
///     client ── switch           switch ── server
///                 └── lan  b  wan ──┘
///
/// The sides are 10.1.0.0/24 with fd00:1::/64, and 10.2.0.0/24 with fd00:2::/64: a is .2 there, b .3,
/// and the client or the server .10; who holds .1 is the routers' business.
public final class RouterPair: Sendable {
  public static let inside = "10.1.0.1"
  public static let outside = "10.2.0.1"
  public static let server = "10.2.0.10"

  /// A side of the network, by the name that its interface has on both routers.
  public enum Side: String, CaseIterable, Sendable {
    case lan, wan

    var number: Int { self == .lan ? 1 : 2 }
  }

  public let a: Router
  public let b: Router
  public let client: Namespace
  public let server: Namespace

  private let namespaces: [Namespace]

  public struct Router: Sendable {
    public let name: String
    public let namespace: Namespace
    let cables: [Side: VethCable]

    /// To the switch of that side.
    public func cable(_ side: Side) -> VethCable {
      guard let cable = cables[side] else { preconditionFailure("\(name) has no cable to \(side)") }
      return cable
    }

    /// Whether its kernel has the address.
    public func has(_ address: String) throws -> Bool {
      try namespace.run { try OwnAddresses.now().contains(address) }
    }

    /// On a link that runs: FRR has its addresses always, and stops their links.
    public func serves(_ address: String) throws -> Bool {
      try namespace.run { try OwnAddresses.now(areServing: true).contains(address) }
    }

    /// Its kernel drops what comes in and fits the words of nftables.
    public func deafen(_ rule: String) throws {
      try namespace.nft(
        """
        table inet deaf { chain in { type filter hook input priority -300; \(rule) drop; }; }

        """)
    }

    public func hearAgain() throws {
      try namespace.nft("delete table inet deaf\n")
    }

    /// From now on the packets of streams to the server have its own address as their source: they tell
    /// who forwarded them.
    public func sign() throws {
      let source = name == "a" ? "10.2.0.2" : "10.2.0.3"
      try namespace.nft(
        """
        table ip sign {
          chain out {
            type filter hook postrouting priority 0
            oifname "wan" ip daddr \(RouterPair.server) udp dport 7007 ip saddr set \(source)
          }
        }

        """)
    }
  }

  public init(tag: String) throws {
    let made = try Namespace.make(tag: tag, roles: ["a", "b", "client", "server", "switch"])
    do {
      (client, server) = (made[2], made[3])
      namespaces = made
      for namespace in made {
        try namespace.set([
          "net.ipv6.conf.default.accept_dad": "0", "net.ipv6.conf.all.accept_dad": "0",
        ])
        try namespace.ip("link set lo up")
      }
      for side in Side.allCases {
        try made[4].ip("link add \(side) type bridge", "link set \(side) up")
      }
      a = try Self.connect("a", made[0], number: 2, by: made[4])
      b = try Self.connect("b", made[1], number: 3, by: made[4])
      for (host, side) in [(client, Side.lan), (server, .wan)] {
        _ = try Self.connect(host, "eth0", to: side, number: 10, by: made[4])
        let other = side == .lan ? 2 : 1
        try host.ip("route add 10.\(other).0.0/24 via 10.\(side.number).0.1")
      }
    } catch {
      try Namespace.remove(made)
      throw error
    }
  }

  public var routers: [Router] { [a, b] }

  /// The switches pass nothing to it and from it, and its carriers stay; the moment just before.
  public func mute(_ router: Router) throws -> Moment {
    let now = Moment.now
    try setPorts(of: router, state: 0)
    return now
  }

  public func unmute(_ router: Router) throws {
    try setPorts(of: router, state: 3)
  }

  /// - Parameter state: of spanning tree: 0 is disabled, 3 is forwarding.
  private func setPorts(of router: Router, state: Int) throws {
    for side in Side.allCases {
      let port = router.cable(side).far
      try Command.run(
        port.namespace.command([
          "bridge", "link", "set", "dev", port.interface, "state", "\(state)",
        ]))
    }
  }

  /// Removes everything; programs inside must have ended.
  public func tearDown() throws {
    try Namespace.remove(namespaces)
  }

  /// A stream from the client to the server, by whoever has the address inside.
  public func stream(rate: Int = 1_000) throws -> PacketStream {
    try PacketStream(.init(from: client, to: server, address: Self.server), rate: rate)
  }

  private static func connect(
    _ name: String, _ namespace: Namespace, number: Int, by switches: Namespace
  ) throws -> Router {
    try namespace.set([
      "net.ipv4.ip_forward": "1", "net.ipv6.conf.all.forwarding": "1",
      "net.ipv4.conf.default.rp_filter": "0", "net.ipv4.conf.all.rp_filter": "0",
    ])
    var cables: [Side: VethCable] = [:]
    for side in Side.allCases {
      cables[side] = try connect(namespace, side.rawValue, to: side, number: number, by: switches)
    }
    return Router(name: name, namespace: namespace, cables: cables)
  }

  private static func connect(
    _ host: Namespace, _ interface: String, to side: Side, number: Int, by switches: Namespace
  ) throws -> VethCable {
    let port = Port(switches, "\(host.role.prefix(6)).\(side)")
    let cable = try VethCable(from: Port(host, interface), to: port)
    try switches.ip("link set \(port.interface) master \(side)")
    try host.ip(
      "addr add 10.\(side.number).0.\(number)/24 dev \(interface)",
      "addr add fd00:\(side.number)::\(number)/64 dev \(interface)")
    return cable
  }
}
