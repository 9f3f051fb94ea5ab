import Glibc
import Lab
import Model

/// What a process costs: its share of a core and its memory, over some spans of time.
struct Cost {
  let cpu: Series
  let memory: Series

  static func measured(_ pid: Int32, spans: Int, of span: Duration) async throws -> Cost {
    var shares: [Double] = []
    var resident: [Double] = []
    var before = try cpuNanoseconds(pid)
    for _ in 0..<spans {
      let start = Moment.now
      try await Task.sleep(for: span)
      let after = try cpuNanoseconds(pid)
      shares.append(100 * Double(after - before) / Double((Moment.now - start).nanoseconds))
      resident.append(try residentMegabytes(pid))
      before = after
    }
    return Cost(cpu: Series(shares, .percent), memory: Series(resident, .megabytes))
  }

  /// On-CPU time of all threads, also of those that have ended, by the process's own clock.
  static func cpuNanoseconds(_ pid: Int32) throws -> Int64 {
    var clock = clockid_t()
    let refused = clock_getcpuclockid(pid, &clock)
    guard refused == 0 else { throw LabError.system("find the clock of \(pid)", errno: refused) }
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else {
      throw LabError.system("read the clock of \(pid)", errno: errno)
    }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  static func residentMegabytes(_ pid: Int32) throws -> Double {
    let path = "/proc/\(pid)/status"
    guard let kilobytes = try Proc.field("VmRSS", of: path).flatMap({ Double($0) }) else {
      throw LabError.system("find VmRSS in \(path)", errno: ENOENT)
    }
    return kilobytes / 1_024
  }
}
