import Config
import Engine
import Model

/// What came of a scenario.
public struct Performance: Equatable, Sendable {
  /// Something worth a line, by time.
  public struct Entry: Equatable, Sendable {
    public enum Kind: String, Sendable {
      case happened  // as the scenario has it
      case decided
      case lost, passes  // a group's packets, from then on
      case ordered  // what the daemon answered
      case life  // of the daemon
    }

    public let at: Duration
    public let kind: Kind
    public let group: GroupName?
    public let text: String
  }

  /// An expectation, and what was so.
  public struct Judgement: Equatable, Sendable {
    public let at: Duration
    public let text: String
    public let position: ConfigPosition
    public let isMet: Bool
    public let found: String
  }

  /// A decision that moved a group.
  public struct Move: Equatable, Sendable {
    public let at: Duration
    public let group: GroupName
    public let from: [MemberID]
    public let to: [MemberID]
  }

  public struct Total: Equatable, Sendable {
    public let group: GroupName
    public let holders: [MemberID]
    public let switches: Int
    public let outage: Duration
    public let partly: Duration
  }

  public let entries: [Entry]
  public let moves: [Move]
  public let judgements: [Judgement]
  public let totals: [Total]
  public let end: Duration
  /// A promise that the simulation broke: a mistake of ours.
  public let trouble: String?

  public var isAsExpected: Bool { trouble == nil && judgements.allSatisfy(\.isMet) }
}

extension Foresight {
  /// Plays a scenario from its beginning to its end.
  public func perform(_ scenario: Scenario) -> Performance {
    var world = settled
    let start = world.now
    for (at, incident) in scenario.incidents(from: start, by: configuration) {
      world.agenda.add(at, .incident(incident))
    }
    var stage = Stage(configuration, from: start)
    for expectation in scenario.expectations {
      world.run(until: start + expectation.at)
      stage.judge(expectation, world)
    }
    world.run(until: start + scenario.end)
    return Performance(
      entries: stage.entries(of: scenario, world), moves: stage.moves(world),
      judgements: stage.judgements,
      totals: configuration.groups.map { stage.total($0.name, world) }, end: scenario.end,
      trouble: world.violation.map { "\($0)" })
  }
}

/// Watches a scenario, and judges what was expected of it.
private struct Stage {
  let configuration: Configuration
  let start: Instant
  private(set) var judgements: [Performance.Judgement] = []
  private var checkedAt: [GroupName: Instant] = [:]

  init(_ configuration: Configuration, from start: Instant) {
    self.configuration = configuration
    self.start = start
  }

  mutating func judge(_ expected: Scenario.Timed<Scenario.Expectation>, _ world: World) {
    let (isMet, found) = verdict(on: expected.what, world)
    if case .outage(let group, _) = expected.what { checkedAt[group] = world.now }
    judgements.append(
      Performance.Judgement(
        at: expected.at, text: expected.text, position: expected.position, isMet: isMet,
        found: found))
  }

  private func verdict(
    on expected: Scenario.Expectation, _ world: World
  ) -> (isMet: Bool, found: String) {
    switch expected {
    case .held(let group, let members):
      let holders = world.holders[group] ?? []
      return (Set(holders) == Set(members), "\(group) is held by \(holders.spoken)")
    case .state(let group, let state):
      let found = status(group, world)?.state
      return (found == state, "\(group) is \(found.map(\.rawValue) ?? "not judged")")
    case .outage(let group, let bound):
      let outage = world.passage.lost(
        group, whole: true, from: checkedAt[group] ?? start, to: world.now)
      return (outage < bound, "\(group) was out for \(outage.text)")
    case .switches(let group, let most):
      let switches = switches(group, world)
      return (switches <= most, "\(group) has switched \(switches) times")
    case .health(let uplink, let health):
      let found = configuration.groups.flatMap { status($0.name, world)?.members ?? [] }
        .first { $0.name == uplink.text }?.health
      return (found == health, "\(uplink) is \(found.map(\.rawValue) ?? "in no group")")
    }
  }

  private func status(_ group: GroupName, _ world: World) -> GroupStatus? {
    world.engine?.groupStatus(clock: world.shell.wall).first { $0.name == group.text }
  }

  private func switches(_ group: GroupName, _ world: World) -> Int {
    moves(world).count { $0.group == group }
  }

  func moves(_ world: World) -> [Performance.Move] {
    world.trace.decisions(from: start).filter { $0.from != $0.preferred }.map {
      Performance.Move(at: $0.at - start, group: $0.group, from: $0.from, to: $0.preferred)
    }
  }

  func total(_ group: GroupName, _ world: World) -> Performance.Total {
    let lost = { world.passage.lost(group, whole: $0, from: start, to: world.now) }
    return Performance.Total(
      group: group, holders: world.holders[group] ?? [], switches: switches(group, world),
      outage: lost(true), partly: lost(false))
  }

  func entries(of scenario: Scenario, _ world: World) -> [Performance.Entry] {
    let happened = scenario.happenings.map {
      Performance.Entry(at: $0.at, kind: .happened, group: nil, text: $0.text)
    }
    let heard = world.trace.entries(from: start)
    let lost = world.passage.gaps.flatMap { gap -> [Performance.Entry] in
      let what = gap.isWhole ? "nothing gets through" : "a part does not get through"
      guard gap.until ?? world.now > start else { return [] }
      let began = Performance.Entry(
        at: gap.from - start, kind: .lost, group: gap.group, text: what)
      guard let until = gap.until else { return [began] }
      return [
        began,
        Performance.Entry(
          at: until - start, kind: .passes, group: gap.group,
          text: "packets get through again, after \((until - gap.from).text)"),
      ]
    }
    return (happened + heard + lost).enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }
}

extension Trace {
  fileprivate func decisions(from start: Instant) -> [Decision] {
    steps.compactMap { at, step in
      guard at >= start, case .decided(let decision) = step else { return nil }
      return decision
    }
  }

  fileprivate func entries(from start: Instant) -> [Performance.Entry] {
    steps.compactMap { at, step in
      guard at >= start else { return nil }
      let (kind, group, text): (Performance.Entry.Kind, GroupName?, String)
      switch step {
      case .decided(let decision):
        (kind, group, text) = (
          .decided, decision.group, "\(decision.headline): \(decision.reason)"
        )
      case .ordered(_, let answer): (kind, group, text) = (.ordered, nil, answer)
      case .died: (kind, group, text) = (.life, nil, "the daemon is gone")
      case .started: (kind, group, text) = (.life, nil, "the daemon starts")
      default: return nil
      }
      return Performance.Entry(at: at - start, kind: kind, group: group, text: text)
    }
  }
}
