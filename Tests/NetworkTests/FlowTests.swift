import Client
import Lab
import Model
import Testing

/// Flows: who keeps them, who ends them, and by which link answers return.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct FlowTests {
  @Test
  func `what comes in by a link is answered by that link, whoever holds the route`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      // From the Internet to isp2's address, and on to the client by a port forward.
      try scene.network.gateway.nft(
        """
        table ip forward { chain pre { type nat hook prerouting priority dstnat; policy accept;
          iifname "ether2" udp dport 5353 dnat to 192.168.1.10
        }
        }
        """)
      let answer = try UDPExchange.ask(
        from: scene.network.internet, "10.20.1.2", port: 5_353, echoedBy: scene.network.client)
      #expect(answer == "10.20.1.2")
      let pinged = try Command(
        scene.network.internet.command(["ping", "-c1", "-W2", "-I", "203.0.113.10", "10.20.1.2"])
      ).outcome()
      #expect(pinged.exit.isSuccess)
    }
  }

  @Test
  func `an open TCP flow of a dead link is reset at once, though the far side is silent`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let flow = try TCPFlow(
        from: scene.network.client, to: scene.network.internet, SeedNetwork.destination, port: 8_080
      )
      try flow.exchange()
      // The server drops what it does not know, as many on the Internet do.
      try scene.network.internet.nft(
        """
        table inet silent { chain in { type filter hook input priority 0; policy accept;
          ip saddr 10.20.1.2 tcp flags & (syn | rst) == 0x0 ct state new drop
        }
        }
        """)
      try scene.network.isp1.mute()
      try await scene.awaitHolder("isp2")
      #expect(try flow.isReset(within: .seconds(3)))
    }
  }

  @Test
  func `after a switch no flow of the old link is left, and those of the other stay`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      #expect(try scene.flows(mark: 0x100) > 0)
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("isp2")
      try stream.awaitFlow(from: "10.20.1.2", within: .seconds(2))
      try await scene.await("no flow of isp1") { _ in (try? scene.flows(mark: 0x100)) == 0 }
      #expect(try scene.flows(mark: 0x200) > 0)
    }
  }

  /// Packets that leave by the new link before the old one is swept must not hide their flow.
  @Test
  func `a busy flow whose address does not follow the route starts anew at each switch`()
    async throws
  {
    let configuration = SeedConfiguration.fast.text
      .replacing("10.10.1.1, nat: masquerade", with: "10.10.1.1, nat: 10.10.1.2")
      .replacing("10.20.1.1, nat: masquerade", with: "10.20.1.1, nat: 10.20.1.2")
    try await Scene.run(configuration) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let stream = try scene.network.stream(rate: 5_000)
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      for _ in 0..<4 {
        for (member, address) in [("isp2", "10.20.1.2"), ("isp1", "10.10.1.2")] {
          #expect(try scene.siaga("switch", "internet", member).exit.isSuccess)
          try stream.awaitFlow(from: address, within: .seconds(2))
        }
      }
    }
  }
}

extension Scene {
  /// How many tracked flows have this link's mark.
  func flows(mark: Int) throws -> Int {
    try Command.run(
      "ip", "netns", "exec", network.gateway.name, "conntrack",
      list: ["-L", "--mark", "\(mark)/16128"]
    ).split(separator: "\n").count
  }
}
