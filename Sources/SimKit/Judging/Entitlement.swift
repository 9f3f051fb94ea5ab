import Config
import Engine
import Model

/// Watches that those hold who are to: all eligible members of the first tier that has any, and,
/// while they are fewer than wanted, of later ones in file order. Who comes and may not take a
/// holder's place yet joins where he takes none.
struct Entitlement: Sendable {
  private var vacant: Set<GroupName> = []  // nobody held at the last decision

  mutating func interrupted() {
    vacant = []
  }

  /// - Parameter drained: as it stood when the decision fell.
  mutating func decided(
    _ decision: Decision, _ scene: Scene, drained: Set<MemberID>, wall: ClockReading
  ) -> Violation? {
    let wasVacant = vacant.contains(decision.group)
    if decision.preferred.isEmpty {
      vacant.insert(decision.group)
    } else {
      vacant.remove(decision.group)
    }
    guard decision.state != .manual, let group = scene.configuration.group(decision.group) else {
      return nil
    }
    let eligible = decision.readings
      .filter { $0.standing.isEligible(at: decision.at) && !drained.contains($0.member) }
    guard !eligible.isEmpty else { return nil }
    if let wrong = decision.preferred.first(where: { id in
      !eligible.contains { $0.member == id }
    }) {
      return violation(decision, "\(wrong) may not hold and \(eligible.map(\.member)) can")
    }
    guard isKnown(group.failback, decision, scene, wall) else { return nil }
    let contest = Contest(
      group: group, eligible: eligible, incumbents: wasVacant ? [] : decision.from,
      isFailingBack: decision.causes.contains { $0.event == .ordered(.failback(group.name)) },
      now: decision.at)
    return contest.objection(to: decision.preferred).map { violation(decision, $0) }
  }

  private func violation(_ decision: Decision, _ objection: String) -> Violation {
    Violation(invariant: .entitled, sentence: "\(decision.headline), though \(objection)")
  }

  /// Within its hours a group may have looked at the clock before them, and soon after a step too.
  private func isKnown(
    _ failback: Failback, _ decision: Decision, _ scene: Scene, _ wall: ClockReading
  ) -> Bool {
    guard let window = failback.window else { return true }
    return !window.contains(wall.timestamp(of: decision.at))
      && decision.at > scene.clockSteppedAt + .seconds(31)
  }
}

/// Who could hold a group, and who held it.
private struct Contest {
  let group: Group
  let eligible: [MemberReading]  // file order
  let incumbents: [MemberID]
  let isFailingBack: Bool
  let now: Instant

  func objection(to preferred: [MemberID]) -> String? {
    let stayers = eligible.map(\.member).filter(incumbents.contains)
    let rivals = eligible.filter {
      stayers.isEmpty || stayers.contains($0.member) || mayDisplace($0)
    }.map(\.member)
    let secure = best(of: rivals)
    let joined = best(of: rivals + preferred)
    let kept = group.failback == .manual && !isFailingBack ? stayers : []
    if Set(preferred) != Set(joined + kept) {
      return "of \(rivals) these are to hold: \(Set(joined + kept).sorted())"
    }
    if let displaced = secure.first(where: { !preferred.contains($0) }) {
      return "\(displaced) is displaced by one that may not yet"
    }
    let idle = eligible.map(\.member).first { id in
      let chosen = best(of: rivals + preferred + [id])
      return !preferred.contains(id) && chosen.contains(id) && secure.allSatisfy(chosen.contains)
    }
    return idle.map { "\($0) would take nobody's place" }
  }

  private func best(of ids: [MemberID]) -> [MemberID] {
    let seats = group.members.filter { ids.contains($0.id) }
    let first = seats.filter { $0.tier == seats.first?.tier }
    return (first + seats.dropFirst(first.count).prefix(max(0, group.want - first.count)))
      .map(\.id)
  }

  private func mayDisplace(_ reading: MemberReading) -> Bool {
    guard reading.standing.health == .up else { return false }
    switch group.failback {
    case .auto: return true
    case .manual: return isFailingBack
    case .delayed(let after, let window):
      let isRipe = reading.standing.goodSince.map { $0 + after <= now } ?? false
      return isFailingBack || (isRipe && window == nil)
    }
  }
}
