import Config
import Engine
import Model

/// What came of one simulation.
public struct SimulationResult: Sendable {
  public let seed: UInt64
  public let violation: Violation?
  let brokenAt: Instant?
  public let trace: Trace
  public let turns: Int
  /// How the daemon saw its groups at the end.
  public let view: [String]

  /// For whoever has to find out: the seed, what broke, and what went before.
  public var report: String { report(last: 40) }

  public func report(last count: Int) -> String {
    guard let violation else { return "seed \(seed): all invariants held in \(turns) turns" }
    return "seed \(seed): \(violation)\n" + trace.lines(last: count).joined(separator: "\n")
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
  Simulation(seed: seed, weather: weather, calm: calm, policies: policies, flaw: flaw).run()
}

/// A history before it has happened: all that will befall a machine, in spells of weather that are
/// each followed by calm.
public struct Simulation: History {
  /// An incident at its time.
  public struct Stroke: Sendable, CustomStringConvertible {
    public let number: Int  // by which it is kept
    let at: Instant
    let incident: Incident

    public var description: String { "\(number) at \(Trace.clock(at)): \(incident)" }
  }

  struct Spell: Sendable {
    var strokes: [Stroke]
    let mending: [(at: Instant, incident: Incident)]
    let end: Instant  // of the calm
  }

  public let seed: UInt64
  let site: Site
  let configuration: Configuration
  let worldSeed: UInt64
  let flaw: Flaw
  private(set) var spells: [Spell] = []

  /// - Parameter times: how often weather and calm follow each other.
  public init(
    seed: UInt64, times: Int = 1, weather: Duration = .seconds(60),
    calm: Duration = .seconds(45), policies: Policies = .drawn, flaw: Flaw = .none
  ) {
    self.seed = seed
    self.flaw = flaw
    var random = RandomSource(seed: seed)
    site = Site(policies, random: &random)
    configuration = site.configuration(random: &random)
    worldSeed = random.next()
    var begins = Instant.zero + .seconds(5)
    var number = 0
    for _ in 0..<times {
      let drawn = Weather(site: site, from: begins, for: weather, seed: random.next())
      let strokes = drawn.schedule.map { at, incident in
        number += 1
        return Stroke(number: number, at: at, incident: incident)
      }
      begins = begins + weather + calm
      spells.append(Spell(strokes: strokes, mending: drawn.mending, end: begins))
    }
  }

  /// Hours of storms of two minutes and a quarter, and calms in which each time all comes right.
  public init(seed: UInt64, hours: Int, flaw: Flaw = .none) {
    self.init(seed: seed, times: 20 * hours, weather: .seconds(135), flaw: flaw)
  }

  public var strokes: [Stroke] { spells.flatMap(\.strokes).sorted { $0.at < $1.at } }
  public var length: Duration { (spells.last?.end ?? .zero) - .zero }

  /// The same with these of its incidents alone; that all is mended before a calm stays.
  public func keeping(_ numbers: Set<Int>) -> Simulation {
    var copy = self
    for place in spells.indices {
      copy.spells[place].strokes.removeAll { !numbers.contains($0.number) }
    }
    return copy
  }

  public var moments: [(number: Int, at: Instant)] { strokes.map { ($0.number, $0.at) } }
  public var lines: [String] { strokes.map { "\($0)" } }

  public func run() -> SimulationResult {
    var world = World(site: site, configuration: configuration, seed: worldSeed, flaw: flaw)
    world.shell.answersLate = !seed.isMultiple(of: 2)
    for spell in spells where world.violation == nil {
      for stroke in spell.strokes { world.agenda.add(stroke.at, .incident(stroke.incident)) }
      for (at, incident) in spell.mending { world.agenda.add(at, .incident(incident)) }
      world.run(until: spell.end)
      world.checkAgreement()
    }
    return SimulationResult(
      seed: seed, violation: world.violation,
      brokenAt: world.brokenAt, trace: world.trace,
      turns: world.turns, view: world.view)
  }
}

extension World {
  fileprivate var view: [String] {
    (daemon?.engine.groupStatus(clock: shell.wall) ?? []).map { group in
      let members = group.members.map { member in
        let obstacles = member.obstacles.map(\.rawValue).joined(separator: " ")
        return "\(member.name) \(member.usable ? member.health.rawValue : obstacles)"
          + (member.drained ? " drained" : "") + (member.trustedAt == nil ? "" : " distrusted")
      }
      return "\(group.name) \(group.state.rawValue), held by \(group.active), preferred "
        + "\(group.preferred): \(members.joined(separator: ", "))"
    }
  }

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
