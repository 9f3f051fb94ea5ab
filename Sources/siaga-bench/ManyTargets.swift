import Client
import Lab
import Model

/// Five thousand targets, each pinged once a second for a minute, beside fping on the same list.
struct ManyTargets: Measurement {
  let name = "many-targets"
  let occasion = Occasion.atLength
  private let count = 5_000
  private let minute = Duration.seconds(60)

  func measure(_ setting: Setting) async throws -> [Row] {
    let field = try TargetField(targets: count, links: 25)
    return try await finally(field.tearDown) {
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: field.configuration(every: "1s"),
        in: field.gateway, tag: "field")
      let (idle, busy) = try await finally({ daemon.end() }) { try await siaga(daemon, field) }
      let fping = try await Fping.cost(
        of: field.targets, every: .seconds(1), gap: .microseconds(100), in: field.gateway,
        spans: 10, of: minute / 10)
      setting.tell("siaga \(idle.cost.cpu.medianText), fping \(fping.medianText)")
      return rows(idle, busy, fping)
    }
  }

  private func siaga(
    _ daemon: GatewayDaemon, _ field: TargetField
  ) async throws -> (idle: Watch, busy: Watch) {
    let client = DaemonClient(socket: daemon.socket)
    try await field.awaitHealth(client)
    let idle = try await Watch.kept(daemon.program.pid, client, for: minute)
    let hogs = try Hogs()
    return try await finally(hogs.end) {
      (idle, try await Watch.kept(daemon.program.pid, client, for: minute))
    }
  }

  private func rows(_ idle: Watch, _ busy: Watch, _ fping: Series) -> [Row] {
    [
      Row(
        what: "\(count) targets pinged each second for 60 s: CPU", series: idle.cost.cpu,
        target: Row.Target(text: "≤ fping's") { $0.median <= fping.median },
        peers: ["fping -q -p1000 -i0.1 on the same list: \(fping.medianText)"],
        held: Held("many-targets.cpu", idle.cost.cpu.median, beside: fping.median, slack: 1)),
      Row(
        what: "The same: false verdicts; then 60 s more with every core busy",
        series: Series([Double(idle.verdicts), Double(busy.verdicts)], .verdicts),
        target: Row.Target(text: "none") { $0.worst == 0 }, peers: []),
    ]
  }
}

/// What the daemon cost, and what it said, over some time in which nothing happened.
struct Watch {
  let cost: Cost
  let verdicts: Int  // targets that are down, and decisions made
  let lateness: [String: Double]

  static func kept(_ pid: Int32, _ client: DaemonClient, for time: Duration) async throws -> Watch {
    let before = try await Scrape(client)
    let cost = try await Cost.measured(pid, spans: 10, of: time / 10)
    let after = try await Scrape(client)
    let down = try await client.status().groups.flatMap(\.members).flatMap(\.checks)
      .count { $0.health != .up }
    return Watch(
      cost: cost, verdicts: after.decisions - before.decisions + down,
      lateness: after.lateness.merging(before.lateness) { $0 - $1 })
  }

  /// The bound, in milliseconds, below which so much of the wakes were; nil: above all bounds.
  func latenessBound(of share: Double) -> Double? {
    let all = lateness["+Inf"] ?? 0
    return lateness.compactMap { bound, count in Double(bound).map { ($0, count) } }
      .sorted { $0.0 < $1.0 }.first { $0.1 >= share * all }.map { $0.0 * 1_000 }
  }

  /// How much of the wakes were no later, in percent.
  func onTime(within bound: String) -> Double {
    100 * (lateness[bound] ?? 0) / max(1, lateness["+Inf"] ?? 0)
  }
}

/// Numbers from the daemon's metrics.
struct Scrape {
  let decisions: Int
  let lateness: [String: Double]  // by upper bound, in seconds as the metrics write it

  init(_ client: DaemonClient) async throws {
    var decisions = 0
    var lateness: [String: Double] = [:]
    for line in try await client.metrics().split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      guard words.count == 2, let value = Double(words[1]) else { continue }
      if words[0] == "siaga_decisions_total" { decisions = Int(value) }
      if words[0].hasPrefix("siaga_loop_lateness_seconds_bucket") {
        let parts = words[0].split(separator: "\"")
        if parts.count > 1 { lateness[String(parts[1])] = value }
      }
    }
    self.decisions = decisions
    self.lateness = lateness
  }
}
