import Config
import Model

extension Examination {
  static let ofClock = [clockUnsynchronized, clockWrong]

  private static let clockUnsynchronized = Examination(
    "clock-unsynchronized", .advice, sign: "The wall clock is synchronized with nobody",
    why:
      "`failback: { between: … }` and the times in logs and `explain` go by it; nothing else does"
  ) { patient in
    guard patient.facts.clock.isSynchronized == false else { return [] }
    let waits = patient.configuration?.groups.first { $0.failback.window != nil }
    return [
      Complaint(
        "nobody keeps the wall clock right"
          + (waits.map { ", and \($0.name) is given back between hours of the day" } ?? ""),
        remedy: "apt-get install systemd-timesyncd && timedatectl set-ntp true",
        waits == nil ? nil : .problem)
    ]
  }

  /// 2025-01-01: no clock that is right shows an earlier time to this program.
  private static let earliest = Timestamp(nanoseconds: 1_735_689_600_000_000_000)

  private static let clockWrong = Examination(
    "clock-wrong", sign: "The wall clock shows a time before this program was written",
    why:
      "hours of the day and the times in logs are wrong, and certificates of others not valid yet"
  ) { patient in
    guard let wall = patient.facts.clock.wall, wall < earliest else { return [] }
    return [
      Complaint(
        "the wall clock shows \(wall.text)",
        remedy: "timedatectl set-ntp true || date -s 'YYYY-MM-DD hh:mm'")
    ]
  }
}
