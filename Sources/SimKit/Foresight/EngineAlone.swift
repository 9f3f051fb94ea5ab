import Config
import Engine
import Model

/// The engine by itself, at the fastest: each probe is answered at once, and nothing else happens.
public struct EngineAlone: Sendable {
  private var engine: Engine
  private var now = Instant.zero
  public private(set) var probes = 0

  public init(for configuration: Configuration, seed: UInt64 = 1) {
    let world = World(
      site: Site(for: configuration), configuration: configuration, seed: seed, flaw: .none)
    engine = Engine(seed: seed)
    _ = engine.handle(.configured(configuration), at: now)
    _ = engine.handle(.resynced(world.settledKernel.state()), at: now)
  }

  public mutating func pass(_ duration: Duration) {
    let end = now + duration
    while let next = engine.wakesAt, next <= end {
      now = max(now, next)
      let effects = engine.handle(.woke, at: now)
      for case .transmit(let packet) in effects { answer(packet.datagram) }
      _ = engine.conclusions(at: now)
    }
    now = max(now, end)
  }

  private mutating func answer(_ datagram: Datagram) {
    probes += 1
    engine.heard(Arrival(answering: datagram), on: datagram.interface, at: now)
  }
}

extension World {
  /// With all that the daemon sets in it.
  fileprivate var settledKernel: FakeKernel {
    var world = self
    world.run(until: .zero + .seconds(10))
    return world.shell.kernel
  }
}
