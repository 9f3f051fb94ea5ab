import Client
import Lab
import Model

/// Five hundred targets ten times a second, while every core is wanted by others too.
struct BusyCores: Measurement {
  let name = "busy-cores"

  func measure(_ setting: Setting) async throws -> [Row] {
    let field = try TargetField(targets: 500, links: 25)
    return try await finally(field.tearDown) {
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: field.configuration(every: "100ms"),
        in: field.gateway, tag: "field")
      return try await finally({ daemon.end() }) { try await rows(daemon, field, setting) }
    }
  }

  private func rows(
    _ daemon: GatewayDaemon, _ field: TargetField, _ setting: Setting
  ) async throws -> [Row] {
    let client = DaemonClient(socket: daemon.socket)
    try await field.awaitHealth(client)
    let hogs = try Hogs()
    let watches = try await finally(hogs.end) {
      var watches: [Watch] = []
      for _ in 0..<setting.runs {
        watches.append(
          try await Watch.kept(daemon.program.pid, client, for: .seconds(6)))
      }
      return watches
    }
    let lateness = Series(watches.map { $0.latenessBound(of: 0.99) ?? 1_000 }, .milliseconds)
    let share = Series(watches.map { $0.onTime(within: "0.005") }, .ofWakes)
    setting.tell("siaga: p99 \(lateness.medianText), \(share.medianText) within 5 ms")
    return [
      Row(
        what: "500 targets every 100 ms, every core busy: p99 of lateness (upper bound of its"
          + " bucket; \(share.medianText) within 5 ms)",
        series: lateness,
        target: Row.Target(text: "p99 ≤ 5 ms") { $0.median <= 5 }, peers: []),
      Row(
        what: "The same: false verdicts",
        series: Series(watches.map { Double($0.verdicts) }, .verdicts),
        target: Row.Target(text: "none") { $0.worst == 0 }, peers: []),
    ]
  }
}
