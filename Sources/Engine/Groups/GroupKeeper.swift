import Model

/// One group through time: who should hold it, who does, and what an operator ordered.
struct GroupKeeper: Sendable {
  let group: Group
  private(set) var choice: Choice?
  private(set) var holding: [MemberID] = []  // what the kernel confirms, in file order
  private var lastHolders: [MemberID] = []  // the last of them, when nobody holds now
  private(set) var lastDecision: Decision?
  private(set) var lastSwitch: Switch?
  private(set) var switches = 0
  /// Who has been left, and may still have flows; at start, anyone.
  private var leaving: Set<MemberID>
  private(set) var since: Instant
  private(set) var watches: [MemberID: MemberWatch] = [:]
  var pin: Memory.Pin? {
    didSet { isFailingBack = false }
  }
  /// An order to fail back that is not done yet: the kernel may not have been read, and among nodes
  /// the better one must first be heard.
  private var isFailingBack = false

  /// A move of the holding, confirmed by the kernel after `took`.
  struct Switch: Equatable, Sendable {
    let decision: Decision
    var took: Duration?
  }

  init(group: Group, at now: Instant) {
    self.group = group
    since = now
    leaving = Set(group.members.map(\.id))
  }

  /// At the start: what was so before it.
  mutating func remembered(_ memory: Memory, at now: Instant) {
    pin = memory.pins[group.name].flatMap { group.seat(of: $0.member) == nil ? nil : $0 }
    guard let damping = group.damping else { return }
    for (id, unrest) in memory.unrest[group.name] ?? [:] where group.seat(of: id) != nil {
      watches[id] = MemberWatch(after: unrest, by: damping, at: now)
    }
  }

  /// After a reload: the same group, perhaps with other members or another policy.
  init(group: Group, after old: GroupKeeper) {
    self.group = group
    let known = Set(group.members.map(\.id))
    holding = old.holding.filter(known.contains)
    choice = old.choice
    choice?.preferred.removeAll { !known.contains($0) }
    lastDecision = old.lastDecision
    lastSwitch = old.lastSwitch
    switches = old.switches
    since = old.since
    pin = old.pin.flatMap { known.contains($0.member) ? $0 : nil }
    leaving = old.leaving.intersection(known)
    watches = old.watches.filter { known.contains($0.key) }
    isFailingBack = old.isFailingBack
  }

  /// Who is taken for the holder when the next choice is made.
  var incumbents: [MemberID] {
    // Of nodes, who should hold is a wish.
    if group.holding.authority == .elected { return holding }
    // A choice that holds nothing says nothing about who held.
    return choice.map(\.preferred).flatMap { $0.isEmpty ? nil : $0 } ?? holding
  }

  /// Whether the next choice asks who holds: the last one says nothing.
  var followsKernel: Bool {
    group.holding.authority == .elected || (choice?.preferred.isEmpty ?? true)
  }

  private var mode: Mode {
    pin.map { .pinned($0.member, isHard: $0.isHard) } ?? .policy
  }

  mutating func saw(_ id: MemberID, _ standing: Standing, at now: Instant) -> Standing {
    watches[id, default: MemberWatch()].saw(standing, by: group.damping, at: now)
  }

  /// An operator wants the best to hold, whatever `failback` says.
  mutating func mustFailBack() {
    pin = nil
    pardoned(group.members.map(\.id))
    isFailingBack = true
  }

  /// An explicit order goes before damping.
  mutating func pardoned(_ members: [MemberID]) {
    for id in members { watches[id]?.pardoned() }
  }

  var unrest: [MemberID: Memory.Unrest] { watches.compactMapValues(\.unrest) }

  /// Whether the local time has a say in what comes next.
  var waitsForWindow: Bool {
    guard group.failback.window != nil, let choice else { return false }
    return choice.lacking.contains { lack in
      switch lack.reason {
      case .failbackAfter, .failbackBetween: true
      case .obstacles, .down, .drained, .trustedFrom, .unjudged, .failbackIsManual,
        .pinnedElsewhere, .notNeeded:
        false
      }
    }
  }

  /// Chooses again. The result says whether there is something to decide on.
  /// - Parameter clock: read lately; nil: the local time is not known.
  mutating func chose(
    _ standings: [MemberID: Standing], clock: ClockReading?, at now: Instant
  ) -> (from: [MemberID], choice: Choice)? {
    let mode = isFailingBack && pin == nil ? Mode.failingBack : mode
    let before = choice
    let incumbents = incumbents
    let from = incumbents.isEmpty ? lastHolders : incumbents
    let next = choose(group, standings, holding: incumbents, mode: mode, at: now, clock: clock)
    choice = next
    if group.holding.authority == .local || next.preferred == holding { isFailingBack = false }
    guard before?.preferred != next.preferred || before?.state != next.state else { return nil }
    since = now
    return (from, next)
  }

  /// A decision, which may move the holding from one set of members to another.
  mutating func began(_ decision: Decision) {
    lastDecision = decision
    leaving.formUnion(decision.from)
    leaving.subtract(decision.preferred)
    guard decision.from != decision.preferred, !decision.preferred.isEmpty else { return }
    lastSwitch = Switch(
      decision: decision, took: holding == decision.preferred ? .zero : nil)
    switches += 1
  }

  /// What becomes of the flows of a member that has been left: whoever came in its place says
  /// in which direction that was; after a start, whoever holds.
  func flowPolicy(forLeft id: MemberID) -> FlowPolicy {
    let last = lastSwitch?.decision
    let newcomers = last.map { last in last.preferred.filter { !last.from.contains($0) } } ?? []
    let successors = newcomers.isEmpty ? holding : newcomers
    let tier = group.seat(of: id)?.tier ?? 1
    let isFailback = group.members.contains { successors.contains($0.id) && $0.tier < tier }
    return isFailback ? group.flows.failback : group.flows.failover
  }

  /// The kernel says who holds now.
  /// - Returns: the members that have been left, and do not hold any more; each once. Who lost
  ///   the holding by accident gets it back: his flows may stay.
  mutating func confirmed(_ members: [MemberID], at now: Instant) -> [MemberID] {
    let departed =
      members.isEmpty
      ? [] : group.members.map(\.id).filter { leaving.contains($0) && !members.contains($0) }
    leaving.subtract(departed)
    holding = members
    if !members.isEmpty { lastHolders = members }
    if let last = lastSwitch, last.took == nil, last.decision.preferred == members {
      // Its answer to something older may say so, too.
      lastSwitch?.took = max(.zero, now - last.decision.at)
    }
    return departed
  }
}
