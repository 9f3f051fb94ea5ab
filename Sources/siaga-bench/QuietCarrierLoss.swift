import Lab
import Model

/// A carrier loss that the kernel is slow to tell of.
///
/// `link_watch` lets events that are not urgent through once a second for the whole machine. So
/// first an unrelated tap loses its carrier, which closes that gate, and 50 ms later the active
/// link does.
struct QuietCarrierLoss: Measurement {
  let name = "quiet-carrier-loss"
  /// More than the second for which the gate stays closed.
  private let calm = Duration.milliseconds(1_300)
  private let watching = Duration.milliseconds(1_300)

  func measure(_ setting: Setting) async throws -> [Row] {
    let ours = try await siaga(setting)
    setting.tell("siaga: \(ours.medianText), worst \(ours.worstText)")
    let alone = try await kernel(setting)
    setting.tell("kernel: \(alone.medianText)")
    return [
      Row(
        what: "Carrier of the active tap lost 50 ms after another's: outage", series: ours,
        target: Row.Target(text: "worst ≤ 15 ms") { $0.worst <= 15 },
        peers: [
          "kernel alone, ignore_routes_with_linkdown=1: \(alone.medianText),"
            + " worst \(alone.worstText)"
        ],
        held: Held("quiet-carrier-loss.outage", ours.median, beside: alone.median, slack: 3))
    ]
  }

  private func siaga(_ setting: Setting) async throws -> Series {
    let watched = try await Watched(
      setting.executable, SeedConfiguration.fast, wiring: .tap)
    return try await finally(watched.end) {
      let unrelated = try unrelatedTap(watched.network)
      defer { unrelated.remove() }
      var outages: [Double] = []
      for _ in 0..<setting.runs {
        outages.append(
          try await outage(watched.stream, watched.network.isp1.cable, after: unrelated))
        try await watched.settle(on: watched.network.isp1, within: .seconds(10))
      }
      return Series(outages, .milliseconds)
    }
  }

  private func kernel(_ setting: Setting) async throws -> Series {
    let alone = try KernelAlone(wiring: .tap, heedsCarrier: true)
    return try await finally(alone.end) {
      let unrelated = try unrelatedTap(alone.network)
      defer { unrelated.remove() }
      var outages: [Double] = []
      for _ in 0..<setting.runs {
        outages.append(
          try await outage(alone.stream, alone.network.isp1.cable, after: unrelated))
        try alone.stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      }
      return Series(outages, .milliseconds)
    }
  }

  private func unrelatedTap(_ network: SeedNetwork) throws -> TapCable {
    try TapCable(
      from: Port(network.gateway, "ether4"), to: Port(network.internet, "elsewhere"))
  }

  private func outage(
    _ stream: PacketStream, _ cable: any Cable, after unrelated: any Cable
  ) async throws -> Double {
    try await Task.sleep(for: calm)
    try unrelated.pull()
    try await Task.sleep(for: .milliseconds(50))
    let pulled = try cable.pull()
    try await Task.sleep(for: watching)
    let report = stream.report(
      from: pulled - .milliseconds(20), to: .now - PacketStream.patience)
    try unrelated.plug()
    try cable.plug()
    return report.longestOutage.milliseconds
  }
}
