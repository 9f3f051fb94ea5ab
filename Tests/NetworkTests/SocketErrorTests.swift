import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// Probes that this machine itself does not let out say nothing of the network.
  struct SocketErrorTests {
    /// How isp1's probes are kept in, and let out again.
    struct Hindrance: Sendable, CustomTestStringConvertible {
      let error: String
      let put: @Sendable (Namespace) throws -> Void
      let taken: @Sendable (Namespace) throws -> Void
      let remedy: String

      var testDescription: String { error }
    }

    private static let hindrances: [Hindrance] = [
      Hindrance(
        error: "EPERM",
        put: { gateway in
          try gateway.nft(
            """
            table inet hindrance {
              chain out { type filter hook output priority 0; oifname "ether1" drop; }
            }
            """)
        }, taken: { try $0.nft("delete table inet hindrance") },
        remedy: "does a firewall of this machine drop what it sends?"),
      Hindrance(
        error: "ENETUNREACH", put: { try $0.ip6("rule add pref 1 oif ether1 unreachable") },
        taken: { try $0.ip6("rule del pref 1") }, remedy: "See `ip rule`"),
      Hindrance(
        error: "EACCES", put: { try $0.ip6("rule add pref 1 oif ether1 prohibit") },
        taken: { try $0.ip6("rule del pref 1") }, remedy: "See `ip rule`"),
    ]

    /// In IPv6: where IPv4 finds no route for a socket that is bound to a link, it asks on the link.
    @Test(arguments: ["ping: gateway", "tcp: gateway:7007"], hindrances)
    func `what cannot be sent is no verdict, and is told`(
      check: String, hindrance: Hindrance
    ) async throws {
      // A first packet of TCP that a firewall drops is as good as lost on the way, and sent again.
      guard check.hasPrefix("ping") || hindrance.error != "EPERM" else { return }
      var listeners: [Listener] = []
      defer { listeners.forEach { $0.close() } }
      try await Scene.run(
        Self.text(check),
        prepare: { network in
          try network.addIPv6 { "2001:db8:\($0)::1/64" }
          listeners = try zip(1..., network.providers).map {
            try Listener(at: "2001:db8:\($0)::1", 7_007, in: $1.router)
          }
        }
      ) { scene in
        try await scene.awaitHolder("isp1", within: .seconds(15))
        try await scene.awaitHealth()
        let before = try await scene.client.status().groups[0].switches
        let gateway = scene.network.gateway
        try hindrance.put(gateway)
        try await scene.awaitUnsent(hindrance.error, hindrance.remedy)
        try hindrance.taken(gateway)
        try await scene.await("it is told no more") {
          $0.groups[0].members[0].checks[0].note == nil
        }
        let after = try await scene.awaitHolder("isp1")
        #expect(after.switches == before)
        try scene.network.isp1.cable.pull()
        try await scene.awaitHolder("isp2")
      }
    }

    private static func text(_ check: String) -> String {
      """
      damping: off
      uplinks:
        isp1: { interface: ether1, address: "2001:db8:1::2/64", gateway: "2001:db8:1::1" }
        isp2: { interface: ether2, address: "2001:db8:2::2/64", gateway: "2001:db8:2::1" }
      checks:
        gateway: { \(check), every: 100ms, timeout: 100ms, fall: 3, rise: 2 }
      groups:
        internet: { route: default6, tiers: [[isp1], [isp2]], check: gateway }

      """
    }

    @Test
    func `a queue that is full keeps requests of arp in`() async throws {
      let text = SeedConfiguration.fast.text.replacing("ping: gateway", with: "arp: gateway")
      try await Scene.steady(text) { scene in
        let gateway = scene.network.gateway
        try Command.run(
          gateway.command(
            "tc qdisc add dev ether1 root tbf rate 8kbit burst 10 limit 10".words))
        try await scene.awaitUnsent("ENOBUFS", "the link's queue is full")
        try Command.run(gateway.command("tc qdisc del dev ether1 root".words))
      }
    }
  }
}

extension String {
  fileprivate var words: [String] { split(separator: " ").map { String($0) } }
}

extension Scene {
  /// Waits until a dozen of isp1's probes did not leave, and it is told why.
  fileprivate func awaitUnsent(_ error: String, _ remedy: String) async throws {
    let before = try await client.status().groups[0].members[0].checks[0].unsent
    try await self.await("a note of \(error)", within: .seconds(15)) {
      let check = $0.groups[0].members[0].checks[0]
      let note = check.note ?? ""
      return check.unsent > before + 12 && note.hasPrefix("cannot probe: ")
        && note.contains(error) && note.contains(remedy)
    }
  }
}
