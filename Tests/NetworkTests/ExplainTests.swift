import Client
import Foundation
import Lab
import Model
import Testing

/// `siaga explain` in depth: of a flow, and of a time.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct ExplainTests {
  private static let voip = SeedConfiguration.fast.text.replacing(
    "groups:\n",
    with: """
      groups:
        voip: { route: default, tiers: [[isp2], [isp1]], match: { protocol: udp, to-port: 5060 } }

      """)

  private func explain(_ scene: Scene, _ words: String) throws -> Command.Outcome {
    try Command(
      scene.network.gateway.command(
        [Scene.executable, "explain"] + words.split(separator: " ").map { String($0) } + [
          "--socket", scene.daemon.socket,
        ])
    ).outcome()
  }

  @Test
  func `a flow is told with the rule, the group, the mark and the address that it gets`()
    async throws
  {
    try await Scene.run(Self.voip) { scene in
      try await scene.await("both hold") { status in
        status.groups.map(\.active) == [["isp2"], ["isp1"]] && status.unfinished == 0
      }
      let web = try explain(scene, "--flow 192.168.1.10 203.0.113.10 --protocol tcp --port 443")
      #expect(web.exit == .status(0), "\(web.errors)")
      let lines = web.output.split(separator: "\n").map { String($0) }
      #expect(
        lines.first
          == "192.168.1.10 → 203.0.113.10, tcp to port 443: by ether1 (isp1), via 10.10.1.1")
      #expect(lines.contains("  it comes in by ether3"))
      #expect(
        lines.contains("  rule 8000: from all lookup main, but no default: has nothing for it"))
      #expect(lines.contains { $0.hasPrefix("  rule 8901: from all lookup 83") })
      #expect(lines.contains { $0.hasSuffix("route of group internet, normal, held by isp1") })
      #expect(lines.contains { $0.hasPrefix("  its flow is marked 0x100: ") })
      #expect(lines.last == "  source address: that of ether1 (masquerade)")
      let call = try explain(scene, "--flow 192.168.1.10 203.0.113.10 --protocol udp --port 5060")
      #expect(call.output.contains(": by ether2 (isp2), via 10.20.1.1"))
      #expect(call.output.contains("route of group voip, normal, held by isp2"))
      #expect(call.output.contains("ipproto udp dport 5060"))
      // What is told is what happens.
      try scene.network.isp1.mute()
      try await scene.await("internet moved") { $0.groups.last?.active == ["isp2"] }
      let moved = try explain(scene, "--flow 192.168.1.10 203.0.113.10 --json")
      let path = try #require(
        try JSONSerialization.jsonObject(with: Data(moved.output.utf8)) as? [String: Any])
      #expect(path["interface"] as? String == "ether2")
      #expect(path["mark"] as? String == "0x200")
      #expect(path["group"] as? String == "internet")
    }
  }

  @Test
  func `flows of the machine itself, to it, and by a link's own address are told`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let own = try explain(scene, "--flow 10.20.1.2 203.0.113.10")
      #expect(own.output.contains(": by ether2 (isp2), via 10.20.1.1"))
      #expect(own.output.contains("this machine sends it"))
      #expect(own.output.contains("is the way by isp2, whoever holds a group"))
      let home = try explain(scene, "--flow 192.168.1.10 192.168.1.1")
      #expect(home.output.contains("192.168.1.10 → 192.168.1.1: to this machine itself"))
      try scene.network.gateway.ip("rule add pref 50 to 203.0.113.99 prohibit")
      let refused = try explain(scene, "--flow 10.10.1.2 203.0.113.99")
      #expect(refused.exit == .status(1))
      #expect(refused.output.contains("a route or rule prohibits it"))
    }
  }

  @Test(arguments: [
    ("--flow 192.168.1.10", "two addresses"),
    ("--flow here there", "`here` is no IPv4 or IPv6 address"),
    ("--flow 192.168.1.10 2001:db8::1", "no packet has both"),
    ("--flow 10.0.0.1 10.0.0.2 --protocol sip", "there is no protocol `sip`"),
    ("--flow 10.0.0.1 10.0.0.2 --port 80", "a port needs --protocol"),
    ("--flow 10.0.0.1 10.0.0.2 --protocol udp --port 0", "`0` is no port"),
    ("internet --flow 10.0.0.1 10.0.0.2", "not both"), ("", "name a group"),
    ("internet --port 80", "go with --flow"), ("--flow 10.0.0.1 10.0.0.2 --at 10:00", "--at goes"),
    ("internet --at noon", "`noon` is no time"),
    ("internet --at 2199-01-01T00:00:00Z", "has not come yet"),
  ])
  func `what cannot be meant is refused with a clear word`(words: String, sentence: String) throws {
    let outcome = try Command(
      [Scene.executable, "explain"] + words.split(separator: " ").map { String($0) }
    ).outcome()
    #expect(outcome.exit == .status(2))
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  @Test
  func `the decision that was in force at a time is told, and none from before the first`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("isp2")
      let decisions = try await scene.client.decisions()
      let first = try #require(decisions.first)
      let last = try #require(decisions.last)
      #expect(last.to == ["isp2"])
      let then = try scene.siaga("explain", "internet", "--at", first.at)
      #expect(then.exit == .status(0), "\(then.errors)")
      #expect(then.output.contains("It fell at \(first.at)"))
      let now = try scene.siaga("explain", "internet", "--at", last.at)
      #expect(now.output.contains("isp1 → isp2 (failed-over)"))
      #expect(now.output.contains("and is still:"))
      #expect(now.output.contains("isp1: its interface has no carrier"))
      let before = try scene.siaga("explain", "internet", "--at", "2020-01-01T00:00:00Z")
      #expect(before.exit == .status(1))
      #expect(before.errors.contains("the first that is kept fell at \(first.at)"))
      let stranger = try scene.siaga("explain", "intranet", "--at", first.at)
      #expect(stranger.exit == .status(1))
      #expect(stranger.errors.contains("there is no group intranet"))
    }
  }
}
