import Client
import Lab
import Model
import Testing

/// Two groups on one link, whose addresses do not follow the route by themselves: who leaves takes
/// its own flows along, and those of the other do not notice.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct FlowShareTests {
  private static let configuration = """
    damping: off
    uplinks:
      isp1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: 10.10.1.2 }
      isp2: { interface: ether2, address: 10.20.1.2/24, gateway: 10.20.1.1, nat: 10.20.1.2 }
    checks:
      gateway: { ping: gateway, every: 100ms, timeout: 100ms, fall: 3, rise: 2 }
    groups:
      internet: { route: default, tiers: [[isp1], [isp2]], check: gateway }
      calls:
        route: default
        match: { protocol: udp, to-port: 5060 }
        tiers: [[isp2], [isp1]]
        check: gateway

    """

  private static let ports: [String: UInt16] = ["internet": 7_007, "calls": 5_060]

  @Test(arguments: [("calls", "internet"), ("internet", "calls")])
  func `the flows of a group that leaves start anew, and those of the one that stays go on`(
    leaves: String, stays: String
  ) async throws {
    try await Scene.run(Self.configuration) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try await scene.move("internet", to: "isp2")
      let moved = try scene.stream(port: #require(Self.ports[leaves]))
      defer { moved.stop() }
      let kept = try scene.stream(port: #require(Self.ports[stays]))
      defer { kept.stop() }
      for stream in [moved, kept] {
        try stream.awaitFlow(from: "10.20.1.2", within: .seconds(5))
      }
      let before = try scene.entry(port: #require(Self.ports[stays]))
      let start = Moment.now
      try await scene.move(leaves, to: "isp1")
      // Before the sweep is repeated.
      try moved.awaitFlow(from: "10.10.1.2", within: .milliseconds(900))
      try await Task.sleep(until: .now + .milliseconds(1_200), clock: .continuous)
      #expect(try scene.entry(port: #require(Self.ports[stays])) == before)
      kept.stop()
      let report = kept.report(from: start)
      #expect(report.lost == 0)
      #expect(report.sources == ["10.20.1.2": report.arrived])
    }
  }
}

extension Scene {
  /// Orders it, and waits until the kernel confirms it.
  fileprivate func move(_ group: String, to member: String) async throws {
    #expect(try siaga("switch", group, member).exit.isSuccess)
    try await self.await("\(member) holds \(group)") { status in
      status.unfinished == 0
        && status.groups.contains { $0.name == group && $0.active == [member] }
    }
  }

  /// From the client to the Internet.
  fileprivate func stream(port: UInt16) throws -> PacketStream {
    try PacketStream(
      PacketStream.Route(
        from: network.client, to: network.internet, address: SeedNetwork.destination, port: port,
        sourcePort: 40_000 + port))
  }

  /// What the kernel calls the flow to this port; another flow of the same ports is called
  /// otherwise.
  fileprivate func entry(port: UInt16) throws -> String {
    let listed = try Command.run(
      "ip", "netns", "exec", network.gateway.name, "conntrack",
      list: ["-L", "-p", "udp", "--dport", "\(port)", "-o", "id"])
    return try String(#require(listed.firstMatch(of: /id=[0-9]+/)).output)
  }
}
