import Client
import Foundation
import Lab
import Model
import Testing

extension CableAndAir {
  /// What the office loses of the machine's one address.
  fileprivate func losses(by fault: () throws -> Moment) throws -> StreamReport {
    try Scene.losses(from: office, to: home, Self.shared, by: fault)
  }
}

/// The daemon, a cable and Wi-Fi: one address, through loss of either.
@Suite(.needsLab, .serialized)
struct WirelessDaemonTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private func withDaemon(
    _ configuration: String, _ body: (CableAndAir, LabDaemon) async throws -> Void
  ) async throws {
    try await LabDaemon.run(configuration, among: ["home", "office"]) { made, tag in
      try CableAndAir(made, tag: tag)
    } _: { network, daemon in
      defer { network.end() }
      do {
        try await body(network, daemon)
      } catch {
        Issue.record("the station said:\n\(network.station.log)")
        throw error
      }
    }
  }

  /// Also a port of a radio that was taken from its network to join the bond is back in it.
  private func awaitBoth(_ daemon: LabDaemon) async throws {
    try await daemon.await("both can be used and are up") {
      $0.groups.first?.members.allSatisfy { $0.usable && $0.health == .up } ?? false
    }
  }

  @Test
  func `the example: the cable while there is one, and air without`() async throws {
    let example = try String(
      contentsOf: Self.repository.appending(path: "examples/ethernet-and-wifi.yaml"),
      encoding: .utf8)
    try await withDaemon(example) { network, daemon in
      try await awaitBoth(daemon)
      try await daemon.awaitHolders(["eth0"])
      try network.office.warm([CableAndAir.shared])
      let pulled = try network.losses { try network.cable.pull() }
      #expect(pulled.longestOutage <= .milliseconds(300), "\(pulled)")
      try await daemon.awaitHolders(["wlan0"])
      try network.cable.plug()
      try await awaitBoth(daemon)
      try await daemon.awaitHolders(["eth0"])
      let silenced = try network.losses { network.silence() }
      #expect(silenced.longestOutage <= .milliseconds(100), "\(silenced)")
      try await daemon.await("wlan0 has lost its network") {
        $0.groups.first?.members.last?.obstacles == [.noCarrier]
      }
    }
  }

  /// Its carrier is there, and its access point is far away.
  @Test
  func `a port that hardly hears its network is left, and taken back`() async throws {
    var bond = CableAndAir.bond.text
    bond.replace(
      /check: .*/, with: "check: { wifi: -40dBm, every: 200ms, timeout: 200ms, fall: 2, rise: 2 }")
    try await withDaemon(bond) { network, daemon in
      func power(_ dBm: Int) throws {
        try Command.run(
          network.office.command(["iw", "dev", "wifi1", "set", "txpower", "fixed", "\(dBm * 100)"]))
      }
      try await awaitBoth(daemon)
      try await daemon.awaitHolders(["wlan0"])
      try power(5)
      try await daemon.awaitHolders(["eth0"])
      let reason = try await daemon.client.decisions().last?.reason ?? ""
      #expect(reason.contains("dBm, and should be -40 dBm or more"), "\(reason)")
      try power(20)
      try await daemon.awaitHolders(["wlan0"])
    }
  }

  /// Four files of systemd-networkd, which name no mode: both ports carry.
  @Test(arguments: ["cable", "air"])
  func `the manual's files, imported: one address through loss of either`(lost: String)
    async throws
  {
    let files = Self.repository.appending(path: "Tests/ImportersTests/Networkd/seed-bonding")
    let units = try FileManager.default.contentsOfDirectory(atPath: files.path)
      .filter { $0.hasSuffix(".netdev") || $0.hasSuffix(".network") }.sorted()
    #expect(units.count == 4)
    let imported = try Command.run(
      [LabDaemon.executable, "import", "networkd"]
        + units.map { files.appending(path: $0).path })
    try await withDaemon(imported) { network, daemon in
      try await awaitBoth(daemon)
      try await daemon.awaitHolders(["eth0", "wlan0"])
      try network.office.warm([CableAndAir.shared])
      let losses = try network.losses {
        lost == "cable" ? try network.cable.pull() : network.silence()
      }
      #expect(losses.longestOutage <= .seconds(1), "\(losses)")
      try await daemon.awaitHolders([lost == "cable" ? "wlan0" : "eth0"])
    }
  }
}
