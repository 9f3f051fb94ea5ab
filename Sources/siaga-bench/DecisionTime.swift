import Lab
import Model

/// From the carrier event being read to the kernel's last word on the switch, as the daemon
/// measures it.
struct DecisionTime: Measurement {
  let name = "decision-time"
  func measure(_ setting: Setting) async throws -> [Row] {
    let watched = try await Watched(setting.executable, SeedConfiguration.fast)
    let (times, script) = try await finally(watched.end) {
      (
        try await Self.times(watched, switches: max(100, setting.runs * 10)),
        try Self.script(in: watched.network.isp1.router)
      )
    }
    let p99 = times.unit.text(times.percentile(99))
    setting.tell("siaga: p50 \(times.medianText), p99 \(p99) of \(times.count) switches")
    return [
      Row(
        what: "Decision: event read → the kernel's last word (\(times.count) switches, p99 \(p99))",
        series: times,
        target: Row.Target(text: "p50 ≤ 0.3 ms, p99 ≤ 1 ms") {
          $0.median <= 0.3 && $0.percentile(99) <= 1
        },
        peers: ["one `ip route replace` of a script: \(script.medianText)"],
        held: Held("decision-time.p50", times.median, beside: script.median, slack: 0.05))
    ]
  }

  /// What the least of a script's work takes, where it disturbs nobody.
  private static func script(in namespace: Namespace) throws -> Series {
    let times = try (0..<50).map { _ in
      let began = Moment.now
      try Command.run("ip", "-n", namespace.name, "route", "replace", "192.0.2.0/24", "dev", "lo")
      return (Moment.now - began).milliseconds
    }
    return Series(times, .milliseconds)
  }

  /// How long each of so many switches took, there and back.
  static func times(_ watched: Watched, switches: Int) async throws -> Series {
    var times: [Double] = []
    for _ in 0..<switches / 2 {
      try watched.network.isp1.cable.pull()
      times.append(try await tookMs(watched, watched.network.isp2))
      try watched.network.isp1.cable.plug()
      times.append(try await tookMs(watched, watched.network.isp1))
    }
    return Series(times, .milliseconds)
  }

  /// Waits for the switch to a provider, by looking at the packets, so that no question disturbs
  /// the daemon at its work; then what it says it took.
  private static func tookMs(_ watched: Watched, _ provider: Provider) async throws -> Double {
    try watched.stream.awaitFlow(from: provider.customer, within: .seconds(10))
    let status = try await watched.settle(on: provider, within: .seconds(10))
    guard let last = status.groups.first?.lastSwitch, last.to == [provider.name],
      let took = last.tookMs
    else {
      throw LabError.never("a finished lastSwitch to \(provider.name)", within: .seconds(10))
    }
    return took
  }
}
