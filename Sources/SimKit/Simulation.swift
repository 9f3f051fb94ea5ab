import Config
import Engine
import Model

/// What came of one simulation.
public struct SimulationResult: Sendable {
  public let seed: UInt64
  public let violation: Violation?
  public let trace: Trace
  public let turns: Int

  /// For whoever has to find out: the seed, what broke, and what went before.
  public var report: String {
    guard let violation else { return "seed \(seed): all invariants held in \(turns) turns" }
    return "seed \(seed): \(violation)\n" + trace.lines(last: 40).joined(separator: "\n")
  }
}

/// Draws a site, a configuration and weather from a seed, and lets the daemon's own engine and
/// reconciler live through it.
///
/// - Parameters:
///   - weather: how long incidents befall; `calm` follows, in which all must come right.
///   - policies: of failback, damping and flows.
///   - flaw: a way to build the daemon wrongly, to see that it is noticed.
public func simulate(
  seed: UInt64, weather: Duration = .seconds(60), calm: Duration = .seconds(45),
  policies: Policies = .drawn, flaw: Flaw = .none
) -> SimulationResult {
  var random = RandomSource(seed: seed)
  let site = Site(policies, random: &random)
  let configuration = site.configuration(random: &random)
  var world = World(site: site, configuration: configuration, seed: random.next(), flaw: flaw)
  let begins = Instant.zero + .seconds(5)
  for (at, incident) in Weather(site: site, from: begins, for: weather, seed: random.next())
    .schedule
  {
    world.agenda.add(at, .incident(incident))
  }
  world.run(until: begins + weather + calm)
  world.checkAgreement()
  return SimulationResult(
    seed: seed, violation: world.violation, trace: world.trace, turns: world.turns)
}

extension World {
  /// After calm: everything has come right.
  mutating func checkAgreement() {
    guard violation == nil else { return }
    guard let daemon else {
      preconditionFailure("the calm is too short: the daemon does not run again yet")
    }
    broken(Agreement.violation(daemon, shell.kernel, scene, wall: shell.wall))
    broken(hosts.violation(scene.configuration, daemon.engine.groupStatus(clock: shell.wall)))
    let hearing = scene.configuration.groups.filter { group in
      !(scene.configuration.hooks + group.hooks).isEmpty
    }
    let names = Set(hearing.map(\.name.text))
    broken(
      shell.hooks.violation(
        daemon.engine.groupStatus(clock: shell.wall).filter { names.contains($0.name) }))
  }
}
