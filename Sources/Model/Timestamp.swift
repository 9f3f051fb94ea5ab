/// A wall-clock time for people and logs: nanoseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
  static let day: Int64 = 86_400_000_000_000

  public var nanoseconds: Int64
  public var offset: Int64  // seconds east of UTC, for those who read it

  public init(nanoseconds: Int64, offset: Int64 = 0) {
    self.nanoseconds = nanoseconds
    self.offset = offset
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// `2026-11-21T14:02:10.123Z`, or `…+07:00` (RFC 3339, milliseconds).
  public var text: String {
    let milliseconds = nanoseconds.flooredDivision(by: 1_000_000) + offset * 1_000
    let seconds = milliseconds.flooredDivision(by: 1_000)
    let (year, month, day) = Self.civil(fromDays: seconds.flooredDivision(by: 86_400))
    let second = seconds - seconds.flooredDivision(by: 86_400) * 86_400
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
      + "\(padded(second / 3_600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
      + ".\(padded(milliseconds - seconds * 1_000, 3))\(zone)"
  }

  private var zone: String {
    guard offset != 0 else { return "Z" }
    let minutes = abs(offset) / 60
    return "\(offset < 0 ? "-" : "+")\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2))"
  }

  /// The clock part alone: `14:02:10.123`.
  public var clock: String {
    String(text.dropFirst(11).prefix(12))
  }

  /// To the second, for what is still to come: `14:02:10`.
  public var second: String {
    String(clock.prefix(8))
  }

  /// Since local midnight, as the clock shows it.
  public var nanosecondsOfDay: Int64 {
    let local = nanoseconds + offset * 1_000_000_000
    return local - local.flooredDivision(by: Self.day) * Self.day
  }

  /// Days since 1970 to a date of the proleptic Gregorian calendar.
  private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
    // Count from 0000-03-01, so that the leap day is the last of its year; an era is 400 years.
    let shifted = days + 719_468
    let era = shifted.flooredDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : (self - divisor + 1) / divisor
  }
}

/// The pair of clocks read together, to tell people when an `Instant` was, and to know the
/// local time where the file speaks of it.
public struct ClockReading: Sendable, Equatable {
  public var monotonic: Instant
  public var wall: Timestamp

  public init(monotonic: Instant, wall: Timestamp) {
    self.monotonic = monotonic
    self.wall = wall
  }

  public func timestamp(of instant: Instant) -> Timestamp {
    Timestamp(
      nanoseconds: wall.nanoseconds + (instant - monotonic).nanoseconds, offset: wall.offset)
  }

  /// When the monotonic clock shows what the wall clock shows then; nil for a time out of reach,
  /// as a file may claim it.
  public func instant(of time: Timestamp) -> Instant? {
    let (ago, isTooFar) = wall.nanoseconds.subtractingReportingOverflow(time.nanoseconds)
    let (instant, isOut) = monotonic.nanoseconds.subtractingReportingOverflow(ago)
    return isTooFar || isOut ? nil : Instant(nanoseconds: instant)
  }
}
