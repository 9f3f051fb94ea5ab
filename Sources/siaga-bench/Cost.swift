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

  /// On-CPU time of all threads; schedstat counts nanoseconds where stat counts ticks of 10 ms.
  static func cpuNanoseconds(_ pid: Int32) throws -> Int64 {
    let tasks = "/proc/\(pid)/task"
    return try Directory.names(in: tasks).reduce(0) { sum, thread in
      let fields = try Proc.read("\(tasks)/\(thread)/schedstat").split(separator: " ")
      return sum + (fields.first.flatMap { Int64($0) } ?? 0)
    }
  }

  static func residentMegabytes(_ pid: Int32) throws -> Double {
    let path = "/proc/\(pid)/status"
    guard let kilobytes = try Proc.field("VmRSS", of: path).flatMap({ Double($0) }) else {
      throw LabError.system("find VmRSS in \(path)", errno: ENOENT)
    }
    return kilobytes / 1_024
  }
}
