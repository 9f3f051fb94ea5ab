import Lab
import Model

/// A cable and Wi-Fi to one router without a bond, and the cable is pulled: when does what begins leave
/// by Wi-Fi?
struct OneRouter: Measurement {
  let name = "one-router"
  private static let bound = Duration.seconds(20)
  private static let addresses = (cable: "192.168.1.252", air: "192.168.1.25")

  func measure(_ setting: Setting) async throws -> [Row] {
    let ours = try await series(setting, "siaga") { network in
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: Self.configuration, in: network.machine,
        tag: "bench")
      return { _ = daemon.end() }
    }
    let networkd = try await series(setting, "systemd-networkd") { network in
      let daemon = try Networkd(tag: "bench", networks: Self.units)
      try daemon.start(in: network.machine)
      return daemon.end
    }
    return [
      Row(
        what: "One router by cable and Wi-Fi, the cable pulled: until new flows leave by Wi-Fi",
        series: ours, target: .init(text: "worst ≤ 20 ms") { $0.worst <= 20 },
        peers: [
          "systemd-networkd's two routes: \(networkd.medianText), worst \(networkd.worstText)"
        ], held: Held("one-router.ms", ours.median, beside: networkd.median, slack: 5))
    ]
  }

  private static let configuration = """
    damping: off
    uplinks:
      eth0: { interface: eth0, address: \(addresses.cable)/24, gateway: 192.168.1.1 }
      wlan0: { interface: wlan0, address: \(addresses.air)/24, gateway: 192.168.1.1 }
    checks:
      gateway: { ping: gateway, every: 100ms, timeout: 100ms, fall: 3 }
    groups:
      internet: { route: default, tiers: [[eth0], [wlan0]], check: gateway }

    """

  private static var units: [String: String] {
    Dictionary(
      uniqueKeysWithValues: [("eth0", addresses.cable, 10), ("wlan0", addresses.air, 20)].map {
        (
          "\($0.0).network",
          """
          [Match]
          Name=\($0.0)
          [Network]
          Address=\($0.1)/24
          [Route]
          Gateway=192.168.1.1
          Metric=\($0.2)

          """
        )
      })
  }

  /// - Parameter start: makes the machine's network; what ends that.
  private func series(
    _ setting: Setting, _ who: String, start: (HomeNetwork) throws -> () -> Void
  ) async throws -> Series {
    let network = try HomeNetwork(tag: "bench")
    let times = try await finally(network.tearDown) {
      let end = try start(network)
      defer { end() }
      return try (0..<setting.runs).map { _ in try time(network) }
    }
    let series = Series(times, .milliseconds)
    setting.tell("\(who): \(series.medianText), worst \(series.worstText)")
    return series
  }

  private func time(_ network: HomeNetwork) throws -> Double {
    func awaitSource(_ address: String) throws -> Moment {
      try network.machine.awaitSource(
        address, toward: HomeNetwork.destination, within: Self.bound)
    }
    _ = try awaitSource(Self.addresses.cable)
    (Moment.now + .milliseconds(500)).sleep()
    let pulled = try network.ethernet.pull()
    let moved = try awaitSource(Self.addresses.air)
    (Moment.now + .milliseconds(500)).sleep()
    try network.ethernet.plug()
    return (moved - pulled).milliseconds
  }
}
