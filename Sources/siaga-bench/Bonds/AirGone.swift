import Lab
import Model

/// Wi-Fi carries, a cable stands by, and the access point leaves the air: how long after the kernel has
/// said so the cable carries, by the kernel's own diary.
struct AirGone: Measurement {
  let name = "air-gone"
  let occasion = Occasion.inLab

  func measure(_ setting: Setting) async throws -> [Row] {
    let ours = try await series(of: .siaga(executable: setting.executable), setting)
    let alone = try await series(of: .kernel, setting)
    return [
      Row(
        what: "Bond: Wi-Fi's access point gone, from the kernel's notice until the cable carries",
        series: ours, target: .init(text: "median ≤ 30 ms") { $0.median <= 30 },
        peers: ["kernel alone: \(alone.medianText), worst \(alone.worstText)"])
    ]
  }

  private func series(of keeper: BondKeeper, _ setting: Setting) async throws -> Series {
    let made = try Namespace.make(tag: "air", roles: ["home", "office"])
    let times = try await finally {
      try Namespace.remove(made)
    } _: {
      try self.times(of: keeper, made, setting)
    }
    let series = Series(times, .milliseconds)
    setting.tell("\(keeper): \(series.medianText), worst \(series.worstText)")
    return series
  }

  private func times(
    of keeper: BondKeeper, _ made: [Namespace], _ setting: Setting
  ) throws -> [Double] {
    let network = try CableAndAir(made, tag: "air")
    defer { network.end() }
    let daemon = try keeper.make(CableAndAir.bond, on: network.home, tag: "air")
    defer { daemon?.end() }
    let bond = LabBond(standing: "bond0", on: network.home)
    return try (0..<setting.runs).map { _ in
      try bond.await("wlan0 carries", within: .seconds(120)) {
        $0.active == "wlan0" && $0.ports.allSatisfy(\.isUp)
      }
      let diary = try KernelDiary(of: network.home)
      network.silence()
      try bond.await("eth0 carries", within: .seconds(30)) { $0.active == "eth0" }
      let time = try time(in: diary.entries())
      try network.sound()
      return time
    }
  }

  private func time(in entries: [KernelDiary.Entry]) throws -> Double {
    guard
      let lost = entries.first(where: {
        $0.text.contains("wlan0") && $0.text.contains("NO-CARRIER")
      }),
      let moved = entries.first(where: {
        $0.at >= lost.at && $0.text.contains("bond0") && $0.text.contains("BONDING FAILOVER")
      })
    else { throw LabError.never("the kernel's word of a failover", within: .seconds(30)) }
    return moved.at - lost.at
  }
}
