/// How long a member that goes and comes is held back, so that it does not move the holding each
/// time.
public struct Damping: Hashable, Sendable {
  public let base: Duration
  public let max: Duration
  public let forget: Duration  // of calm, after which all is forgotten

  public static let standard = Damping(
    base: .seconds(10), max: .seconds(600), forget: .seconds(600))

  public init(base: Duration, max: Duration, forget: Duration) {
    self.base = base
    self.max = max
    self.forget = forget
  }

  /// What a return costs: the first since calm nothing, the second `base`, each further one twice
  /// as much as the one before, but never more than `max`.
  public func penalty(ofReturn number: Int) -> Duration {
    guard number > 1 else { return .zero }
    var penalty = base
    var doublings = number - 2
    while doublings > 0, penalty < max {
      penalty += penalty
      doublings -= 1
    }
    return min(penalty, max)
  }
}
