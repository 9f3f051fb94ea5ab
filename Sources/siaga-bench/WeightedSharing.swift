import Client
import Lab
import Model

/// Two links share 2,000 flows three to one; then one link dies. Its flows must move, and the
/// others stay where they are.
struct WeightedSharing: Measurement {
  let name = "weighted-sharing"
  private let flows = 2_000

  /// What became of the flows, in percent.
  private struct Outcome {
    let share: Double  // of the first link, of three to one
    let rescued: Double  // of the flows on the link that died: arrive by the other
    let stayed: Double  // of the other flows: arrive as before
  }

  func measure(_ setting: Setting) async throws -> [Row] {
    var ours: [Outcome] = []
    var kernels: [Outcome] = []
    for _ in 0..<max(3, setting.runs / 2) {
      ours.append(try await siaga(setting))
      kernels.append(try await kernel())
    }
    let share = Series(ours.map(\.share), .share)
    setting.tell("siaga: \(share.medianText) by the link with weight 3")
    return [
      Row(
        what: "Weighted multipath 3:1, \(flows) flows: share of the first link", series: share,
        target: Row.Target(text: "75 ± 3.75 % of the flows") {
          abs($0.percentile(1) - 75) <= 3.75 && abs($0.worst - 75) <= 3.75
        }, peers: ["kernel multipath: \(Series(kernels.map(\.share), .share).medianText)"],
        held: Held("weighted-sharing.off", abs(share.median - 75), beside: 3.75, slack: 2)),
      Row(
        what: "The same: flows of the dead link that arrive by the other",
        series: Series(ours.map(\.rescued), .share),
        target: Row.Target(text: "all") { $0.percentile(1) == 100 },
        peers: ["kernel multipath: \(Series(kernels.map(\.rescued), .share).medianText)"],
        held: missed("weighted-sharing.rescued", ours.map(\.rescued))),
      Row(
        what: "The same: other flows that stay as they are",
        series: Series(ours.map(\.stayed), .share),
        target: Row.Target(text: "all") { $0.percentile(1) == 100 },
        peers: ["kernel multipath: \(Series(kernels.map(\.stayed), .share).medianText)"],
        held: missed("weighted-sharing.stayed", ours.map(\.stayed))),
    ]
  }

  /// Of flows that should be all, those that are not.
  private func missed(_ name: String, _ shares: [Double]) -> Held {
    Held(name, 100 - Series(shares, .share).median, beside: 100, slack: 0.1)
  }

  private func siaga(_ setting: Setting) async throws -> Outcome {
    let network = try OfficeNetwork(tag: "bench", [.ethernet, .ethernet])
    return try await finally(network.tearDown) {
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: Self.configuration, in: network.gateway,
        tag: "bench")
      return try await finally({ daemon.end() }) {
        let client = DaemonClient(socket: daemon.socket)
        try await awaitHolders(["isp1", "isp2"], client)
        return try await outcome(network) { try await awaitHolders(["isp2"], client) }
      }
    }
  }

  private func kernel() async throws -> Outcome {
    let network = try OfficeNetwork(tag: "kernel", [.ethernet, .ethernet])
    return try await finally(network.tearDown) {
      try network.gateway.set([
        "net.ipv4.ip_forward": "1", "net.ipv4.fib_multipath_hash_policy": "1",
        "net.ipv4.conf.ether1.ignore_routes_with_linkdown": "1",
        "net.ipv4.conf.ether2.ignore_routes_with_linkdown": "1",
      ])
      try network.gateway.ip(
        "addr add 10.10.1.2/24 dev ether1", "addr add 10.20.1.2/24 dev ether2",
        "route add default nexthop via 10.10.1.1 weight 3 nexthop via 10.20.1.1 weight 1")
      try network.gateway.nft(
        """
        table ip peer {
          chain out {
            type nat hook postrouting priority srcnat;
            oifname { "ether1", "ether2" } masquerade
          }
        }
        """)
      return try await outcome(network) { try await Task.sleep(for: .milliseconds(500)) }
    }
  }

  private func outcome(
    _ network: OfficeNetwork, settled: () async throws -> Void
  ) async throws -> Outcome {
    let sample = try FlowSample(
      flows, from: network.client, to: network.internet, address: OfficeNetwork.destination)
    _ = try sample.send()  // neighbours are learnt
    let before = try sample.send()
    let (first, second) = (network.provider(1), network.provider(2))
    try first.cable.pull()
    try await settled()
    _ = try sample.send()  // a translation that changes costs the packet that shows it
    let after = try sample.send()
    let lost = before.filter { $0.value == first.customer }.keys
    let others = before.filter { $0.value == second.customer }.keys
    return Outcome(
      share: percent(lost.count, of: before.count),
      rescued: percent(lost.count { after[$0] == second.customer }, of: lost.count),
      stayed: percent(others.count { after[$0] == before[$0] }, of: others.count))
  }

  private func percent(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : 100 * Double(part) / Double(whole)
  }

  private static let configuration = """
    uplinks:
      isp1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
      isp2: { interface: ether2, address: 10.20.1.2/24, gateway: 10.20.1.1, nat: masquerade }
    checks:
      gateway: { ping: gateway, every: 200ms, timeout: 200ms, fall: 3, rise: 2 }
    groups:
      internet: { route: default, tiers: [{ isp1: 3, isp2: 1 }], check: gateway }

    """
}

/// Waits until the kernel confirms who holds the first group.
func awaitHolders(
  _ names: [String], _ client: DaemonClient, within bound: Duration = .seconds(10)
) async throws {
  let end = Moment.now + bound
  while Moment.now < end {
    // While the daemon starts there is nobody to ask.
    if let status = try? await client.status(), status.groups.first?.active == names,
      status.unfinished == 0
    {
      return
    }
    try await Task.sleep(for: .milliseconds(5))
  }
  throw LabError.never("\(names) holding", within: bound)
}
