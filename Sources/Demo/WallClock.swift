import Glibc
import Model

/// A reading of the wall clock, to compare with the times that the daemon tells.
struct WallClock: Sendable {
  private let milliseconds: Int64  // since 1970, UTC

  static var now: WallClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallClock(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// To a time as the daemon writes it, `2026-11-21T14:02:10.123Z`; negative when it was before,
  /// nil when it is no such time. Only the clock part is read: the two are less than half a day
  /// apart.
  func duration(until text: String) -> Duration? {
    let fields = text.dropFirst(11).prefix(12).split { $0 == ":" || $0 == "." }
      .compactMap { Int64($0) }
    guard text.utf8.count == 24, fields.count == 4 else { return nil }
    let then = ((fields[0] * 60 + fields[1]) * 60 + fields[2]) * 1_000 + fields[3]
    let day: Int64 = 86_400_000
    let difference = (then - milliseconds % day + day + day / 2) % day - day / 2
    return .milliseconds(difference)
  }
}
