import Glibc
import Lab
import Model

/// What the daemon costs while nothing happens.
struct Footprint: Measurement {
  let name = "footprint"
  private let window = Duration.seconds(60)

  func measure(_ setting: Setting) async throws -> [Row] {
    let configuration = SeedConfiguration(
      check: SeedConfiguration.Check(
        every: .milliseconds(500), timeout: .milliseconds(500), fall: 3, rise: 2))
    let watched = try await Watched(setting.executable, configuration)
    return try await finally(watched.end) {
      watched.stream.stop()
      // What starting cost is not what idling costs.
      try await Task.sleep(for: .seconds(5))
      let pid = watched.daemon.program.pid
      var shares: [Double] = []
      var resident: [Double] = []
      var before = try cpuNanoseconds(pid)
      for _ in 0..<10 {
        let start = Moment.now
        try await Task.sleep(for: window / 10)
        let after = try cpuNanoseconds(pid)
        shares.append(
          100 * Double(after - before) / Double((Moment.now - start).nanoseconds))
        resident.append(try residentMegabytes(pid))
        before = after
      }
      return rows(Series(resident, .megabytes), Series(shares, .percent), setting)
    }
  }

  private func rows(_ resident: Series, _ shares: Series, _ setting: Setting) -> [Row] {
    setting.tell("siaga: \(resident.worstText) resident, \(shares.medianText)")
    return [
      Row(
        what: "Memory, the seed's config with `every: 500ms` (RSS)", series: resident,
        target: Row.Target(text: "≤ 30 MB") { $0.worst <= 30 }, peers: []),
      Row(
        what: "CPU of the same, idle for 60 s (ten spans of 6 s)", series: shares,
        target: Row.Target(text: "≤ 0.2 % of a core") { $0.median <= 0.2 }, peers: []),
    ]
  }

  /// On-CPU time of all threads; schedstat counts nanoseconds where stat counts ticks of 10 ms.
  private func cpuNanoseconds(_ pid: Int32) throws -> Int64 {
    let tasks = "/proc/\(pid)/task"
    return try Directory.names(in: tasks).reduce(0) { sum, thread in
      let fields = try Proc.read("\(tasks)/\(thread)/schedstat").split(separator: " ")
      return sum + (fields.first.flatMap { Int64($0) } ?? 0)
    }
  }

  private func residentMegabytes(_ pid: Int32) throws -> Double {
    let path = "/proc/\(pid)/status"
    guard let kilobytes = try Proc.field("VmRSS", of: path).flatMap({ Double($0) }) else {
      throw LabError.system("find VmRSS in \(path)", errno: ENOENT)
    }
    return kilobytes / 1_024
  }
}
