import Model

/// Who should hold a group. One pure function for every kind of group.
///
/// - Parameters:
///   - standings: one for each member; a member without one is taken for absent.
///   - holding: who held until now: at start what the kernel says, then the last choice.
///   - clock: tells the local time, for a failback between hours; without it, none is due.
/// - Returns: a choice that repeats itself when it is given as `holding`.
public func choose(
  _ group: Group, _ standings: [MemberID: Standing], holding: [MemberID], mode: Mode,
  at now: Instant, clock: ClockReading? = nil
) -> Choice {
  let field = Field(
    group: group, standings: standings, holding: holding, mode: mode, now: now, clock: clock)
  let preferred: [MemberID]
  let state: GroupState
  switch mode {
  case .pinned(let pin, let isHard) where isHard || field.canKeepPin(pin):
    preferred = [pin]
    state = .manual
  case .policy, .failingBack, .pinned:
    if field.eligible.isEmpty {
      preferred = field.lastResort
      state = preferred.contains(where: field.canHold) ? .degraded : .down
    } else {
      preferred = field.policy
      state = field.state(of: preferred)
    }
  }
  let lacking = field.lacking(preferred: preferred, state: state)
  return Choice(
    preferred: preferred, state: state, lacking: lacking, nextWake: field.nextWake(lacking))
}

/// A group at one moment: the members and how they stand.
struct Field {
  let group: Group
  let standings: [MemberID: Standing]
  let holding: Set<MemberID>
  let mode: Mode
  let now: Instant
  let clock: ClockReading?
  let eligible: [Member]

  init(
    group: Group, standings: [MemberID: Standing], holding: [MemberID], mode: Mode, now: Instant,
    clock: ClockReading?
  ) {
    self.group = group
    self.standings = standings
    self.holding = Set(holding)
    self.mode = mode
    self.now = now
    self.clock = clock
    eligible = group.members.filter { standings[$0.id]?.isEligible(at: now) ?? false }
  }

  func standing(_ id: MemberID) -> Standing {
    standings[id] ?? Standing(obstacles: [.absent], health: .unknown)
  }

  /// Without a carrier a route can still stand; without an address, or the interface, none can.
  func canHold(_ id: MemberID) -> Bool {
    standing(id).obstacles.allSatisfy { $0 == .noCarrier }
  }

  /// The order pardoned it: what damping holds against it came later.
  func canKeepPin(_ pin: MemberID) -> Bool {
    let standing = standing(pin)
    return standing.isUsable && standing.health != .down && standing.isTrusted(at: now)
  }
}

// MARK: - Policy

extension Field {
  /// All of the first tier, then as many of the later ones as are wanted.
  func best(of candidates: [Member]) -> [MemberID] {
    guard let first = candidates.map(\.tier).min() else { return [] }
    let top = candidates.filter { $0.tier == first }
    let rest = candidates.filter { $0.tier != first }
    return (top + rest.prefix(max(0, group.want - top.count))).map(\.id)
  }

  /// The best, but that a newcomer that may not take a place from a holder yet joins only where
  /// it takes nobody's. So a delay never keeps the number down, nor a holder that failed.
  var policy: [MemberID] {
    let incumbents = eligible.map(\.id).filter(holding.contains)
    guard !incumbents.isEmpty else { return inFileOrder(best(of: eligible)) }
    var candidates = eligible.filter { holding.contains($0.id) || restraint(on: $0.id) == nil }
    let secure = best(of: candidates)
    for newcomer in eligible where !candidates.contains(newcomer) {
      let joined = best(of: eligible.filter { candidates.contains($0) || $0 == newcomer })
      if secure.allSatisfy(joined.contains) { candidates.append(newcomer) }
    }
    let chosen = best(of: eligible.filter(candidates.contains))
    // With manual failback nobody who can hold has to go, however many there are.
    let stayers = group.failback == .manual && mode != .failingBack ? incumbents : []
    return inFileOrder(chosen + stayers)
  }

  /// Nobody is eligible. Damping, drain and verdicts never empty a group: whoever is usable
  /// and least ill holds, the last holder before others; without any, the last holder is kept.
  var lastResort: [MemberID] {
    let usable = group.members.filter { standing($0.id).isUsable }
    guard let leastIll = usable.map(illness).min() else {
      return group.members.map(\.id).filter(holding.contains)
    }
    let candidates = usable.filter { illness($0) == leastIll }
    let incumbents = candidates.map(\.id).filter(holding.contains)
    return incumbents.isEmpty
      ? inFileOrder(Array(best(of: candidates).prefix(group.want))) : incumbents
  }

  private func illness(_ member: Member) -> Int {
    switch standing(member.id).health {
    case .up: 0
    case .unknown: 1
    case .down: 2
    }
  }

  private func inFileOrder(_ ids: [MemberID]) -> [MemberID] {
    group.members.map(\.id).filter(ids.contains)
  }

  func state(of preferred: [MemberID]) -> GroupState {
    let tiers = group.members.filter { preferred.contains($0.id) }.map(\.tier)
    let first = group.members.map(\.tier).min()
    if tiers.contains(where: { $0 != first }) { return .failedOver }
    return tiers.count == group.members.count(where: { $0.tier == first }) ? .normal : .reduced
  }
}
