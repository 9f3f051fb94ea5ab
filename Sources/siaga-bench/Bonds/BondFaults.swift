import Lab

/// A bond whose ports fail, beside the kernel's own miimon, in one boot of the kernel lab.
struct BondFaults: Measurement {
  let name = "bonds"
  let occasion = Occasion.inLab

  func measure(_ setting: Setting) async throws -> [Row] {
    let ours = BondKeeper.siaga(executable: setting.executable)
    let out = try await cut(.out, by: ours, setting)
    let outAlone = try await cut(.out, by: .kernel, setting)
    let back = try await cut(.back, by: ours, setting)
    let backAlone = try await cut(.back, by: .kernel, setting)
    let mute = try await muted(by: ours, within: .seconds(5), setting)
    let muteAlone = try await muted(by: .kernel, within: .seconds(3), setting)
    return [
      Row(
        what: "Bond: the active port's cable cut, `miimon` 100 ms, packets out", series: out,
        target: half(of: outAlone), peers: [told(outAlone)]),
      Row(
        what: "The same, packets of a neighbour to the bond's one address", series: back,
        target: half(of: backAlone), peers: [told(backAlone)]),
      Row(
        what: "Bond: carrier fine, gateway mute behind the active port, `every: 100ms`, `fall: 3`",
        series: mute, target: .init(text: "worst ≤ 420 ms") { $0.worst <= 420 },
        peers: ["kernel alone: never (\(muteAlone.medianText) when it was given up)"]),
    ]
  }

  private func half(of peer: Series) -> Row.Target {
    let half = peer.median / 2
    return .init(text: "median ≤ half of the kernel's") { $0.median <= half }
  }

  private func told(_ peer: Series) -> String {
    "kernel alone: \(peer.medianText), worst \(peer.worstText)"
  }

  private func cut(
    _ direction: BondedCables.Direction, by keeper: BondKeeper, _ setting: Setting
  ) async throws -> Series {
    try await series(of: keeper, setting) { bonded in
      let outage = try bonded.outage(direction, within: .seconds(10)) { try $0.cables[0].pull() }
      try bonded.network.cables[0].plug()
      return outage
    }
  }

  private func muted(
    by keeper: BondKeeper, within bound: Duration, _ setting: Setting
  ) async throws -> Series {
    try await series(of: keeper, setting) { bonded in
      let outage = try bonded.outage(.out, within: bound) { network in
        let moment = Moment.now
        try network.there.setBridgePort("ether1", forwards: false)
        return moment
      }
      try bonded.network.there.setBridgePort("ether1", forwards: true)
      return outage
    }
  }

  private func series(
    of keeper: BondKeeper, _ setting: Setting, _ measure: (BondedCables) throws -> Double
  ) async throws -> Series {
    let bonded = try BondedCables(kept: keeper)
    let outages = try await finally(bonded.end) {
      try (0..<setting.runs).map { _ in
        let outage = try measure(bonded)
        try bonded.settle()
        return outage
      }
    }
    let series = Series(outages, .milliseconds)
    setting.tell("\(keeper): \(series.medianText), worst \(series.worstText)")
    return series
  }
}

extension BondKeeper: CustomStringConvertible {
  var description: String {
    switch self {
    case .siaga: "siaga"
    case .kernel: "kernel alone"
    }
  }
}
