import Lab
import Model

/// The provider's router falls silent while the carrier stays: only a check can tell.
struct GatewayMute: Measurement {
  let name = "gateway-mute"
  func measure(_ setting: Setting) async throws -> [Row] {
    let configuration = SeedConfiguration.fast
    let promise = configuration.check.worstDetection.milliseconds
    let watched = try await Watched(setting.executable, configuration)
    let outages = try await finally(watched.end) {
      var outages: [Double] = []
      for run in 0..<setting.runs {
        // Another phase of the check's 100 ms each time.
        try await Task.sleep(for: .milliseconds(300 + run * 37 % 100))
        outages.append(try await outage(watched, configuration.check.worstDetection))
        try await watched.settle(on: watched.network.isp1, within: .seconds(10))
      }
      return Series(outages, .milliseconds)
    }
    setting.tell("siaga: \(outages.medianText), worst \(outages.worstText)")
    return [
      Row(
        what: "Gateway mute, `every: 100ms, timeout: 100ms, fall: 3`: outage", series: outages,
        target: Row.Target(text: "p99 ≤ 400 + 10 ms") { $0.percentile(99) <= promise + 10 },
        peers: ["arithmetic: every × fall + timeout = \(configuration.check.worstDetection.text)"],
        held: Held("gateway-mute.outage", outages.median, beside: promise, slack: 20))
    ]
  }

  private func outage(_ watched: Watched, _ promise: Duration) async throws -> Double {
    let before = Moment.now
    try watched.network.isp1.mute()
    try await Task.sleep(for: promise * 2)
    let report = watched.stream.report(from: before, to: .now - PacketStream.patience)
    try watched.network.isp1.unmute()
    return report.longestOutage.milliseconds
  }
}
