import Engine
import Model

/// A history of nodes before it has happened: what befalls them and their links.
public struct FleetSimulation: History {
  /// An incident at its time.
  struct Stroke: Sendable {
    let number: Int  // by which it is kept
    let at: Instant
    let incident: NodeIncident
  }

  public let seed: UInt64
  public let plan: FleetPlan
  private(set) var strokes: [Stroke]
  private let weather: FleetWeather
  private let worldSeed: UInt64
  private let flaw: NodeFlaw

  /// - Parameter count: so many things break, now and then together.
  public init(seed: UInt64, count: Int = 12, flaw: NodeFlaw = .none) {
    self.seed = seed
    self.flaw = flaw
    var random = RandomSource(seed: seed)
    plan = FleetPlan(random: &random)
    worldSeed = random.next()
    weather = FleetWeather(plan, count: count, seed: random.next())
    strokes = weather.schedule.enumerated().map {
      Stroke(number: $0 + 1, at: $1.at, incident: $1.incident)
    }.sorted { ($0.at, $0.number) < ($1.at, $1.number) }
  }

  public var length: Duration { weather.end - .zero }

  public var moments: [(number: Int, at: Instant)] { strokes.map { ($0.number, $0.at) } }
  public var lines: [String] {
    strokes.map { "\($0.number) at \(Trace.clock($0.at)): \($0.incident)" }
  }

  /// The same with these of its incidents alone; that all is mended at the end stays.
  public func keeping(_ numbers: Set<Int>) -> FleetSimulation {
    var copy = self
    copy.strokes.removeAll { !numbers.contains($0.number) }
    return copy
  }

  public func run() -> SimulationResult { run(notesPackets: false) }

  /// - Parameter notesPackets: for whoever reads the trace.
  public func run(notesPackets: Bool) -> SimulationResult {
    var fleet = Fleet(plan, seed: worldSeed, flaw: flaw, notesPackets: notesPackets)
    for stroke in strokes { fleet.agenda.add(stroke.at, .incident(stroke.incident)) }
    for (at, incident) in weather.mending { fleet.agenda.add(at, .incident(incident)) }
    fleet.run(until: weather.end)
    return SimulationResult(
      seed: seed, violation: fleet.violation, brokenAt: fleet.brokenAt, trace: fleet.wholeTrace,
      turns: fleet.turns, view: fleet.view)
  }
}

extension FleetSimulation {
  /// What was said and done last, with every packet.
  public var lastWords: String {
    "\(plan)\n" + run(notesPackets: true).trace.lines(last: 100).joined(separator: "\n")
  }
}

extension Fleet {
  /// How each node sees the group.
  fileprivate var view: [String] {
    nodes.map { node in
      guard let engine = node.daemon?.engine,
        let group = engine.groupStatus(clock: node.shell.wall)
          .first(where: { $0.name == FleetPlan.group.text })
      else { return "\(node.name): not running" }
      let members = group.members.map { "\($0.name) \($0.obstacles) \($0.health)" }
      return "\(node.name): \(group.state.rawValue), held by \(group.active), preferred "
        + "\(group.preferred), \(members.joined(separator: ", "))"
    }
  }
}
