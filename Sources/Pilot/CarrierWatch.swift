import Model

/// When to read the carrier of used links, besides hearing of it.
///
/// The kernel (net/core/link_watch.c) passes on a carrier change at once, unless it passed one
/// on within the last second, of any link of the machine: then it waits for that second to
/// end. What it holds back may come to nothing, as when the link is gone by then, and shuts the
/// gate for one more second, unheard. So at the first link event heard, and every 10 ms for a good
/// two seconds after each, links are read. Events of other namespaces close the same gate unheard;
/// for those, links are read every 200 ms always.
struct CarrierWatch: Sendable {
  private static let whileGateMayBeShut = Duration.milliseconds(10)
  private static let always = Duration.milliseconds(200)
  private static let gate = Duration.milliseconds(2_200)

  private(set) var next: Instant?
  private var shutUntil = Instant.zero

  func isDue(at now: Instant) -> Bool {
    next.map { $0 <= now } ?? true
  }

  /// A link event came: another may be held back from now on. At the first, that may have happened
  /// already: who pulls the plug of a switch takes all its links.
  mutating func heard(at now: Instant) {
    let pause = now < shutUntil ? Self.whileGateMayBeShut : .zero
    shutUntil = now + Self.gate
    if let next { self.next = min(next, now + pause) }
  }

  mutating func wasRead(at now: Instant, hasLinks: Bool) {
    guard hasLinks else {
      next = now + Self.gate
      return
    }
    let pause = now < shutUntil ? Self.whileGateMayBeShut : Self.always
    // Keep the beat; after a stall start anew.
    let onBeat = (next ?? now) + pause
    next = onBeat > now ? onBeat : now + pause
  }

  mutating func retry(at now: Instant) {
    next = now + Self.whileGateMayBeShut
  }

  /// Reads that were due before `now`, and had nothing to see, are counted as done.
  mutating func leaveOut(before now: Instant) {
    while let next, next < now { wasRead(at: next, hasLinks: true) }
  }
}
