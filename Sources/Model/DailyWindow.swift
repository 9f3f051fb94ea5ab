/// A part of each local day, in minutes: `01:00-05:00`, or over midnight, `22:00-04:00`. Its end
/// lies outside.
///
/// It follows the local clock as people read it: an hour that summer time leaves out does not
/// come, and one that comes twice counts twice.
public struct DailyWindow: Hashable, Sendable {
  public static let minutesOfDay = 24 * 60

  public let from: Int  // minutes since midnight
  public let to: Int

  /// - Returns: nil for minutes that no day has, and for a window that opens and closes at once.
  public init?(from: Int, to: Int) {
    let day = 0..<Self.minutesOfDay
    guard day.contains(from), day.contains(to), from != to else { return nil }
    self.from = from
    self.to = to
  }

  public func contains(_ time: Timestamp) -> Bool {
    let minute = Int(time.nanosecondsOfDay / 60_000_000_000)
    return from < to ? (from..<to).contains(minute) : minute >= from || minute < to
  }

  /// How long after this time it opens, by a clock that runs on evenly; zero while it is open.
  public func opening(after time: Timestamp) -> Duration {
    guard !contains(time) else { return .zero }
    let opens = Int64(from) * 60_000_000_000
    let rest = opens - time.nanosecondsOfDay
    return .nanoseconds(rest < 0 ? rest + Timestamp.day : rest)
  }
}

extension DailyWindow: CustomStringConvertible {
  public var description: String { "\(Self.clock(from))-\(Self.clock(to))" }

  private static func clock(_ minutes: Int) -> String {
    [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
