import Client
import Glibc
import Lab
import Model
import Testing

/// Beside Docker's rules: containers are clients and servers like others.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct ContainerTests {
  private func onHost(_ body: (Scene, ContainerHost) async throws -> Void) async throws {
    try await Scene.run { scene in
      let docker = try ContainerHost(on: scene.network.gateway, tag: Scene.tag())
      let result: Result<Void, any Error>
      do {
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        try await body(scene, docker)
        result = .success(())
      } catch {
        result = .failure(error)
      }
      try docker.remove()
      try result.get()
    }
  }

  @Test
  func `a container goes out by who holds, fails over, and outlives a restart of dockerd`()
    async throws
  {
    try await onHost { scene, docker in
      let network = scene.network
      let stream = try PacketStream(
        PacketStream.Route(
          from: docker.container, to: network.internet, address: SeedNetwork.destination))
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      let flow = try TCPFlow(
        from: docker.container, to: network.internet, SeedNetwork.destination, port: 8_082)
      try flow.exchange()
      try network.isp1.mute()
      try await scene.awaitHolder("isp2")
      try stream.awaitFlow(from: "10.20.1.2", within: .seconds(5))
      #expect(try flow.isReset(within: .seconds(3)))
      let whole = try scene.firewall()
      let before = try scene.ours()
      try docker.restart()
      #expect(try scene.firewall() == whole)
      #expect(try scene.ours() == before)
      try stream.awaitFlow(from: "10.20.1.2", within: .seconds(5))
      try network.isp1.unmute()
      try await scene.awaitHolder("isp1")
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      #expect(try await scene.client.status().troubles.isEmpty)
    }
  }

  @Test
  func `a published port answers by the link that was asked, whoever holds the route`() async throws
  {
    try await onHost { scene, docker in
      let server = try TestSocket(SOCK_STREAM, in: docker.container)
      try server.bind(ContainerHost.address, ContainerHost.port)
      try server.listen()
      let both = scene.network.providers.map(\.customer)
      for address in both { try answers(scene, server, at: address) }
      try scene.network.isp1.mute()
      try await scene.awaitHolder("isp2")
      try answers(scene, server, at: "10.20.1.2")
      try scene.network.isp1.unmute()
      try await scene.awaitHolder("isp1")
      try docker.restart()
      for address in both { try answers(scene, server, at: address) }
    }
  }

  private func answers(_ scene: Scene, _ server: TestSocket, at address: String) throws {
    let client = try TestSocket(SOCK_STREAM, in: scene.network.internet)
    try client.bind(SeedNetwork.destination, 0)
    try client.connect(address, ContainerHost.publishedPort)
    let taken = try server.accept()
    client.send("hello")
    #expect(taken.receive()?.text == "hello", "\(address)")
    taken.send("you too")
    #expect(client.receive()?.text == "you too", "\(address)")
  }

  @Test
  func `others behind the gateway pass once DOCKER-USER lets them`() async throws {
    try await onHost { scene, docker in
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try waitUntil("packets go out", within: .seconds(5)) { stream.sent > 200 }
      #expect(stream.arrived == 0, "Docker drops them")
      try docker.allowForwarding(from: "ether3")
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
    }
  }
}
