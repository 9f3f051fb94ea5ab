/// A point on the machine's monotonic clock, in nanoseconds since an arbitrary start.
///
/// Everything that decides uses `Instant`; wall-clock time is for people, so a clock that is set
/// back and forth moves nothing. One thing is people's own: a failback between hours of the day.
public struct Instant: Hashable, Comparable, Sendable, Codable {
  public var nanoseconds: Int64

  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  public static let zero = Instant(nanoseconds: 0)

  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The earlier of two, either of which may be absent.
  public static func earlier(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
  }

  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(nanoseconds: instant.nanoseconds + duration.nanoseconds)
  }

  public static func - (later: Instant, earlier: Instant) -> Duration {
    .nanoseconds(later.nanoseconds - earlier.nanoseconds)
  }

  public static func - (instant: Instant, duration: Duration) -> Instant {
    Instant(nanoseconds: instant.nanoseconds - duration.nanoseconds)
  }
}

extension Duration {
  /// The whole nanoseconds in this duration; a timer never needs more than 292 years.
  public var nanoseconds: Int64 {
    let whole = attoseconds
    // Up to nine seconds, which most are, 64 bits are enough to divide: that is far quicker.
    if let short = Int64(exactly: whole) { return short / 1_000_000_000 }
    return Int64(whole / 1_000_000_000)
  }

  public var milliseconds: Double {
    Double(nanoseconds) / 1_000_000
  }

  /// As the config file writes it: `500ms`, `10s`, `5m`.
  public var text: String {
    let ns = nanoseconds
    let units: [(Int64, String)] = [
      (3_600_000_000_000, "h"), (60_000_000_000, "m"), (1_000_000_000, "s"), (1_000_000, "ms"),
      (1_000, "us"),
    ]
    for (size, unit) in units where ns != 0 && ns % size == 0 {
      return "\(ns / size)\(unit)"
    }
    return ns == 0 ? "0s" : "\(ns)ns"
  }

  /// For sentences: `0.4 ms`, `12 ms`, `3.2 s`, `4 min`.
  public var spoken: String {
    let ms = milliseconds
    // What would be rounded up to the next unit is told in it.
    switch ms {
    case ..<9.95: return "\(tenths(ms)) ms"
    case ..<999.5: return "\(Int64(ms.rounded())) ms"
    case ..<59_950: return "\(tenths(ms / 1_000)) s"
    case ..<3_570_000: return "\(Int64((ms / 60_000).rounded())) min"
    case ..<172_800_000: return "\(tenths(ms / 3_600_000)) h"
    default: return "\(Int64(ms / 86_400_000)) days"
    }
  }

  private func tenths(_ value: Double) -> String {
    let scaled = Int64((value * 10).rounded())
    return scaled % 10 == 0 ? "\(scaled / 10)" : "\(scaled / 10).\(abs(scaled % 10))"
  }
}
