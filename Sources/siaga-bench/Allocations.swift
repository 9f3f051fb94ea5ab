import Client
import Glibc
import Lab
import Model

/// How often the daemon asks for memory, for each probe that it sends and whose answer it judges.
///
/// `scripts/allocations.c` counts, loaded into the daemon in front of libc's own.
struct Allocations: Measurement {
  let name = "allocations"
  private let span = Duration.seconds(5)
  private let spans = 3

  func measure(_ setting: Setting) async throws -> [Row] {
    guard access(setting.counter, R_OK) == 0 else {
      throw LabError.system("read \(setting.counter) (`make counter` builds it)", errno: errno)
    }
    let scratch = try ScratchDirectory(tag: "bench")
    let table = scratch.file("allocations")
    let watched = try await Watched(
      setting.executable, SeedConfiguration.fast,
      environment: ["LD_PRELOAD=\(setting.counter)", "ALLOCATIONS=\(table)"])
    return try await finally(watched.end) {
      watched.stream.stop()
      // What starting and being asked cost is not what probing costs.
      try await Task.sleep(for: .seconds(3))
      var perProbe: [Double] = []
      for _ in 0..<spans {
        perProbe.append(try await once(table))
      }
      return rows(Series(perProbe, .allocations), setting)
    }
  }

  private func once(_ table: String) async throws -> Double {
    let start = Moment.now
    let before = try calls(table)
    try await Task.sleep(for: span)
    let after = try calls(table)
    let every = SeedConfiguration.fast.check.every
    let probes = 2 * (Moment.now - start).milliseconds / every.milliseconds  // of two links
    return Double(after - before) / probes
  }

  /// Of all threads: a table of (thread, calls, bytes).
  private func calls(_ table: String) throws -> Int64 {
    guard let file = fopen(table, "r") else {
      throw LabError.system("open \(table)", errno: errno)
    }
    defer { fclose(file) }
    var numbers = [Int64](repeating: 0, count: 3 * 64)
    guard fread(&numbers, 8, numbers.count, file) == numbers.count else {
      throw LabError.system("read \(table)", errno: EIO)
    }
    return stride(from: 1, to: numbers.count, by: 3).reduce(0) { $0 + numbers[$1] }
  }

  private func rows(_ perProbe: Series, _ setting: Setting) -> [Row] {
    setting.tell("siaga: \(perProbe.medianText)")
    return [
      Row(
        what: "Allocations for each probe, sent and answered (`every: 100ms`)", series: perProbe,
        target: Row.Target(text: "≤ 6") { $0.median <= 6 }, peers: [],
        held: Held("allocations.per-probe", perProbe.median, beside: 6, slack: 0.5))
    ]
  }
}
