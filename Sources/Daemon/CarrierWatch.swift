import Model

/// When to read the carrier of used links: the kernel may hold a notice back for a second.
struct CarrierWatch: Sendable {
  private static let every = Duration.milliseconds(10)
  private static let whenIdle = Duration.seconds(1)

  private(set) var next: Instant?

  func isDue(at now: Instant) -> Bool {
    next.map { $0 <= now } ?? true
  }

  mutating func wasRead(at now: Instant, hasLinks: Bool) {
    guard hasLinks else {
      next = now + Self.whenIdle
      return
    }
    // Keep the beat; after a stall start anew.
    let onBeat = (next ?? now) + Self.every
    next = onBeat > now ? onBeat : now + Self.every
  }

  mutating func retry(at now: Instant) {
    next = now + Self.every
  }
}
