import Config
import Model

extension Engine {
  public func decisionStatus(_ decision: Decision, clock: ClockReading) -> DecisionStatus {
    DecisionStatus(
      id: decision.id, group: decision.group.text, at: clock.timestamp(of: decision.at).text,
      from: decision.from.map(\.text), to: decision.preferred.map(\.text), state: decision.state,
      reason: decision.reason,
      causes: decision.causes.map {
        "\(clock.timestamp(of: $0.at).clock) \($0.sentence(at: decision.at))"
      },
      readings: decision.readings.map { $0.sentence(clock: clock) },
      lacking: decision.lacking.map { lack in
        let reading = decision.readings.first { $0.member == lack.member }
        return "\(lack.member): \(lack.sentence(reading: reading, clock: clock))"
      })
  }

  /// Why a group is as it is; nil when there is no such group.
  public func explanation(of name: GroupName, clock: ClockReading) -> Explanation? {
    guard let keeper = keepers.first(where: { $0.group.name == name }),
      let status = groupStatus(clock: clock).first(where: { $0.name == name.text })
    else { return nil }
    let own = decisions.filter { $0.group == name }.suffix(10)
    let next = next(for: keeper, clock: clock)
    return Explanation(
      group: status, decisions: own.map { decisionStatus($0, clock: clock) }, next: next,
      sentences: sentences(keeper, status, last: own.last, next: next, clock: clock))
  }

  private func sentences(
    _ keeper: GroupKeeper, _ status: GroupStatus, last: Decision?, next: String?,
    clock: ClockReading
  ) -> [String] {
    var lines = [summary(keeper, clock: clock)]
    if let last {
      lines.append("")
      lines.append(
        "The last decision fell at \(clock.timestamp(of: last.at).clock): \(last.headline)")
      lines += last.causes.map {
        "  because at \(clock.timestamp(of: $0.at).clock) \($0.sentence(at: last.at))"
      }
      lines.append("Readings at that moment:")
      lines += last.readings.map { "  \($0.sentence(clock: clock))" }
      if let took = keeper.lastSwitch.flatMap({ $0.decision.id == last.id ? $0.took : nil }) {
        lines.append("The kernel had confirmed the switch \(took.spoken) after the event was read.")
      }
    }
    lines.append("")
    lines.append("Now:")
    lines += keeper.group.members.map {
      "  \(reading(of: $0.id, in: keeper.group).sentence(clock: clock))"
    }
    for member in status.members {
      if let lacks = member.lacks {
        let named = lacks.replacing("GROUP", with: status.name)
        let verb = status.active.contains(member.name) ? "is not to hold it" : "does not hold it"
        lines.append("\(member.name) \(verb): \(named).")
      }
    }
    for lack in keeper.choice?.lacking ?? [] {
      if let outlook = outlook(of: lack, in: keeper, clock: clock) { lines.append("  \(outlook).") }
    }
    lines += configuration.timerSentences(of: keeper.group)
    lines += prefixSentences(of: keeper.group, clock: clock)
    if let next { lines.append("Next: \(next).") }
    return lines
  }

  private func summary(_ keeper: GroupKeeper, clock: ClockReading) -> String {
    let name = keeper.group.name
    let since = clock.timestamp(of: keeper.since).clock
    let state = keeper.choice?.state ?? .down
    let preferred = keeper.choice?.preferred ?? []
    var line = "\(name) (\(keeper.group.holding.sentence)) is \(state.rawValue) since \(since): "
    line += keeper.holding.isEmpty ? "nobody holds it" : "held by \(Decision.names(keeper.holding))"
    if preferred != keeper.holding { line += ", but policy wants \(Decision.names(preferred))" }
    return line + "."
  }

  /// What would change it by itself.
  private func next(for keeper: GroupKeeper, clock: ClockReading) -> String? {
    let group = keeper.group
    guard let choice = keeper.choice else { return nil }
    if choice.state == .manual, let pin = keeper.pin {
      return "\(pin.member) stays until `siaga auto \(group.name)`"
        + (pin.isHard ? ", whatever happens" : ", or until it fails")
    }
    if let wake = choice.nextWake {
      let time = clock.timestamp(of: wake.at).second
      switch wake.why {
      case .trust(let id): return "\(id) is trusted again at \(time)"
      case .failback(let id): return "\(id) gets it back at \(time)"
      case .probe, .clock, .router, .prefixes, .announcement, .election, .heartbeat: break
      }
    }
    let waiting = choice.lacking.compactMap { lack -> String? in
      guard let seat = group.seat(of: lack.member) else { return nil }
      let isBetter = group.members.contains {
        choice.preferred.contains($0.id) && $0.tier > seat.tier
      }
      // Whoever can takes it from one who cannot; failback is about those who can.
      let isFree = choice.state == .degraded || choice.state == .down
      guard isBetter || isFree else { return nil }
      let then =
        isFree ? "takes it" : group.failback == .manual ? "may be given it back" : "gets it back"
      let later = isFree ? "" : group.failback.patience
      switch lack.reason {
      case .obstacles:
        return "\(lack.member) \(then) once it can be used"
          + (isFree ? "" : " and its checks are up") + later
      case .down, .unjudged:
        return
          "\(lack.member) \(then) once its checks are up (\(rises(of: lack.member, in: group)))"
          + later
      case .drained, .trustedFrom, .failbackIsManual, .failbackAfter, .failbackBetween,
        .pinnedElsewhere, .notNeeded:
        return nil
      }
    }
    return waiting.first
  }

  private func rises(of id: MemberID, in group: Group) -> String {
    configuration.checks(of: id, in: group).map {
      "\($0.name): \($0.rise == 1 ? "one answer" : "\($0.rise) answers in a row"), probed every \($0.every.text)"
        + ($0.quality.map { ", and good enough over \($0.window.spoken)" } ?? "")
    }.joined(separator: "; ")
  }
}

extension Failback {
  /// What more it takes once a better member is good again.
  fileprivate var patience: String {
    switch self {
    case .auto, .manual, .delayed(.zero, nil): ""
    case .delayed(.zero, let window?): ", between \(window)"
    case .delayed(let after, nil): ", and has been so for \(after.spoken)"
    case .delayed(let after, let window?):
      ", and has been so for \(after.spoken), between \(window)"
    }
  }
}
