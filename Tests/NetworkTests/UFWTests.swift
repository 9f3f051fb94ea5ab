import Client
import Lab
import Model
import Testing

/// Beside ufw with its defaults: what comes in is denied.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct UFWTests {
  /// While ufw loads its rules it denies answers to probes, too, for some tenths of a second.
  private static let patient = SeedConfiguration(
    check: SeedConfiguration.Check(
      every: .milliseconds(200), timeout: .milliseconds(200), fall: 8, rise: 1))

  @Test
  func
    `what is forwarded fails over, once ufw allows forwarding, and a reload loses nothing of ours`()
    async throws
  {
    try await Scene.run(Self.patient.text) { scene in
      let ufw = try UFW(in: scene.network.gateway, tag: Scene.tag())
      try ufw.run("enable")
      try await scene.awaitHolder("isp1")
      // Answers to probes belong to what the gateway itself began.
      try await scene.awaitHealth()
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try waitUntil("packets go out", within: .seconds(5)) { stream.sent > 200 }
      #expect(stream.arrived == 0, "denied by default")
      try ufw.run("default", "allow", "routed")
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      let whole = try scene.firewall()
      let before = try scene.ours()
      let reload = Moment.now
      try ufw.run("reload")
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      #expect(try scene.firewall() == whole)
      #expect(try scene.ours() == before)
      #expect(Set(stream.report(from: reload).sources.keys) == ["10.10.1.2"])
      let flow = try TCPFlow(
        from: scene.network.client, to: scene.network.internet, SeedNetwork.destination, port: 8_081
      )
      try flow.exchange()
      try scene.network.isp1.mute()
      try await scene.awaitHolder("isp2")
      try stream.awaitFlow(from: "10.20.1.2", within: .seconds(5))
      #expect(try flow.isReset(within: .seconds(3)))
      try ufw.run("reload")
      try scene.network.isp1.unmute()
      try await scene.awaitHolder("isp1")
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      #expect(try await scene.client.status().troubles.isEmpty)
    }
  }
}
