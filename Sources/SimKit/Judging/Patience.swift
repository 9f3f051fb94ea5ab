import Config
import Engine
import Model

/// Watches that a holder that can hold is left for a better one only when its time has come: after
/// the delay, and within the hours; and that nobody holds again that came back too often, while
/// others can.
struct Patience: Sendable {
  private struct Seat: Hashable, Sendable {
    let group: GroupName
    let member: MemberID
  }

  // Since somebody interfered:
  private var fallen: Set<Seat> = []  // who had to go, being down or of no use
  private var comebacks: [Seat: [Instant]] = [:]  // of those, the last ones

  /// An order, a reload or a start: what was before says nothing about what comes.
  mutating func interrupted() {
    fallen = []
    comebacks = [:]
  }

  mutating func decided(_ decision: Decision, _ scene: Scene, wall: ClockReading) -> Violation? {
    guard let group = scene.configuration.group(decision.group), decision.state != .manual,
      !decision.causes.contains(where: \.interferes)
    else { return nil }
    return haste(decision, group, scene, wall) ?? restlessness(decision, group)
  }
}

// MARK: - Failback

extension Patience {
  private func haste(
    _ decision: Decision, _ group: Group, _ scene: Scene, _ wall: ClockReading
  ) -> Violation? {
    let newcomers = decision.newcomers(displacingEligibleOf: group)
    guard !newcomers.isEmpty else { return nil }
    let isDue = newcomers.contains { isRipe($0, group, decision) }
    guard !isDue || !isHour(group, decision, scene, wall) else { return nil }
    return Violation(
      invariant: .patience,
      sentence: "\(decision.headline) at \((decision.at - .zero).text), failback \(group.failback)")
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
}

// MARK: - Damping

extension Patience {
  private mutating func restlessness(_ decision: Decision, _ group: Group) -> Violation? {
    var found: Violation?
    for reading in decision.readings {
      let seat = Seat(group: group.name, member: reading.member)
      let isBad = !reading.standing.isUsable || reading.standing.health == .down
      if isBad, decision.from.contains(reading.member) { fallen.insert(seat) }
      // Where nobody is eligible, whoever is left holds.
      guard decision.preferred.contains(reading.member),
        reading.standing.isEligible(at: decision.at), fallen.remove(seat) != nil
      else { continue }
      let times = Array((comebacks[seat, default: []] + [decision.at]).suffix(8))
      comebacks[seat] = times
      if isTooOften(times, group.damping) {
        found = Violation(
          invariant: .patience,
          sentence: "\(reading.member) holds \(group.name) again at "
            + "\((decision.at - .zero).text), though it came back too often")
      }
    }
    return found
  }

  /// Of all times that it held again within `forget`, the first return may have been before a calm;
  /// the second was at least the first since, and from the third on each cost its penalty.
  private func isTooOften(_ times: [Instant], _ damping: Damping?) -> Bool {
    guard let damping, times.count > 2 else { return false }
    let (last, before) = (times[times.count - 1], times[times.count - 2])
    let returns = times.count { last < $0 + damping.forget } - 1
    return last < before + damping.penalty(ofReturn: returns)
  }
}

extension Cause {
  fileprivate var interferes: Bool {
    switch event {
    case .started, .configured, .ordered: true
    case .becameUnusable, .becameUsable, .judged, .suspected, .trustedTarget, .trusted, .wasGood,
      .windowOpened, .portBecameUsable, .portBecameUnusable, .nodeBecameUsable, .nodeBecameUnusable,
      .nodeAdvertised, .nodeResigned,
      .nobodyAdvertised, .nodeFellSilent, .nodeCame, .nodeSaid:
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
