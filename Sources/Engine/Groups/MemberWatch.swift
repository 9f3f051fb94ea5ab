import Model

/// One member of one group through time: since when it stands as it does.
struct MemberWatch: Equatable, Sendable {
  /// What must change for `since` to start anew.
  private struct Key: Equatable, Sendable {
    let isUsable: Bool
    let health: Health
    let isDrained: Bool
  }

  private var key: Key?
  private(set) var since: Instant?
  private(set) var goodSince: Instant?  // eligible and up without interruption

  /// - Parameter standing: as kernel, checks and operators have it.
  /// - Returns: the same, with what is known from before.
  mutating func saw(_ standing: Standing, at now: Instant) -> Standing {
    var standing = standing
    let seen = Key(
      isUsable: standing.isUsable, health: standing.health, isDrained: standing.isDrained)
    if seen != key {
      key = seen
      since = now
    }
    goodSince = standing.isGood(at: now) ? goodSince ?? now : nil
    standing.goodSince = goodSince
    return standing
  }
}
