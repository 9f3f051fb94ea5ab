import Lab

/// Two routers with a daemon on each, a client on one side and a server on the other.
final class RouterStage: Stage {
  let stream: PacketStream
  let daemons: [(part: Part, daemon: GatewayDaemon)]
  private let network: RouterPair
  private let scratch: ScratchDirectory

  init(executable: String, isFast: Bool) async throws {
    scratch = try ScratchDirectory(tag: "demo")
    network = try RouterPair(tag: "demo")
    var started: [(part: Part, daemon: GatewayDaemon)] = []
    do {
      let key = scratch.file("key")
      try Command.run(executable, "keygen", key)
      for (part, router) in [(Part.a, network.a), (.b, network.b)] {
        try router.sign()
        let configuration = (isFast ? PairConfiguration.fast : .classic).text(
          of: router.name, key: key)
        let daemon = try GatewayDaemon(
          executable: executable, configuration: configuration, in: router.namespace, tag: "demo")
        started.append((part, daemon))
      }
      daemons = started
      stream = try network.stream()
    } catch {
      started.forEach { $0.daemon.end() }
      try network.tearDown()
      throw error
    }
    do {
      try await self.await("a does not hold \(RouterPair.inside) alone") {
        try holders() == [.a] && stream.isFlowing(since: .now - .seconds(1))
      }
    } catch {
      try tearDown()
      throw error
    }
  }

  func tearDown() throws {
    stream.stop()
    // One that nobody relieves waits for nobody: so the one that stands by ends first.
    for (_, daemon) in daemons.reversed() {
      daemon.goOn()
      daemon.end()
    }
    try network.tearDown()
  }

  func cables(of part: Part) -> [any Cable] {
    RouterPair.Side.allCases.map { router(part).cable($0) }
  }

  func mute(_ part: Part) throws -> Moment {
    guard part == .between else { return try network.mute(router(part)) }
    let now = Moment.now
    try network.b.deafen("ip saddr { 10.1.0.2, 10.2.0.2 }")
    try network.a.deafen("ip saddr { 10.1.0.3, 10.2.0.3 }")
    return now
  }

  func unmute(_ part: Part) throws {
    guard part == .between else { return try network.unmute(router(part)) }
    for router in network.routers { try router.hearAgain() }
  }

  func holders() throws -> Set<Part>? {
    var found: Set<Part> = []
    for part in [Part.a, .b] where try router(part).serves(RouterPair.inside) {
      found.insert(part)
    }
    return found
  }

  private func router(_ part: Part) -> RouterPair.Router {
    part == .a ? network.a : network.b
  }
}
