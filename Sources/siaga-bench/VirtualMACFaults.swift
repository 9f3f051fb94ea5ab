import Lab
import Model

/// The router that has the addresses under a virtual MAC fails while 1,000 packets a second go through
/// it: the switch then sends what is for that MAC to all, and the next router passes it on.
struct VirtualMACFaults: Measurement {
  let name = "pair-virtual-mac"
  let occasion = Occasion.atLength
  private static let interval = 100  // between advertisements, in milliseconds

  func measure(_ setting: Setting) async throws -> [Row] {
    let faults = [PairFaults.Fault.power, .cable, .mute]
    var lost: [[Series]] = []  // of each contender, by fault
    for contender in [
      PairContender.siaga(hasChannel: true, isVirtual: true),
      .siaga(hasChannel: false, isVirtual: true), .keepalived(isVirtual: true),
    ] {
      let pair = try ContestedPair(contender, setting.executable, interval: Self.interval)
      lost.append(
        try await finally(pair.end) {
          var series: [Series] = []
          for fault in faults {
            let found = try await PairFaults.losses(
              fault, pair, interval: Self.interval, setting.runs)
            setting.tell(
              "\(contender.name), \(fault.rawValue): \(found.medianText), worst \(found.worstText)")
            series.append(found)
          }
          return series
        })
    }
    return zip(0..., faults).flatMap { place, fault in
      rows(fault, ours: lost[0][place], alone: lost[1][place], peer: lost[2][place])
    }
  }

  private func rows(
    _ fault: PairFaults.Fault, ours: Series, alone: Series, peer: Series
  ) -> [Row] {
    let what = "Holder of shared addresses with a virtual MAC \(fault.rawValue)"
    let beside = "keepalived, use_vmac: \(peer.medianText), worst \(peer.worstText)"
    let bound = fault == .mute ? fault.bound : 0
    return [
      Row(
        what: "\(what), channel every 10 ms", series: ours,
        target: Row.Target(text: "median ≤ \(Int(bound)) lost") { $0.median <= bound },
        peers: [beside],
        held: Held("\(name).\(fault).channel", ours.median, beside: max(bound, 1), slack: 5)),
      Row(
        what: "\(what), VRRP alone", series: alone,
        target: Row.Target(text: "median ≤ keepalived's") { $0.median <= peer.median },
        peers: [beside],
        held: Held(
          "\(name).\(fault).vrrp", alone.median, beside: max(peer.median, 1), slack: 10)),
    ]
  }
}
