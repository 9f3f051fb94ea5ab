import Client
import Glibc
import Lab
import Model
import Testing

/// Each kind of check on a real network: it is up, it notices its fault, and it comes back.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct KindTests {
  /// The seed's configuration with another check.
  private static func configuration(_ check: String) -> String {
    SeedConfiguration.fast.text.replacing("ping: gateway", with: check)
  }

  /// isp1 holds; after the fault isp2 does, and what isp1's check says of it holds `note`; after
  /// the cure isp1 holds again.
  private static func noticed(
    _ scene: Scene, note: String? = nil, fault: () throws -> Void, cure: () throws -> Void
  ) async throws {
    try await scene.awaitHolder("isp1")
    try await scene.awaitHealth()
    try fault()
    try await scene.awaitHolder("isp2")
    if let note {
      try await scene.await("isp1's check says \(note)") {
        $0.groups[0].members[0].checks[0].note?.contains(note) == true
      }
    }
    try cure()
    try await scene.awaitHolder("isp1")
    try await scene.awaitHealth()
  }

  // MARK: Neighbours

  @Test
  func `arp finds a host that answers no echo, and misses one that answers no arp`() async throws {
    try await Scene.run(
      Self.configuration("arp: gateway"),
      prepare: { network in
        for provider in network.providers {
          try provider.router.set(["net.ipv4.icmp_echo_ignore_all": "1"])
        }
      }
    ) { scene in
      let router = scene.network.isp1.router
      try await Self.noticed(scene) {
        try router.ip("link set customer arp off")
      } cure: {
        try router.ip("link set customer arp on")
      }
    }
  }

  @Test
  func `what others ask by arp never reaches the daemon`() async throws {
    try await Scene.run(Self.configuration("arp: gateway")) { scene in
      try await scene.awaitHealth()
      // Nobody has these addresses, so each ping is a few requests to all on the link.
      let pings = "for n in $(seq 100 139); do ping -c1 -W1 10.10.1.$n & done; wait"
      _ = try Command(scene.network.isp1.router.command(["sh", "-c", pings])).outcome()
      let metrics = try await scene.client.metrics()
      let received = try #require(
        metrics.firstMatch(of: /siaga_packets_received_total ([0-9]+)/)?.1)
      let sent = try #require(metrics.firstMatch(of: /siaga_probes_sent_total ([0-9]+)/)?.1)
      #expect(try #require(Int(received)) <= #require(Int(sent)))
    }
  }

  @Test
  func `a tunnel cannot be probed by arp, and is not called down`() async throws {
    try await Scene.run(
      Self.configuration("arp: gateway"),
      prepare: { try $0.gateway.ip("link set ether2 arp off") }
    ) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.await("it is told") {
        $0.groups[0].members[1].checks[0].note?.contains("no hardware address") == true
      }
      let status = try await scene.client.status()
      #expect(status.groups[0].members[1].health == .unknown)
    }
  }

  @Test
  func `in IPv6 arp is neighbour discovery`() async throws {
    let configuration = """
      damping: off
      uplinks:
        isp1: { interface: ether1, address: "2001:db8:1::2/64", gateway: "2001:db8:1::1" }
        isp2: { interface: ether2, address: "2001:db8:2::2/64", gateway: "2001:db8:2::1" }
      checks:
        gateway: { arp: gateway, \(Self.pace) }
      groups:
        internet: { route: default6, tiers: [[isp1], [isp2]], check: gateway }

      """
    try await Scene.run(
      configuration,
      prepare: { network in
        try network.addIPv6 { "2001:db8:\($0)::1/64" }
      }
    ) { scene in
      let router = scene.network.isp1.router
      try await Self.noticed(scene) {
        try router.nft(
          """
          table ip6 mute {
            chain in { type filter hook input priority 0; icmpv6 type nd-neighbor-solicit drop; }
          }
          """)
      } cure: {
        try router.nft("delete table ip6 mute")
      }
    }
  }

  private static let pace = "every: 100ms, timeout: 100ms, fall: 3, rise: 2"

  // MARK: TCP

  @Test
  func `tcp notices that nobody listens any more, and says so`() async throws {
    try await Scene.run(Self.configuration("tcp: gateway:7007")) { scene in
      let providers = scene.network.providers
      var listeners = try providers.map { try Listener(at: $0.gateway, 7_007, in: $0.router) }
      try await Self.noticed(scene, note: "failed: nobody listens there (ECONNREFUSED)") {
        listeners.removeFirst().close()
      } cure: {
        listeners.insert(
          try Listener(at: providers[0].gateway, 7_007, in: providers[0].router), at: 0)
      }
      // What was opened was closed at once, at both ends.
      let sockets = try Command.run(
        "ip", "netns", "exec", scene.network.gateway.name, "ss", list: ["-Htan"])
      #expect(sockets.split(separator: "\n").count { $0.contains(":7007") } <= 2)
      listeners.forEach { $0.close() }
    }
  }

  @Test
  func `tcp notices a host that is mute`() async throws {
    try await Scene.run(Self.configuration("tcp: gateway:7007")) { scene in
      let listeners = try scene.network.providers.map {
        try Listener(at: $0.gateway, 7_007, in: $0.router)
      }
      try await Self.noticed(scene) {
        try scene.network.isp1.mute()
      } cure: {
        try scene.network.isp1.unmute()
      }
      listeners.forEach { $0.close() }
    }
  }

  // MARK: Files

  @Test
  func `a file says that its link is down by its first line, or by being gone`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let file = scratch.file("state")
    // It speaks of both links; isp2 has somebody to speak for it besides.
    let configuration = Self.configuration("file: \(file)").replacing(
      "check: gateway", with: "check: { any: [gateway, other] }"
    ).replacing("groups:", with: "  other: { tcp: gateway:7007, \(Self.pace) }\ngroups:")
    try scratch.write("up\n", to: "state")
    try await Scene.run(configuration) { scene in
      let isp2 = scene.network.isp2
      let listener = try Listener(at: isp2.gateway, 7_007, in: isp2.router)
      defer { listener.close() }
      try await Self.noticed(scene, note: "failed: it says down") {
        try scratch.write("down\nsince noon\n", to: "state")
      } cure: {
        try scratch.write("up\n", to: "state")
      }
      try await Self.noticed(scene, note: "failed: there is no such file") {
        _ = unlink(file)
      } cure: {
        try scratch.write("", to: "state")
      }
      try await Self.noticed(scene, note: "failed: it is not a plain file") {
        _ = unlink(file)
        mkfifo(file, 0o600)
      } cure: {
        _ = unlink(file)
        try scratch.write("up", to: "state")
      }
    }
  }
}

/// Takes TCP connections, and lets each go at once, until it is closed.
final class Listener: Sendable {
  private let socket: TestSocket
  private let thread: WorkerThread

  init(at address: String, _ port: UInt16, in namespace: Namespace) throws {
    let family = address.contains(":") ? Family.ipv6 : .ipv4
    let socket = try TestSocket(SOCK_STREAM, family, in: namespace)
    try socket.bind(address, port)
    try socket.listen()
    self.socket = socket
    thread = WorkerThread { socket.acceptAll() }
  }

  func close() {
    socket.shut()
    thread.join()
  }
}
