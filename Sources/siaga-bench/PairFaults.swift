import Lab
import Model

/// The router that has the addresses fails while 1,000 packets a second go through it.
struct PairFaults: Measurement {
  let interval: Int  // between advertisements, in milliseconds

  var name: String { "pair-\(interval)ms" }
  let occasion = Occasion.atLength

  enum Fault: String, CaseIterable {
    case power = "loses power"
    case mute = "falls mute (carriers stay)"
    case cable = "loses one cable"
    case stop = "is stopped"

    /// What Siaga may lose with its channel, heartbeat 10 ms × 3.
    var bound: Double {
      switch self {
      case .power, .mute: 45
      case .cable: 5
      case .stop: 0
      }
    }
  }

  func measure(_ setting: Setting) async throws -> [Row] {
    let contenders: [PairContender] = [
      .siaga(hasChannel: true), .siaga(hasChannel: false), .keepalived(),
    ]
    var lost: [[Series]] = []  // of each contender, by fault
    for contender in contenders {
      let pair = try ContestedPair(contender, setting.executable, interval: interval)
      lost.append(
        try await finally(pair.end) {
          var series: [Series] = []
          for fault in Fault.allCases {
            let found = try await Self.losses(fault, pair, interval: interval, setting.runs)
            setting.tell(
              "\(contender.name), \(fault.rawValue): \(found.medianText), worst \(found.worstText)")
            series.append(found)
          }
          return series
        })
    }
    return zip(0..., Fault.allCases).flatMap { place, fault in
      rows(fault, ours: lost[0][place], alone: lost[1][place], peer: lost[2][place])
    }
  }

  private func rows(_ fault: Fault, ours: Series, alone: Series, peer: Series) -> [Row] {
    let what = "Holder of shared addresses \(fault.rawValue), advertisements every \(interval) ms"
    let beside = "keepalived: \(peer.medianText), worst \(peer.worstText)"
    let bound = fault.bound
    return [
      Row(
        what: "\(what), channel every 10 ms", series: ours,
        target: Row.Target(text: "median ≤ \(Int(bound)) lost") { $0.median <= bound },
        peers: [beside],
        held: Held(
          "\(name).\(fault).channel", ours.median, beside: max(bound, 1), slack: 5)),
      Row(
        what: "\(what), VRRP alone", series: alone,
        target: Row.Target(text: "median ≤ keepalived's") { $0.median <= peer.median },
        peers: [beside],
        held: Held("\(name).\(fault).vrrp", alone.median, beside: peer.median, slack: 10)),
    ]
  }

  static func losses(
    _ fault: Fault, _ pair: ContestedPair, interval: Int, _ runs: Int
  ) async throws -> Series {
    var lost: [Double] = []
    for _ in 0..<runs {
      let began = try strike(fault, pair)
      try await Task.sleep(for: .milliseconds(interval * 4 + 700))
      let report = pair.stream.report(
        from: began - .milliseconds(5), to: .now - PacketStream.patience)
      lost.append(Double(report.lost))
      try heal(fault, pair)
      try pair.settle()
      // Announcements and their repeats are over; and what comes next comes at any moment between
      // two advertisements.
      try await Task.sleep(for: .milliseconds(700 + Int.random(in: 0..<interval)))
    }
    return Series(lost, .packets)
  }

  private static func strike(_ fault: Fault, _ pair: ContestedPair) throws -> Moment {
    switch fault {
    case .power: try pair.powerOff(pair.network.a)
    case .mute: try pair.network.mute(pair.network.a)
    case .cable: try pair.network.a.cable(.lan).pull()
    case .stop: pair.stop(pair.network.a)
    }
  }

  private static func heal(_ fault: Fault, _ pair: ContestedPair) throws {
    switch fault {
    case .power: try pair.powerOn(pair.network.a)
    case .mute: try pair.network.unmute(pair.network.a)
    case .cable: try pair.network.a.cable(.lan).plug()
    case .stop: try pair.start(pair.network.a)
    }
  }
}
