import Model

/// When to tell a link who has an address (gratuitous ARP, unsolicited neighbour advertisement).
///
/// At once when it stands here, and some more times, for such packets get lost; whenever somebody
/// else claimed it; and now and then, for switches forget, and whoever missed it would send to
/// the old one until its cache ends.
struct AddressAnnouncer: Equatable, Sendable {
  private static let repeats: [Duration] = [
    .milliseconds(100), .milliseconds(400), .milliseconds(1_500), .seconds(3),
  ]
  private static let refresh = Duration.seconds(60)
  private static let pause = Duration.milliseconds(500)  // between answers to claims

  private(set) var next: Instant?  // nil: it is not here
  private var repeats = 0
  private var last: Instant?

  /// It was told as often as such packets may get lost.
  var hasRepeated: Bool { repeats == Self.repeats.count }

  mutating func looked(isHolding: Bool, at now: Instant) {
    if !isHolding {
      next = nil
    } else if next == nil {
      next = now
      repeats = 0
      last = nil  // what was said when it stood here before is no answer to whoever claims it now
    }
  }

  mutating func contested(at now: Instant) {
    guard next != nil else { return }
    repeats = 0
    next = max(now, last.map { $0 + Self.pause } ?? now)
  }

  mutating func isDue(at now: Instant) -> Bool {
    guard let due = next, due <= now else { return false }
    last = now
    next = now + (repeats < Self.repeats.count ? Self.repeats[repeats] : Self.refresh)
    repeats = min(repeats + 1, Self.repeats.count)
    return true
  }
}
