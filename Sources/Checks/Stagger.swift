import Model

/// When to begin, so that those who begin together do not all go on at the same moments: so many
/// each millisecond. A burst would crowd its own answers out of the socket, and be late itself.
public struct Stagger: Equatable, Sendable {
  private static let together = 16

  private var since = Instant.zero
  private var given = 0

  public init() {}

  /// The next place in the row.
  public mutating func place(at now: Instant) -> Instant {
    if next < now {
      since = now
      given = 0
    }
    defer { given += 1 }
    return next
  }

  private var next: Instant { since + .milliseconds(given / Self.together) }
}
