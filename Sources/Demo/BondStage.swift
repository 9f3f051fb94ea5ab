import Lab

/// A machine with a cable and Wi-Fi to one router, which a daemon has made one link of.
final class BondStage: Stage {
  let stream: PacketStream
  let daemons: [(part: Part, daemon: GatewayDaemon)]
  private let network: HomeNetwork
  private let bond: LabBond

  init(executable: String, isFast: Bool) async throws {
    network = try HomeNetwork(tag: "demo")
    bond = LabBond(standing: "bond0", on: network.machine)
    do {
      try Self.checkKernel(of: network.machine)
      let daemon = try GatewayDaemon(
        executable: executable, configuration: Setting.bondConfiguration(isFast: isFast).text,
        in: network.machine, tag: "demo")
      daemons = [(.gateway, daemon)]
      stream = try network.stream()
    } catch {
      try network.tearDown()
      throw error
    }
    do {
      try await self.await("eth0 carries nothing") {
        try holders() == [.eth0] && stream.isFlowing(since: .now - .seconds(1))
      }
    } catch {
      try tearDown()
      throw error
    }
  }

  private static func checkKernel(of machine: Namespace) throws {
    do {
      try machine.ip("link add trial type bond", "link delete trial")
    } catch is LabError {
      throw DemoError.lacking([
        "the kernel must have bonding (`modprobe bonding`); where it has none, `make demo-bond` plays it in "
          + "an emulated machine"
      ])
    }
  }

  func tearDown() throws {
    stream.stop()
    daemons.forEach { $0.daemon.end() }
    try network.tearDown()
  }

  func cables(of part: Part) -> [any Cable] {
    [part == .wlan0 ? network.wifi : network.ethernet]
  }

  func mute(_ part: Part) throws -> Moment {
    let now = Moment.now
    try network.router.setBridgePort(port(of: part), forwards: false)
    return now
  }

  func unmute(_ part: Part) throws {
    try network.router.setBridgePort(port(of: part), forwards: true)
  }

  private func port(of part: Part) -> String { part == .wlan0 ? "wifi" : "eth" }

  /// Until it is made there is nothing that could hold.
  func holders() throws -> Set<Part>? {
    // Its file is not there before it is.
    guard let active = try? bond.report().active else { return [] }
    return Part(rawValue: active).map { [$0] } ?? []
  }
}
