import Model

/// The local time, for groups that give back between hours only. While such a group waits, the
/// clock is asked for again and again, so that steps and summer time are noticed. A step moves
/// nothing, but that a window opens by the clock.
extension Engine {
  /// A reading older than this decides nothing.
  static let clockAge = Duration.seconds(30)

  var nextClock: Wake? {
    guard keepers.contains(where: \.waitsForWindow) else { return nil }
    return Wake(at: clock.map { $0.monotonic + Self.clockAge } ?? .zero, why: .clock)
  }

  func freshClock(at now: Instant) -> ClockReading? {
    clock.flatMap { now < $0.monotonic + Self.clockAge ? $0 : nil }
  }

  mutating func read(_ reading: ClockReading, at now: Instant) {
    clock = reading
    isStale = true
    for keeper in keepers {
      for lack in keeper.choice?.lacking ?? [] {
        guard case .failbackBetween(let window) = lack.reason,
          window.contains(reading.timestamp(of: now))
        else { continue }
        note(.windowOpened(lack.member, keeper.group.name, window), at: now)
      }
    }
  }

  /// What a member waited for that gets the holding back.
  mutating func noteFailback(of id: MemberID, in keeper: GroupKeeper, at now: Instant) {
    guard case .delayed(let after, let window) = keeper.group.failback else { return }
    let lack = keeper.choice?.lacking.first { $0.member == id }
    if case .failbackAfter(let ripe) = lack?.reason, ripe == keeper.choice?.nextWake?.at {
      note(.wasGood(id, keeper.group.name, for: after), at: now)
    } else if let window {
      note(.windowOpened(id, keeper.group.name, window), at: now)
    }
  }
}
