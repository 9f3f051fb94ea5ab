import Client
import Foundation
import Lab
import Model
import Testing

/// Beside systemd-networkd, which has both links by DHCP.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct NetworkdTests {
  private static let configuration = SeedConfiguration.fast.text
    .replacing(/address: \S+, gateway: [0-9.]+/, with: "gateway: auto")

  /// What `make install` puts beside it.
  private static let dropIn: String = {
    let root = ExampleScene.folder.deletingLastPathComponent()
    // A missing file shows in the test that needs it.
    return
      (try? String(contentsOf: root.appending(path: "packaging/networkd.conf"), encoding: .utf8))
      ?? ""
  }()

  private static func network(_ interface: String, table: Int? = nil) -> String {
    """
    [Match]
    Name=\(interface)
    [Network]
    DHCP=ipv4
    LinkLocalAddressing=no
    IPv6AcceptRA=no
    [DHCPv4]
    UseDNS=no
    \(table.map { "RouteTable=\($0)" } ?? "")

    """
  }

  /// Runs a body where networkd has both links and Siaga is calm.
  private func beside(
    _ networkd: Networkd, _ body: (Scene) async throws -> Void
  ) async throws {
    try await Scene.run(Self.configuration, seeing: networkd.mounts) { scene in
      let servers = try scene.network.providers.map { try DHCPServer($0, tag: Scene.tag()) }
      defer { servers.forEach { $0.end() } }
      try networkd.start(in: scene.network.gateway)
      defer { networkd.end() }
      do {
        try await scene.awaitHolder("isp1", within: .seconds(15))
        try await scene.awaitHealth()
        try await body(scene)
      } catch {
        Issue.record("networkd said:\n\(networkd.log)")
        throw error
      }
    }
  }

  /// Both ways, by the cable: networkd takes the address of a link that has no carrier.
  private func failsOver(_ scene: Scene, _ stream: PacketStream) async throws {
    try scene.network.isp1.cable.pull()
    try await scene.awaitHolder("isp2")
    try stream.awaitFlow(from: "10.20.1.2", within: .seconds(5))
    try scene.network.isp1.cable.plug()
    try await scene.awaitHolder("isp1", within: .seconds(15))
    try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
    try await scene.awaitHealth()
  }

  @Test
  func `as it comes, it takes our rules at each start, and has them back at once`() async throws {
    let networkd = try Networkd(
      tag: Scene.tag(), networks: ["10-wan.network": Self.network("ether1 ether2")])
    try await beside(networkd) { scene in
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      try await failsOver(scene, stream)
      let rules = try scene.ours()
      let watch = try RuleWatch(scene.network.gateway)
      defer { watch.end() }
      try networkd.restart()
      try await scene.await("the main rule was taken and is back", within: .seconds(15)) { _ in
        ((try? watch.absences()) ?? [:]).keys.contains { $0.hasPrefix("8000:") }
      }
      try await scene.awaitHolder("isp1", within: .seconds(15))
      try await scene.awaitHealth()
      try await scene.await("all is back") { _ in (try? scene.ours()) == rules }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      // A busy machine is allowed a lot; docs/living-with-others.md has what was measured.
      for (rule, absence) in try watch.absences() where !rule.contains("10.") {
        #expect(absence < .seconds(1), "\(rule) was gone for \(absence)")
      }
      let reconfigured = Moment.now
      try networkd.control("reconfigure", "ether1")
      try await scene.awaitHolder("isp1", within: .seconds(15))
      try await scene.await("all is back") { _ in (try? scene.ours()) == rules }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      (Moment.now + PacketStream.patience).sleep()
      #expect(stream.report(from: reconfigured).longestOutage < .seconds(1))
      let status = try await scene.client.status()
      let trouble = try #require(status.troubles.first { $0.contains("networkd") })
      #expect(trouble.contains("`ManageForeignRoutingPolicyRules=no`, `ManageForeignRoutes=no`"))
      #expect(scene.daemon.logTail(lines: 200).contains(trouble))
    }
  }

  @Test
  func `with our drop-in it leaves ours alone, also where each link has a table of its own`()
    async throws
  {
    let networkd = try Networkd(
      tag: Scene.tag(),
      networks: [
        "10-isp1.network": Self.network("ether1", table: 101),
        "10-isp2.network": Self.network("ether2", table: 102),
      ], dropIn: Self.dropIn)
    try await beside(networkd) { scene in
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      #expect(try scene.ip("route", "show", "table", "101").contains("default via 10.10.1.1"))
      try await failsOver(scene, stream)
      let watch = try RuleWatch(scene.network.gateway)
      defer { watch.end() }
      let before = networkd.log.count { $0 == "\n" }
      try networkd.restart()
      try await scene.await("both links have their leases again", within: .seconds(15)) { _ in
        networkd.log.split(separator: "\n").dropFirst(before).count { $0.contains("acquired") } == 2
      }
      try networkd.control("reconfigure", "ether2")
      try await scene.awaitHolder("isp1", within: .seconds(15))
      try await scene.awaitHealth()
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      // Rules of an address go with it; the others had no reason to.
      #expect(
        try !watch.absences().keys.contains { $0.hasPrefix("8000:") || $0.hasPrefix("8900:") })
      #expect(try await scene.client.status().troubles.isEmpty)
    }
  }
}
