import Model

/// How far a member of a group is trusted that goes and comes.
///
///     unseen ──present──► present ◄──good again── gone
///                            └──────gone──────────►┘
///
/// Present is usable and not down, good is usable and up: a member that is not judged yet has
/// neither gone nor returned. Each return costs, also one during a penalty. Being gone is no
/// calm: what is forgotten is forgotten by a member that stays.
///
/// The idea is RFC 2439's; here the penalty is a time that doubles, which people can foretell.
struct Trust: Equatable, Sendable {
  enum Sight: Sendable {
    case good, unjudged, bad
  }

  private enum State: Equatable, Sendable {
    case unseen, present, gone
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
    case (.unseen, .bad), (.present, .good), (.present, .unjudged), (.gone, .unjudged),
      (.gone, .bad):
      break
    case (.unseen, .good), (.unseen, .unjudged):
      state = .present
    case (.present, .bad):
      state = .gone
      if let damping, isCalm(by: damping, at: now) { unrest = nil }
    case (.gone, .good):
      state = .present
      guard damping != nil else { return }
      let returns = min((unrest?.returns ?? 0) + 1, Self.mostReturns)
      unrest = Memory.Unrest(returns: returns, last: now)
    }
  }

  /// An operator takes the member for good, whatever it did.
  mutating func pardoned() {
    unrest = nil
  }

  private func isCalm(by damping: Damping, at now: Instant) -> Bool {
    guard let unrest else { return true }
    let settled = trustedAt(by: damping) ?? unrest.last
    return settled + damping.forget <= now
  }
}
