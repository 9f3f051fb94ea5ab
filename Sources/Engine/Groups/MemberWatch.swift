import Model

/// One member of one group through time: since when it stands as it does, and how far it is
/// trusted.
struct MemberWatch: Equatable, Sendable {
  /// What must change for `since` to start anew.
  private struct Key: Equatable, Sendable {
    let isUsable: Bool
    let health: Health
    let isDrained: Bool
  }

  private var key: Key?
  private var trust = Trust()
  private(set) var since: Instant?
  private(set) var goodSince: Instant?  // eligible and up without interruption
  private(set) var trustedAt: Instant?  // nil: no penalty runs
  private(set) var isReturning = false  // it was away, and is not judged yet

  init() {}

  /// - Parameter unrest: from before the start.
  init(after unrest: Memory.Unrest, by damping: Damping, at now: Instant) {
    trust = Trust(after: unrest, by: damping, at: now)
  }

  var unrest: Memory.Unrest? { trust.unrest }
  var returns: Int { trust.unrest?.returns ?? 0 }

  /// - Parameter standing: as kernel, checks and operators have it.
  /// - Returns: the same, with what is known from before.
  mutating func saw(_ standing: Standing, by damping: Damping?, at now: Instant) -> Standing {
    let seen = Key(
      isUsable: standing.isUsable, health: standing.health, isDrained: standing.isDrained)
    if seen != key {
      key = seen
      since = now
    }
    trust.saw(Trust.Sight(standing), by: damping, at: now)
    trustedAt = trust.trustedAt(by: damping).flatMap { $0 > now ? $0 : nil }
    isReturning = damping != nil && trust.isReturning
    var standing = completed(standing)
    goodSince = standing.isGood(at: now) ? goodSince ?? now : nil
    standing.goodSince = goodSince
    return standing
  }

  func completed(_ standing: Standing) -> Standing {
    var standing = standing
    standing.trustedAt = trustedAt
    standing.returns = returns
    standing.isReturning = isReturning
    standing.goodSince = goodSince
    return standing
  }

  /// An operator's order goes before what the member did, from the next look on.
  mutating func pardoned() { trust.pardoned() }
}

extension Trust.Sight {
  init(_ standing: Standing) {
    if !standing.isUsable || standing.health == .down {
      self = .bad
    } else {
      self = standing.health == .up ? .good : .unjudged
    }
  }
}
