import Client
import Lab
import Model

/// Fifty groups of four uplinks each, of which three lose their carrier at once.
struct ManyCarriersLost: Measurement {
  let name = "many-carriers-lost"
  private let configuration = WideConfiguration(members: 4)

  private struct Outcome {
    var latencies: [Double] = []  // ms, of each group
    var pulls: [Double] = []  // ms that the kernel took
    var lost: [Double] = []
  }

  func measure(_ setting: Setting) async throws -> [Row] {
    let network = try WideNetwork(
      tag: "bench", links: WideConfiguration.uplinks,
      destinations: (0..<WideConfiguration.groups).map(WideConfiguration.destination)
    ) { $0 % 4 != 3 }
    return try await finally(network.tearDown) {
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: configuration.text, in: network.gateway,
        tag: "bench")
      return try await finally({ daemon.end() }) {
        let client = DaemonClient(socket: daemon.socket)
        try await awaitWide(client) { configuration.uplinks(of: $0)[0] }
        let stream = try PacketStream(
          PacketStream.Route(
            from: network.gateway, to: network.provider, address: WideConfiguration.destination(0)))
        defer { stream.stop() }
        var outcome = Outcome()
        // One takes 13 to 33 ms, as the scheduler pleases: only many tell something.
        for _ in 0..<3 * setting.runs { try await pull(network, client, stream, &outcome) }
        return rows(outcome, setting)
      }
    }
  }

  private func rows(_ outcome: Outcome, _ setting: Setting) -> [Row] {
    let latency = Series(outcome.latencies, .milliseconds)
    let lost = Series(outcome.lost, .packets)
    let pulls = Series(outcome.pulls, .milliseconds)
    setting.tell("siaga: \(latency.medianText), worst \(latency.worstText); \(lost.medianText)")
    let what = "200 uplinks in 50 groups of 4, of which 3 each lose carrier in one call"
    return [
      Row(
        what: "\(what): the kernel's notice of a group's last → its new route", series: latency,
        target: Row.Target(text: "≤ 50 ms") { $0.worst <= 50 },
        peers: ["the kernel, setting the 150 far ends down: \(pulls.medianText)"],
        held: Held("many-carriers-lost.switched", latency.median, beside: pulls.median, slack: 5)),
      Row(
        what: "The same: packets of one group (1,000 packets/s), from that call on", series: lost,
        target: Row.Target(text: "≤ 100 lost") { $0.worst <= 100 }, peers: []),
    ]
  }

  private func pull(
    _ network: WideNetwork, _ client: DaemonClient, _ stream: PacketStream,
    _ outcome: inout Outcome
  ) async throws {
    let diary = try KernelDiary(of: network.gateway)
    let start = Moment.now
    outcome.pulls.append(try network.pull().milliseconds)
    try await awaitWide(client) { configuration.uplinks(of: $0)[3] }
    outcome.latencies += try latencies(diary.entries())
    try await Task.sleep(for: .milliseconds(300))
    outcome.lost.append(Double(stream.report(from: start, to: .now - PacketStream.patience).lost))
    try network.plug()
    try await awaitWide(client) { configuration.uplinks(of: $0)[0] }
    try await Task.sleep(for: .seconds(2))
  }

  /// Of each group: from the notice of its last carrier lost to that of its route.
  private func latencies(_ entries: [KernelDiary.Entry]) throws -> [Double] {
    var lost: [Int: Double] = [:]  // by uplink
    for entry in entries where entry.text.contains("NO-CARRIER") {
      // 100000: e0@if100001: <NO-CARRIER,BROADCAST,MULTICAST,UP> …
      guard
        let name = entry.text.split(separator: " ").dropFirst().first?.prefix(while: { $0 != "@" }),
        let link = Int(name.dropFirst())
      else { continue }
      lost[link] = lost[link] ?? entry.at
    }
    return try (0..<WideConfiguration.groups).map { group in
      let uplinks = configuration.uplinks(of: group)
      let way = "dev e\(uplinks[3]) "
      let route = entries.first {
        $0.text.hasPrefix("172.16.\(group).0/24") && $0.text.contains(way)
      }
      guard let route, let last = uplinks[..<3].compactMap({ lost[$0] }).max() else {
        throw LabError.never("a notice of g\(group)'s links and route", within: .zero)
      }
      return route.at - last
    }
  }
}

/// Waits until each group of a `WideConfiguration` is held by the uplink that should.
func awaitWide(_ client: DaemonClient, _ holder: (Int) -> Int) async throws {
  let end = Moment.now + .seconds(20)
  while Moment.now < end {
    // While the daemon starts there is nobody to ask.
    if let status = try? await client.status(), status.unfinished == 0,
      status.groups.enumerated().allSatisfy({ $1.active == ["u\(holder($0))"] })
    {
      return
    }
    try await Task.sleep(for: .milliseconds(20))
  }
  throw LabError.never("a new holder of each group", within: .seconds(20))
}
