import Glibc
import Model

/// The machine's clocks. Only the shell reads them; everything that decides is told `now`.
public enum Clock {
  public static var now: Instant {
    Instant(nanoseconds: read(CLOCK_MONOTONIC))
  }

  public static var reading: ClockReading {
    let wall = read(CLOCK_REALTIME)
    var seconds = time_t(wall / 1_000_000_000)
    var local = tm()
    // Reads the time zone's file once, when it is first asked.
    localtime_r(&seconds, &local)
    return ClockReading(
      monotonic: now, wall: Timestamp(nanoseconds: wall, offset: Int64(local.tm_gmtoff)))
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
