import Model

/// The kernel's link_watch: a carrier notice passes at once, unless one passed within the last
/// second, of any link; then it waits for that second to end.
struct LinkGate: Sendable {
  static let shutFor = Duration.seconds(1)

  private var opensAt = Instant.zero
  private var flushAt = Instant.zero  // when those that wait are written, all together

  /// - Returns: when a notice is written that could be now.
  mutating func pass(at now: Instant) -> Instant {
    if now < flushAt { return flushAt }
    let passes = max(now, opensAt)
    if passes > now { flushAt = passes }
    opensAt = passes + Self.shutFor
    return passes
  }
}
