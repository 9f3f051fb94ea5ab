import Lab
import Model

/// The cable of a link is pulled that a hundred thousand flows go by, beside one that a few do.
struct CrowdedFlows: Measurement {
  let name = "crowded-flows"
  private let flows = 100_000
  private let watching = Duration.milliseconds(800)

  private struct Outcome {
    var lost: [Double] = []
    var swept: [Double] = []  // ms until the dead link's flows are gone
    var turns: [Double] = []  // ms, the loop's longest
  }

  func measure(_ setting: Setting) async throws -> [Row] {
    let watched = try await Watched(setting.executable, SeedConfiguration.fast)
    return try await finally(watched.end) {
      let few = try await outcome(watched, setting.runs, flows: 0)
      let many = try await outcome(watched, setting.runs, flows: flows)
      let tool = try conntrack(watched.network.gateway, setting.runs)
      return rows(few, many, tool, setting)
    }
  }

  private func rows(
    _ few: Outcome, _ many: Outcome, _ tool: Series, _ setting: Setting
  ) -> [Row] {
    let (alone, lost) = (Series(few.lost, .packets), Series(many.lost, .packets))
    let (swept, turns) = (Series(many.swept, .milliseconds), Series(many.turns, .milliseconds))
    setting.tell("siaga: \(lost.medianText), flows gone after \(swept.medianText)")
    return [
      Row(
        what: "Cable pulled with 100,000 tracked flows on the link", series: lost,
        target: Row.Target(text: "as with few flows (median ≤ 2 lost, worst ≤ 5)") {
          $0.median <= 2 && $0.worst <= 5
        },
        peers: ["siaga with few flows: \(alone.medianText), worst \(alone.worstText)"]),
      Row(
        what: "The same: until the dead link's flows are gone", series: swept,
        target: Row.Target(text: "≤ 250 ms") { $0.worst <= 250 },
        peers: ["`conntrack -D -m MARK`: \(tool.medianText), worst \(tool.worstText)"],
        held: Held("crowded-flows.gone", swept.median, beside: tool.median, slack: 30)),
      Row(
        what: "The same: the loop's longest turn (no more than)", series: turns,
        target: Row.Target(text: "median ≤ 1 ms") { $0.median <= 1 },
        peers: ["with few flows: \(Series(few.turns, .milliseconds).medianText)"]),
    ]
  }

  private func outcome(_ watched: Watched, _ runs: Int, flows: Int) async throws -> Outcome {
    var outcome = Outcome()
    let (gateway, cable) = (watched.network.gateway, watched.network.isp1.cable)
    for _ in 0..<runs {
      if flows > 0 { try track(flows, in: gateway) }
      let turns = try await LoopTurns.longest(watched.client) {
        let pulled = try cable.pull()
        if flows > 0 { outcome.swept.append(try await sweep(gateway, since: pulled)) }
        try await Task.sleep(for: pulled + watching - .now)
        let counted = Moment.now
        // A packet sent just before the cable was pulled may have been on it.
        let report = watched.stream.report(
          from: pulled - .milliseconds(20), to: counted - PacketStream.patience)
        outcome.lost.append(Double(report.lost))
      }
      outcome.turns.append(turns)
      try cable.plug()
      try await watched.settle(on: watched.network.isp1, within: .seconds(10))
      // The kernel holds back what follows a carrier event too soon.
      try await Task.sleep(for: .milliseconds(1_500))
    }
    return outcome
  }

  private func sweep(_ gateway: Namespace, since pulled: Moment) async throws -> Double {
    try waitUntil("the end of the dead link's flows", within: .seconds(10)) {
      try gateway.trackedFlows < 1_000
    }
    return (Moment.now - pulled).milliseconds
  }

  /// The same deletion by the tool that scripts use.
  private func conntrack(_ gateway: Namespace, _ runs: Int) throws -> Series {
    var times: [Double] = []
    for _ in 0..<runs {
      try track(flows, in: gateway)
      let start = Moment.now
      try Command.run(
        gateway.command(["sh", "-c", "conntrack -D -m 0x100/0x3f00 > /dev/null 2>&1"]))
      times.append((Moment.now - start).milliseconds)
    }
    return Series(times, .milliseconds)
  }

  /// Flows of hosts inside that isp1 translates.
  private func track(_ count: Int, in gateway: Namespace) throws {
    let lines = (0..<count).map { number in
      let (place, port) = (number / 50_000, 10_000 + number % 50_000)
      return "-A -s 192.168.1.\(20 + place) -d 198.51.100.\(1 + place) -p udp --sport \(port)"
        + " --dport 443 --src-nat 10.10.1.2 -t 600 -m 0x100\n"
    }
    try Command.run(gateway.command(["conntrack", "-R", "/dev/stdin"]), input: lines.joined())
  }
}

extension Namespace {
  fileprivate var trackedFlows: Int {
    get throws {
      let text = try run { try Proc.read("/proc/sys/net/netfilter/nf_conntrack_count") }
      return Int(text.prefix { $0.isNumber }) ?? 0
    }
  }
}
