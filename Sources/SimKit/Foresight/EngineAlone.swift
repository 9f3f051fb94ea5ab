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
      var effects = engine.handle(.woke, at: now)
      // Taken out one by one, so that each message is written over and not copied.
      while case .transmit(let datagram, _)? = effects.popLast() {
        probes += 1
        let link = datagram.interface
        engine.heard(.received(Arrival(answering: datagram), on: link), at: now)
      }
      _ = engine.conclusions(at: now)
    }
    now = max(now, end)
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
