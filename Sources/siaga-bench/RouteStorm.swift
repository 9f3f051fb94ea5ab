import Lab
import Model

/// A million routes of others come, as a BGP feed would bring them, and go; meanwhile a cable is
/// pulled, once each.
struct RouteStorm: Measurement {
  let name = "route-storm"
  private let routes = 1_000_000

  /// What two processes that hear the same have cost.
  private struct Outcome {
    let cpu: Double  // s
    let monitor: Double  // s
    let memory: [Double]  // MB, as time goes by
    let lost: [Double]
    let resyncs: Int
  }

  func measure(_ setting: Setting) async throws -> [Row] {
    let watched = try await Watched(setting.executable, SeedConfiguration.fast)
    return try await finally(watched.end) {
      let outcome = try await storm(watched)
      let (cpu, monitor) = (Series([outcome.cpu], .seconds), Series([outcome.monitor], .seconds))
      let grown = Series([(outcome.memory.max() ?? 0) - outcome.memory[0]], .megabytes)
      let lost = Series(outcome.lost, .packets)
      let resyncs = outcome.resyncs
      setting.tell("siaga: \(cpu.medianText), \(grown.medianText) more, \(lost.worstText)")
      return [
        Row(
          what: "1,000,000 routes of others come and go: CPU of the daemon", series: cpu,
          target: Row.Target(text: "≤ a tenth of `ip monitor route`") {
            $0.median <= monitor.median / 10
          }, peers: ["`ip monitor route`: \(monitor.medianText)"],
          held: Held("route-storm.cpu", cpu.median, beside: monitor.median, slack: 0.2)),
        Row(
          what: "The same: memory that is taken meanwhile (RSS)", series: grown,
          target: Row.Target(text: "≤ 2 MB") { $0.worst <= 2 },
          peers: [
            "before \(Series([outcome.memory[0]], .megabytes).medianText), after "
              + Series([outcome.memory.last ?? 0], .megabytes).medianText
          ]),
        Row(
          what: "The same: cable pulled in the middle; the kernel was read whole \(resyncs) times",
          series: lost,
          target: Row.Target(text: "≤ 10 lost, never") { $0.worst <= 10 && resyncs == 0 },
          peers: []),
      ]
    }
  }

  private func storm(_ watched: Watched) async throws -> Outcome {
    let (gateway, client) = (watched.network.gateway, watched.client)
    let scratch = try ScratchDirectory(tag: "bench")
    try scratch.write(feed, to: "feed")
    let monitor = try Program(
      ["ip", "-n", gateway.name, "monitor", "route"], log: "/dev/null")
    defer { monitor.end() }
    let daemon = watched.daemon.program.pid
    let resyncs = try await counter("siaga_resyncs_total", client)
    let before = (try Cost.cpuNanoseconds(daemon), try Cost.cpuNanoseconds(monitor.pid))
    var memory = [try Cost.residentMegabytes(daemon)]
    var lost: [Double] = []
    for line in [
      ["-batch", scratch.file("feed")], ["route", "flush", "table", "main", "proto", "186"],
    ] {
      let program = try Program(["ip", "-n", gateway.name] + line, log: scratch.file("log"))
      try await Task.sleep(for: .milliseconds(500))
      lost.append(try await pull(watched))
      while program.isRunning {
        memory.append(try Cost.residentMegabytes(daemon))
        try await Task.sleep(for: .milliseconds(100))
      }
    }
    memory.append(try Cost.residentMegabytes(daemon))
    let after = (try Cost.cpuNanoseconds(daemon), try Cost.cpuNanoseconds(monitor.pid))
    return Outcome(
      cpu: Double(after.0 - before.0) / 1e9, monitor: Double(after.1 - before.1) / 1e9,
      memory: memory, lost: lost,
      resyncs: try await counter("siaga_resyncs_total", client) - resyncs)
  }

  /// Pulls the cable, counts, and puts it back.
  private func pull(_ watched: Watched) async throws -> Double {
    let pulled = try watched.network.isp1.cable.pull()
    try await Task.sleep(for: .milliseconds(800))
    let report = watched.stream.report(
      from: pulled - .milliseconds(20), to: .now - PacketStream.patience)
    try watched.network.isp1.cable.plug()
    try await watched.settle(on: watched.network.isp1, within: .seconds(20))
    return Double(report.lost)
  }

  private var feed: String {
    (0..<routes).map { number in
      let (high, middle, low) = (20 + number / 16_384, number / 64 % 256, number % 64 * 4)
      return "route add \(high).\(middle).\(low).0/22 via 192.168.1.10 proto 186\n"
    }.joined()
  }
}
