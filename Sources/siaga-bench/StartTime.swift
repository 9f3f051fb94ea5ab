import Lab
import Model

/// From the start of the program on an empty gateway until the kernel has the group's route.
struct StartTime: Measurement {
  let name = "start-time"
  func measure(_ setting: Setting) async throws -> [Row] {
    var times: [Double] = []
    for _ in 0..<setting.runs {
      times.append(try await once(setting.executable).milliseconds)
    }
    let series = Series(times, .milliseconds)
    setting.tell("siaga: \(series.medianText), worst \(series.worstText)")
    return [
      Row(
        what: "Start → route held (from the spawn, `ip netns exec` included)", series: series,
        target: Row.Target(text: "≤ 150 ms") { $0.worst <= 150 }, peers: [],
        held: Held("start-time.held", series.median, beside: 150, slack: 10))
    ]
  }

  private func once(_ executable: String) async throws -> Duration {
    let network = try SeedNetwork(tag: "bench")
    return try await finally(network.tearDown) {
      let daemon = try GatewayDaemon(
        executable: executable, configuration: SeedConfiguration.fast.text, in: network.gateway,
        tag: "bench")
      defer { daemon.end() }
      let held = try network.gateway.awaitSource(
        "10.10.1.2", toward: SeedNetwork.destination, within: .seconds(10))
      return held - daemon.program.startedAt
    }
  }
}
