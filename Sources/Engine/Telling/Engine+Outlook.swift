import Checks
import Config
import Model

/// What a member that does not hold still has to do, and until when.
extension Engine {
  /// `isp1 answered 3 of 5 probes in a row (gateway 10.10.1.1): up at 14:02:10 if nothing is lost;
  /// then held back for 20 s, until 14:02:30, as it would be its third return`; nil: what it lacks
  /// says all there is.
  func outlook(of lack: Lack, in keeper: GroupKeeper, clock: ClockReading) -> String? {
    let reading = reading(of: lack.member, in: keeper.group)
    let rest = patience(of: lack.member, in: keeper)
    switch lack.reason {
    case .down, .unjudged:
      let waits = reading.checks.compactMap { wait(for: $0, of: lack.member) }
      guard !waits.isEmpty else { return nil }
      // Nobody knows when one that is silent will answer.
      let up = waits.allSatisfy { $0.until != nil } ? waits.compactMap(\.until).max() : nil
      let penalty = penalty(after: lack, reading.standing, in: keeper, up: up, clock: clock)
      return ([waits.map { $0.sentence(clock) }.joined(separator: ", ")] + [penalty, rest])
        .compactMap { $0 }.joined(separator: "; ")
    case .trustedFrom, .failbackAfter:
      return rest.map { "\(lack.member): then \($0)" }
    case .obstacles:
      guard let penalty = penalty(after: lack, reading.standing, in: keeper, up: nil, clock: clock)
      else { return nil }
      return "\(lack.member), once it is back, is \(penalty)"
    case .drained, .failbackIsManual, .failbackBetween, .pinnedElsewhere, .notNeeded:
      return nil
    }
  }

  /// A check that has to say up yet.
  private struct Wait {
    let member: MemberID
    let check: CheckReading
    let rise: Int
    let rest: Duration  // from one answer to the last that it takes
    let until: Instant?  // nil: it does not answer now

    func sentence(_ clock: ClockReading) -> String {
      let what = "\(check.check) \(check.host)"
      guard let until else {
        let more =
          rise == 1 ? "its first answer" : "\(rise) answers in a row, \(rest.spoken) from the first"
        return "\(member) answers none now (\(what)): up after \(more)"
      }
      return
        "\(member) answered \(check.reading.answeredInARow) of \(rise) probes in a row (\(what)): up at "
        + "\(clock.timestamp(of: until).second) if nothing is lost"
    }
  }

  private func wait(for reading: CheckReading, of member: MemberID) -> Wait? {
    guard reading.health != .up, !reading.isSuspect,
      let check = configuration.check(reading.check)
    else { return nil }
    // One that answers and is down nevertheless is not good enough, and no count tells until when.
    guard reading.reading.answering != .up else { return nil }
    let every = configuration.idleInterval(of: check, by: member)
    let answered = reading.reading.answeredInARow
    let missing = check.rise - answered
    return Wait(
      member: member, check: reading, rise: check.rise, rest: every * (check.rise - 1),
      until: answered == 0 ? nil : reading.reading.lastAnswer.map { $0 + every * missing })
  }

  /// What the return to come costs.
  private func penalty(
    after lack: Lack, _ standing: Standing, in keeper: GroupKeeper, up: Instant?,
    clock: ClockReading
  ) -> String? {
    guard let damping = keeper.group.damping, keeper.lastSwitch != nil else { return nil }
    let penalty = damping.penalty(ofReturn: standing.returns + 1)
    guard penalty > .zero else { return nil }
    let until = up.map { ", until \(clock.timestamp(of: $0 + penalty).second)" } ?? ""
    return
      "held back for \(penalty.spoken)\(until) (return \(standing.returns + 1) since it was calm)"
  }

  /// What failback asks of one that is better than who holds.
  private func patience(of id: MemberID, in keeper: GroupKeeper) -> String? {
    guard let tier = keeper.group.seat(of: id)?.tier, let choice = keeper.choice,
      choice.state != .degraded, choice.state != .down, choice.state != .manual,
      keeper.group.members.contains(where: { choice.preferred.contains($0.id) && $0.tier > tier })
    else { return nil }
    switch keeper.group.failback {
    case .auto: return nil
    case .manual: return "failback is manual (`siaga failback \(keeper.group.name)`)"
    case .delayed(let after, let window):
      let words = [
        after == .zero ? nil : "once it has been good for \(after.spoken)",
        window.map { "between \($0)" },
      ]
      return "failback " + words.compactMap { $0 }.joined(separator: ", ")
    }
  }
}
