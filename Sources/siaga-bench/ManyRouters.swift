import Lab

/// What 250 virtual routers cost that advertise every 100 ms, on the one that holds them all and on the one
/// that listens.
struct ManyRouters: Measurement {
  let name = "many-routers"
  let occasion = Occasion.atLength
  private let count = 250
  private let interval = 100

  func measure(_ setting: Setting) async throws -> [Row] {
    let ours = try await costs(of: .siaga(hasChannel: false), setting)
    let talking = try await costs(of: .siaga(hasChannel: true), setting)
    let peer = try await costs(of: .keepalived(), setting)
    let what = "\(count) virtual routers, advertised every \(interval) ms"
    return [
      row("\(what), the holder", ours.master.cpu, talking.master.cpu, peer.master.cpu, "holder"),
      row(
        "\(what), the one that listens", ours.backup.cpu, talking.backup.cpu, peer.backup.cpu,
        "backup"),
      Row(
        what: "\(what), memory of the holder (RSS)", series: ours.master.memory,
        target: Row.Target(text: "≤ 40 MB") { $0.worst <= 40 },
        peers: ["keepalived: \(peer.master.memory.medianText)"],
        held: Held(
          "\(name).memory", ours.master.memory.median, beside: peer.master.memory.median, slack: 2)),
    ]
  }

  private func row(
    _ what: String, _ ours: Series, _ talking: Series, _ peer: Series, _ kind: String
  ) -> Row {
    Row(
      what: "CPU of \(what)", series: ours,
      target: Row.Target(text: "≤ keepalived's") { $0.median <= peer.median },
      peers: ["keepalived: \(peer.medianText)", "with the nodes' channel: \(talking.medianText)"],
      held: Held("\(name).\(kind)", ours.median, beside: peer.median, slack: 0.3))
  }

  private func costs(
    of contender: PairContender, _ setting: Setting
  ) async throws -> (master: Cost, backup: Cost) {
    let pair = try CrowdedPair(contender, setting.executable, count: count, interval: interval)
    return try await finally(pair.end) {
      // Announcements and their repeats are over.
      try await Task.sleep(for: .seconds(8))
      let (master, backup, came) = try await pair.costs(spans: 5, of: .seconds(6))
      setting.tell(
        "\(contender.name): holder \(master.cpu.medianText), \(master.memory.medianText); backup "
          + "\(backup.cpu.medianText), \(backup.memory.medianText); \(came) takeovers")
      guard came == 0 else {
        throw LabError.never("30 s without a takeover by \(contender.name)", within: .seconds(30))
      }
      return (master, backup)
    }
  }
}
