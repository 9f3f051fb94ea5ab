import Model

/// How far a member of a group is trusted that goes and comes.
///
///     unseen ──► present ──bad──► gone ──unjudged──► returning
///                   ▲              │ ▲                │    │
///                   └─────good─────┘ └──────bad───────┘    │
///                   └─────────────────good─────────────────┘
///
/// It returns when it is usable and up; while its checks have not judged it since it was away, it
/// is about to. Each return costs, also one during a penalty. Being away is no calm: what is
/// forgotten is forgotten of a member that stays.
///
/// The idea is RFC 2439's; here the penalty is a time that doubles, which people can foretell.
struct Trust: Equatable, Sendable {
  enum Sight: Sendable {
    case good, unjudged, bad
  }

  private enum State: Equatable, Sendable {
    case unseen, present, gone, returning
  }

  private var state = State.unseen
  private(set) var unrest: Memory.Unrest?  // nil: it has been calm

  /// Who could claim to have come back more often has doubled its penalty often enough.
  private static let mostReturns = 1_000

  init() {}

  /// - Parameter unrest: from before the start. Clocks may have been set since: a return to come
  ///   is taken for one of this moment, so nobody is held back longer than the longest penalty.
  init(after unrest: Memory.Unrest, by damping: Damping, at now: Instant) {
    guard unrest.returns > 0 else { return }
    self.unrest = Memory.Unrest(
      returns: min(unrest.returns, Self.mostReturns), last: min(unrest.last, now))
    if isCalm(by: damping, at: now) { self.unrest = nil }
  }

  /// It was away, and is not judged yet: others that can hold go first, or a link that comes and
  /// goes faster than its checks judge would move the holding uncounted.
  var isReturning: Bool { state == .returning }

  /// When the penalty of the last return is over; nil: it cost nothing.
  func trustedAt(by damping: Damping?) -> Instant? {
    guard let damping, let unrest else { return nil }
    let penalty = damping.penalty(ofReturn: unrest.returns)
    return penalty > .zero ? unrest.last + penalty : nil
  }

  /// - Parameter damping: nil: nothing is counted.
  mutating func saw(_ sight: Sight, by damping: Damping?, at now: Instant) {
    if damping == nil { unrest = nil }
    switch (state, sight) {
    case (.unseen, .bad), (.present, .good), (.present, .unjudged), (.gone, .bad),
      (.returning, .unjudged):
      break
    case (.gone, .unjudged):
      state = .returning
    case (.returning, .bad):
      state = .gone
    case (.unseen, .good), (.unseen, .unjudged):
      state = .present
    case (.present, .bad):
      state = .gone
      if let damping, isCalm(by: damping, at: now) { unrest = nil }
    case (.gone, .good), (.returning, .good):
      state = .present
      guard damping != nil else { return }
      let returns = min((unrest?.returns ?? 0) + 1, Self.mostReturns)
      unrest = Memory.Unrest(returns: returns, last: now)
    }
  }

  /// An operator takes the member for good, whatever it did.
  mutating func pardoned() {
    unrest = nil
    if state == .returning { state = .present }
  }

  private func isCalm(by damping: Damping, at now: Instant) -> Bool {
    guard let unrest else { return true }
    let settled = trustedAt(by: damping) ?? unrest.last
    return settled + damping.forget <= now
  }
}
