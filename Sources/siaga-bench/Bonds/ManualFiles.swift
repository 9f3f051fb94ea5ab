import Lab
import Model

/// Four files of systemd-networkd's that name no mode, as a manual has them: imported, and kept by
/// networkd itself. The cable is cut, or the access point leaves the air: what does the machine's
/// one address miss of five seconds?
struct ManualFiles: Measurement {
  let name = "manual-files"
  let occasion = Occasion.inLab

  func measure(_ setting: Setting) async throws -> [Row] {
    let ours = try await losses(by: .siaga(executable: setting.executable), setting)
    let networkd = try await losses(by: .networkd, setting)
    return Side.allCases.map { side in
      let (ours, peer) = (Series(ours[side]!, .packets), Series(networkd[side]!, .packets))
      return Row(
        what: "A manual's four files, imported (balance-rr): \(side.rawValue),"
          + " of \(Self.sent) packets both ways in 5 s",
        series: ours, target: .init(text: "worst ≤ 10 lost") { $0.worst <= 10 },
        peers: ["networkd with the same files: \(peer.medianText), worst \(peer.worstText)"])
    }
  }

  private enum Side: String, CaseIterable {
    case cable = "the cable cut"
    case air = "Wi-Fi's access point gone"
  }

  private enum Keeper {
    case siaga(executable: String)
    case networkd

    var name: String {
      switch self {
      case .siaga: "siaga"
      case .networkd: "networkd"
      }
    }
  }

  private static let rate = 100  // packets a second, each way
  private static let patience = Duration.seconds(5)
  private static let sent = 2 * rate * 5

  private func losses(by keeper: Keeper, _ setting: Setting) async throws -> [Side: [Double]] {
    let made = try Namespace.make(tag: "files", roles: ["home", "office"])
    let losses = try await finally {
      try Namespace.remove(made)
    } _: {
      let network = try CableAndAir(made, tag: "files")
      defer { network.end() }
      let end = try begin(keeper, on: network)
      defer { end() }
      return try measured(network, setting)
    }
    for (side, lost) in losses { setting.tell("\(keeper.name), \(side.rawValue): \(lost)") }
    return losses
  }

  private func begin(_ keeper: Keeper, on network: CableAndAir) throws -> () -> Void {
    switch keeper {
    case .siaga(let executable):
      let scratch = try ScratchDirectory(tag: "files")
      for (name, text) in Self.files { try scratch.write(text, to: name) }
      let imported = try Command.run(
        [executable, "import", "networkd"] + Self.files.keys.sorted().map(scratch.file))
      let daemon = try GatewayDaemon(
        executable: executable, configuration: imported, in: network.home, tag: "files")
      return { _ = daemon.end() }
    case .networkd:
      let networkd = try Networkd(tag: "files", networks: Self.files)
      // It takes no port that somebody has set up.
      try network.home.ip("link set eth0 down", "link set wlan0 down")
      try networkd.start(in: network.home)
      return networkd.end
    }
  }

  private func measured(_ network: CableAndAir, _ setting: Setting) throws -> [Side: [Double]] {
    let bond = LabBond(standing: "bond0", on: network.home)
    var losses: [Side: [Double]] = [:]
    for run in 0..<Side.allCases.count * setting.runs {
      try bond.await("both ports", within: .seconds(120)) {
        $0.ports.count == 2 && $0.ports.allSatisfy(\.isUp)
      }
      try awaitAll(on: network)
      try network.office.warm([CableAndAir.shared])
      let side = Side.allCases[run % Side.allCases.count]
      losses[side, default: []].append(try lost(by: side, network))
      if side == .cable { try network.cable.plug() } else { try network.sound() }
    }
    return losses
  }

  /// networkd's bond looks at no carrier, and calls each port up.
  private func awaitAll(on network: CableAndAir) throws {
    try network.station.awaitJoined(within: .seconds(60))
    try waitUntil("both carriers, and the address", within: .seconds(60)) {
      let lines = try Command.run("ip", "-n", network.home.name, "-br", "link")
        .split(separator: "\n").filter { $0.contains("LOWER_UP") }
      let addresses = try Command.run("ip", "-n", network.home.name, "-br", "address")
      return ["eth0", "wlan0"].allSatisfy { name in lines.contains { $0.hasPrefix(name) } }
        && addresses.contains(CableAndAir.shared)
    }
  }

  private func lost(by side: Side, _ network: CableAndAir) throws -> Double {
    let streams = [
      try PacketStream(
        .init(from: network.office, to: network.home, address: CableAndAir.shared), rate: Self.rate),
      try PacketStream(
        .init(from: network.home, to: network.office, address: CableAndAir.router), rate: Self.rate),
    ]
    defer { streams.forEach { $0.stop() } }
    try streams.forEach { try $0.awaitFlow(within: .seconds(20)) }
    let moment = side == .cable ? try network.cable.pull() : network.silence()
    let end = moment + Self.patience
    try waitUntil("five seconds", within: .seconds(10)) { Moment.now > end + PacketStream.patience }
    return Double(streams.map { $0.report(from: moment, to: end).lost }.reduce(0, +))
  }

  private static let files = [
    "20-bond0.netdev": """
    [NetDev]
    Name=bond0
    Kind=bond

    """,
    "50-bonding-master.network": """
    [Match]
    Name=bond0

    [Network]
    Address=192.168.1.252/24
    Gateway=192.168.1.1
    DNS=192.168.1.1
    DNS=8.8.8.8
    DNS=8.8.4.4

    """,
    "50-bonding-primary.network": port("eth0"),
    "50-bonding-slave.network": port("wlan0"),
  ]

  private static func port(_ interface: String) -> String {
    """
    [Match]
    Name=\(interface)

    [Network]
    Bond=bond0

    """
  }
}
