import Config
import Engine
import Model

/// Watches that a holder that can hold is left for a better one only when its time has come: after
/// the delay, within the hours, and held back if it came back too often.
struct Patience: Sendable {
  private struct Seat: Hashable, Sendable {
    let group: GroupName
    let member: MemberID
  }

  /// When each better one took a holder's place, since somebody interfered.
  private var arrivals: [Seat: [Instant]] = [:]

  /// An order, a reload or a start: what was before says nothing about what comes.
  mutating func interrupted() {
    arrivals = [:]
  }

  mutating func decided(_ decision: Decision, _ scene: Scene, wall: ClockReading) -> Violation? {
    guard let group = scene.configuration.group(decision.group), decision.state != .manual,
      !decision.causes.contains(where: \.interferes)
    else { return nil }
    let newcomers = decision.newcomers(displacingEligibleOf: group)
    guard !newcomers.isEmpty else { return nil }
    let isDue = newcomers.contains { isRipe($0, group, decision) }
    if !isDue || !isHour(group, decision, scene, wall) {
      return Violation(
        invariant: .patience,
        sentence:
          "\(decision.headline) at \((decision.at - .zero).text), failback \(group.failback)")
    }
    let found = newcomers.map { restlessness(of: $0.member, group, decision) }
    return found.compactMap(\.self).first
  }

  private func isRipe(_ reading: MemberReading, _ group: Group, _ decision: Decision) -> Bool {
    guard case .delayed(let after, _) = group.failback else { return group.failback != .manual }
    return reading.standing.goodSince.map { $0 + after <= decision.at } ?? false
  }

  /// Whoever looks at the clock every 30 s may go by the old one that long after a step.
  private func isHour(
    _ group: Group, _ decision: Decision, _ scene: Scene, _ wall: ClockReading
  ) -> Bool {
    guard let window = group.failback.window, decision.at > scene.clockSteppedAt + .seconds(30)
    else { return true }
    return window.contains(wall.timestamp(of: decision.at))
  }

  /// It took a holder's place twice within `forget` already: so its last return was at least the
  /// second since it was calm, and cost `base`.
  private mutating func restlessness(
    of member: MemberID, _ group: Group, _ decision: Decision
  ) -> Violation? {
    let before = arrivals[Seat(group: group.name, member: member), default: []].suffix(2)
    arrivals[Seat(group: group.name, member: member)] = Array(before) + [decision.at]
    guard let damping = group.damping, before.count == 2, let first = before.first,
      let second = before.last, decision.at < first + damping.forget,
      decision.at < second + min(damping.base, damping.max)
    else { return nil }
    return Violation(
      invariant: .patience,
      sentence: "\(member) got \(group.name) back too often, at \((decision.at - .zero).text)")
  }
}

extension Cause {
  fileprivate var interferes: Bool {
    switch event {
    case .started, .configured, .ordered: true
    case .becameUnusable, .becameUsable, .judged, .suspected, .trustedTarget, .trusted, .wasGood,
      .windowOpened:
      false
    }
  }
}

extension Decision {
  /// Who came in, where a worse one that could have stayed had to go.
  fileprivate func newcomers(displacingEligibleOf group: Group) -> [MemberReading] {
    let left = readings.filter {
      from.contains($0.member) && !preferred.contains($0.member)
        && $0.standing.isEligible(at: at)
    }
    let worst = left.compactMap { group.seat(of: $0.member)?.tier }.max() ?? 0
    return readings.filter { reading in
      preferred.contains(reading.member) && !from.contains(reading.member)
        && (group.seat(of: reading.member)?.tier ?? .max) < worst
    }
  }
}
