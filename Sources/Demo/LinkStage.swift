import Lab

/// The seed's network with the daemon on its gateway.
final class LinkStage: Stage {
  let stream: PacketStream
  let daemons: [(part: Part, daemon: GatewayDaemon)]
  private let network: SeedNetwork

  init(executable: String, isFast: Bool) async throws {
    network = try SeedNetwork(tag: "demo")
    do {
      let daemon = try GatewayDaemon(
        executable: executable, configuration: (isFast ? SeedConfiguration.fast : .seed).text,
        in: network.gateway, tag: "demo")
      daemons = [(.gateway, daemon)]
      stream = try network.stream()
    } catch {
      try network.tearDown()
      throw error
    }
    do {
      let source = network.isp1.customer
      try await self.await("holds no route by isp1") {
        try network.gateway.source(toward: SeedNetwork.destination) == source
      }
      try network.warm()
    } catch {
      try tearDown()
      throw error
    }
  }

  func tearDown() throws {
    stream.stop()
    daemons.forEach { $0.daemon.end() }
    try network.tearDown()
  }

  func cables(of part: Part) -> [any Cable] { [provider(part).cable] }

  func mute(_ part: Part) throws -> Moment {
    let now = Moment.now
    try provider(part).mute()
    return now
  }

  func unmute(_ part: Part) throws {
    try provider(part).unmute()
  }

  func holders() -> Set<Part>? { nil }

  private func provider(_ part: Part) -> Provider {
    guard let provider = network.providers.first(where: { $0.name == part.rawValue }) else {
      preconditionFailure("\(part) is no provider")
    }
    return provider
  }
}
