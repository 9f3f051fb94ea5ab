import Client
import Lab
import Model
import Testing

/// Rules of others that take what is ours: they stay, and are said.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct RivalTests {
  @Test
  func `a rule before ours is said once its table has a default, and until it goes`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try scene.network.gateway.ip("rule add pref 100 from all lookup 77")
      #expect(try await scene.client.status().troubles.isEmpty)
      try scene.network.gateway.ip("route add default via 10.20.1.1 dev ether2 table 77")
      let status = try await scene.await("it is said") { !$0.troubles.isEmpty }
      #expect(status.troubles.count == 1)
      let trouble = try #require(status.troubles.first)
      #expect(trouble.contains("what internet should hold to table 77"))
      #expect(trouble.contains("`ip rule del priority 100 from all lookup 77`"))
      let log = scene.daemon.logTail(lines: 100)
      #expect(log.split(separator: "\n").count { $0.contains("to table 77") } == 1)
      try scene.network.gateway.ip("rule del priority 100 from all lookup 77")
      try await scene.await("nothing more to say") { $0.troubles.isEmpty }
    }
  }

  @Test
  func `a rule that goes by our mark bits is said, also when it was there before us`() async throws
  {
    try await Scene.run(prepare: { network in
      // Cilium's.
      try network.gateway.ip("rule add pref 9 fwmark 0x200/0xf00 lookup 2004")
    }) { scene in
      try await scene.awaitHolder("isp1")
      let status = try await scene.await("it is said") { !$0.troubles.isEmpty }
      #expect(status.troubles.first?.contains("(0x3f00); set `marks:`") == true)
    }
  }
}
