import Client
import Lab
import Model

/// A thousand members, fifty groups of twenty: how long it takes to start with them, what they cost
/// while nothing happens, and what happens when a reload moves one of the groups.
struct LargeReload: Measurement {
  let name = "large-reload"
  private let configuration = WideConfiguration(members: 20)
  private let other = WideConfiguration(members: 20, isReversed: true)

  func measure(_ setting: Setting) async throws -> [Row] {
    let network = try WideNetwork(
      tag: "bench", links: WideConfiguration.uplinks,
      destinations: (0..<WideConfiguration.groups).map(WideConfiguration.destination)
    ) { _ in false }
    return try await finally(network.tearDown) {
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: configuration.text, in: network.gateway,
        tag: "bench")
      return try await finally({ daemon.end() }) {
        let client = DaemonClient(socket: daemon.socket)
        try await awaitWide(client) { configuration.uplinks(of: $0)[0] }
        let start = (Moment.now - daemon.program.startedAt).milliseconds
        try await Task.sleep(for: .seconds(5))
        let idle = try await Cost.measured(daemon.program.pid, spans: 5, of: .seconds(4))
        return try await reloads(network, client, setting)
          + costs(Series([start], .milliseconds), idle)
      }
    }
  }

  private func costs(_ start: Series, _ idle: Cost) -> [Row] {
    [
      Row(
        what: "Start of the same: from the spawn until all 50 groups are held", series: start,
        target: Row.Target(text: "≤ 3 s") { $0.worst <= 3_000 }, peers: []),
      Row(
        what: "CPU of the same, idle (200 probes every 2 s)", series: idle.cpu,
        target: Row.Target(text: "≤ 3 % of a core") { $0.median <= 3 },
        peers: ["memory: \(idle.memory.worstText)"]),
    ]
  }

  private func reloads(
    _ network: WideNetwork, _ client: DaemonClient, _ setting: Setting
  ) async throws -> [Row] {
    let stream = try PacketStream(
      PacketStream.Route(
        from: network.gateway, to: network.provider, address: WideConfiguration.destination(1)))
    defer { stream.stop() }
    try stream.awaitFlow(within: .seconds(5))
    let began = Moment.now
    var times: [Double] = []
    var turns: [Double] = []
    var loads: [Double] = []
    let ruleset = Ruleset(rules: 1_000, in: network.provider)
    for run in 0..<2 * setting.runs {
      let next = run.isMultiple(of: 2) ? other : configuration
      turns.append(
        try await LoopTurns.longest(client) {
          _ = try await client.apply(configuration: next.text)
          try await awaitWide(client) { next.uplinks(of: $0)[0] }
        })
      guard let took = try await client.status().groups.first?.lastSwitch?.tookMs else {
        throw LabError.never("a finished switch of g0", within: .zero)
      }
      times.append(took)
      loads.append(try ruleset.load())
    }
    try await Task.sleep(for: PacketStream.patience)
    let lost = stream.report(from: began, to: .now - PacketStream.patience).lost
    return [
      row(
        Series(times, .milliseconds), Series(turns, .milliseconds), Series(loads, .milliseconds),
        lost, setting)
    ]
  }

  private func row(
    _ times: Series, _ turns: Series, _ nft: Series, _ lost: Int, _ setting: Setting
  ) -> Row {
    setting.tell("siaga: \(times.medianText), worst \(times.worstText), \(lost) lost")
    return Row(
      what: "Reload of 1,000 members (50 groups × 20) that moves one group: the order → the"
        + " kernel's last word; another group lost \(lost) packets", series: times,
      target: Row.Target(text: "≤ 20 ms, no packet lost") { $0.worst <= 20 && lost == 0 },
      peers: [
        "`nft -f` of 1,000 rules: \(nft.medianText)",
        "the loop's longest turn meanwhile: no more than \(turns.worstText)",
      ], held: Held("large-reload.took", times.median, beside: nft.median, slack: 3))
  }
}
