import Lab
import Model

/// A switch on a gateway that has a hundred thousand routes and a thousand rules of others,
/// beside one that has none.
struct CrowdedSwitch: Measurement {
  let name = "crowded-switch"
  private let routes = 100_000
  private let rules = 1_000
  private let switches = 60

  func measure(_ setting: Setting) async throws -> [Row] {
    let alone = try await times(setting) { _ in }
    let crowded = try await times(setting, crowd)
    setting.tell("siaga: \(crowded.medianText) in the crowd, \(alone.medianText) alone")
    return [
      Row(
        what: "The same with 100,000 routes in main and 1,000 rules of others", series: crowded,
        target: Row.Target(text: "as fast as without (p50 within 0.1 ms)") {
          $0.median <= alone.median + 0.1
        }, peers: ["siaga without them: \(alone.medianText)"],
        held: Held("crowded-switch.p50", crowded.median, beside: alone.median, slack: 0.05))
    ]
  }

  private func times(
    _ setting: Setting, _ prepare: (Namespace) throws -> Void
  ) async throws -> Series {
    let watched = try await Watched(setting.executable, SeedConfiguration.fast)
    return try await finally(watched.end) {
      try prepare(watched.network.gateway)
      return try await DecisionTime.times(watched, switches: switches)
    }
  }

  /// Routes of a provider's feed, and rules that no packet of ours fits.
  private func crowd(_ gateway: Namespace) throws {
    let feed = (0..<routes).map { number in
      let (high, low) = (20 + number / 65_536, number % 65_536)
      return "route add \(high).\(low / 256).\(low % 256).0/24 via 192.168.1.10"
    }
    for start in stride(from: 0, to: feed.count, by: 10_000) {
      try gateway.ip(Array(feed[start..<min(start + 10_000, feed.count)]))
    }
    try gateway.ip(
      (0..<rules).map { number in
        "rule add pref \(20_000 + number) from 172.16.\(number / 256).\(number % 256) lookup 100"
      })
  }
}
