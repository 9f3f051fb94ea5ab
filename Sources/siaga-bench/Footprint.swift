import Lab
import Model

/// What the daemon costs while nothing happens.
struct Footprint: Measurement {
  let name = "footprint"
  private let every = Duration.milliseconds(500)
  private let window = Duration.seconds(60)

  func measure(_ setting: Setting) async throws -> [Row] {
    let configuration = SeedConfiguration(
      check: SeedConfiguration.Check(
        every: every, timeout: every, fall: 3, rise: 2))
    let watched = try await Watched(setting.executable, configuration)
    return try await finally(watched.end) {
      watched.stream.stop()
      // What starting cost is not what idling costs.
      try await Task.sleep(for: .seconds(5))
      let cost = try await Cost.measured(
        watched.daemon.program.pid, spans: 10, of: window / 10)
      let fping = try await Fping.cost(
        of: [watched.network.isp1, watched.network.isp2].map(\.gateway), every: every,
        gap: .milliseconds(1), in: watched.network.gateway, spans: 5, of: window / 10)
      return rows(cost.memory, cost.cpu, fping, setting)
    }
  }

  private func rows(
    _ resident: Series, _ shares: Series, _ fping: Series, _ setting: Setting
  ) -> [Row] {
    setting.tell("siaga: \(resident.worstText) resident, \(shares.medianText)")
    return [
      Row(
        what: "Memory, the seed's config with `every: 500ms` (RSS)", series: resident,
        target: Row.Target(text: "≤ 25 MB") { $0.worst <= 25 }, peers: [],
        held: Held("footprint.memory", resident.median, beside: 25, slack: 1)),
      Row(
        what: "CPU of the same, idle for 60 s (ten spans of 6 s)", series: shares,
        target: Row.Target(text: "≤ 0.2 % of a core") { $0.median <= 0.2 },
        peers: ["fping -q -p500 of the same two: \(fping.medianText)"],
        held: Held("footprint.cpu", shares.median, beside: fping.median, slack: 0.03)),
    ]
  }
}
