import Model

/// Who should hold a group. One pure function for every kind of group.
///
/// - Parameters:
///   - standings: one for each member; a member without one is taken for absent.
///   - holding: who held until now: at start what the kernel says, then the last choice.
/// - Returns: a choice that repeats itself when it is given as `holding`.
public func choose(
  _ group: Group, _ standings: [MemberID: Standing], holding: [MemberID], mode: Mode,
  at now: Instant
) -> Choice {
  let field = Field(group: group, standings: standings, holding: holding, now: now)
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
      preferred = field.policy(failsBack: mode == .failingBack || group.failback == .auto)
      state = field.state(of: preferred)
    }
  }
  return Choice(
    preferred: preferred, state: state,
    lacking: field.lacking(preferred: preferred, state: state, mode: mode),
    nextWake: field.nextTrust)
}

/// A group at one moment: the members and how they stand.
private struct Field {
  let group: Group
  let standings: [MemberID: Standing]
  let holding: Set<MemberID>
  let now: Instant
  let eligible: [Member]

  init(group: Group, standings: [MemberID: Standing], holding: [MemberID], now: Instant) {
    self.group = group
    self.standings = standings
    self.holding = Set(holding)
    self.now = now
    eligible = group.members.filter { standings[$0.id]?.isEligible(at: now) ?? false }
  }

  func standing(_ id: MemberID) -> Standing {
    standings[id] ?? Standing(obstacles: [.absent], health: .unknown)
  }

  /// Without a carrier a route can still stand; without an address, or the interface, none can.
  func canHold(_ id: MemberID) -> Bool {
    standing(id).obstacles.allSatisfy { $0 == .noCarrier }
  }

  func canKeepPin(_ pin: MemberID) -> Bool {
    let standing = standing(pin)
    return standing.isUsable && standing.health != .down
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

  func policy(failsBack: Bool) -> [MemberID] {
    let incumbents = eligible.map(\.id).filter(holding.contains)
    // Unknown is eligible but never displaces a holder: without the unknown newcomers,
    // would the same holders have to go?
    let everyone = best(of: eligible)
    let judged = best(
      of: eligible.filter { holding.contains($0.id) || standing($0.id).health == .up })
    let leaveAnyway = incumbents.filter { !judged.contains($0) }
    let leave = incumbents.filter { !everyone.contains($0) }
    let ideal = leave.allSatisfy(leaveAnyway.contains) ? everyone : judged
    if failsBack || incumbents.allSatisfy(ideal.contains) { return inFileOrder(ideal) }
    // Manual failback: holders stay; others only make up the number.
    let fill = ideal.filter { !incumbents.contains($0) }
    return inFileOrder(incumbents + fill.prefix(max(0, group.want - incumbents.count)))
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

// MARK: - What the others lack

extension Field {
  var nextTrust: Wake? {
    group.members.compactMap { member -> Wake? in
      guard let at = standing(member.id).trustedAt, at > now else { return nil }
      return Wake(at: at, why: .trust(member.id))
    }.reduce(nil, Wake.earlier)
  }

  func lacking(preferred: [MemberID], state: GroupState, mode: Mode) -> [Lack] {
    group.members.map(\.id).filter { !preferred.contains($0) }.map { id in
      Lack(member: id, reason: reason(id, preferred: preferred, state: state, mode: mode))
    }
  }

  private func reason(
    _ id: MemberID, preferred: [MemberID], state: GroupState, mode: Mode
  ) -> Lack.Reason {
    let standing = standing(id)
    if !standing.isUsable { return .obstacles(standing.obstacles) }
    if standing.health == .down { return .down }
    if standing.isDrained { return .drained }
    if let trustedAt = standing.trustedAt, trustedAt > now { return .trustedFrom(trustedAt) }
    if state == .manual, case .pinned(let pin, _) = mode { return .pinnedElsewhere(pin) }
    guard isBetter(id, than: preferred) else { return .notNeeded }
    return standing.health == .unknown ? .unjudged : .failbackIsManual
  }

  private func isBetter(_ id: MemberID, than preferred: [MemberID]) -> Bool {
    guard let tier = group.seat(of: id)?.tier else { return false }
    return group.members.contains { preferred.contains($0.id) && $0.tier > tier }
  }
}
