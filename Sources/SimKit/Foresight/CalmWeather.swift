import Config
import Engine
import Model

/// A simulated machine on which nothing fails: hours of it pass in seconds, so that what grows, or
/// moves without a reason, shows.
public struct CalmWeather: Sendable {
  private var world: World

  public init(for configuration: Configuration, seed: UInt64 = 1) {
    world = World(
      site: Site(for: configuration), configuration: configuration, seed: seed, flaw: .none)
  }

  public mutating func pass(_ duration: Duration) {
    world.run(until: world.now + duration)
  }

  /// What broke an invariant; time stands still since.
  public var violation: String? { world.violation.map { "\($0)" } }
  public var groups: [GroupStatus] {
    world.engine?.groupStatus(clock: world.shell.wall) ?? []
  }
}
