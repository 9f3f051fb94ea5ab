import Lab
import Model

/// The cable of the active link is pulled while 1,000 packets a second go through it.
struct CablePulled: Measurement {
  let name = "cable-pulled"
  private let watching = Duration.milliseconds(800)

  func measure(_ setting: Setting) async throws -> [Row] {
    let ours = try await siaga(setting)
    setting.tell("siaga: \(ours.medianText), worst \(ours.worstText)")
    let heeding = try await kernel(setting, heedsCarrier: true)
    setting.tell("kernel, ignore_routes_with_linkdown=1: \(heeding.medianText)")
    let asItComes = try await kernel(setting, heedsCarrier: false)
    setting.tell("kernel as it comes: \(asItComes.medianText)")
    return [
      Row(
        what: "Cable of the active link pulled (veth, 1,000 packets/s, masquerade)", series: ours,
        target: Row.Target(text: "median ≤ 2 lost, worst ≤ 5") {
          $0.median <= 2 && $0.worst <= 5
        },
        peers: [
          "kernel alone, ignore_routes_with_linkdown=1: \(heeding.medianText),"
            + " worst \(heeding.worstText)",
          "kernel alone as it comes: \(asItComes.medianText) in \(watching.text), until the"
            + " cable is back",
        ],
        held: Held("cable-pulled.lost", ours.median, beside: asItComes.median, slack: 2))
    ]
  }

  private func siaga(_ setting: Setting) async throws -> Series {
    let watched = try await Watched(setting.executable, SeedConfiguration.fast)
    return try await finally(watched.end) {
      var lost: [Double] = []
      for _ in 0..<setting.runs {
        lost.append(try await losses(watched.stream, watched.network.isp1.cable))
        try await watched.settle(on: watched.network.isp1, within: .seconds(10))
        try await Task.sleep(for: .milliseconds(300))
      }
      return Series(lost, .packets)
    }
  }

  private func kernel(_ setting: Setting, heedsCarrier: Bool) async throws -> Series {
    let alone = try KernelAlone(wiring: .veth, heedsCarrier: heedsCarrier)
    return try await finally(alone.end) {
      var lost: [Double] = []
      for _ in 0..<setting.runs {
        lost.append(try await losses(alone.stream, alone.network.isp1.cable))
        try alone.stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
        try await Task.sleep(for: .milliseconds(300))
      }
      return Series(lost, .packets)
    }
  }

  /// Pulls the cable, counts, and puts it back.
  private func losses(_ stream: PacketStream, _ cable: any Cable) async throws -> Double {
    let pulled = try cable.pull()
    try await Task.sleep(for: watching)
    let counted = Moment.now
    try cable.plug()
    // A packet sent just before the cable was pulled may have been on it.
    let report = stream.report(
      from: pulled - .milliseconds(20), to: counted - PacketStream.patience)
    return Double(report.lost)
  }
}
