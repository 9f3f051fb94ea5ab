import Lab
import Model
import Testing

/// A bond that systemd-networkd owns, made of what `siaga export networkd` writes.
@Suite(.needsBonding, .serialized)
struct NetworkdBondTests {
  /// The exported files, by their names.
  private func exported(_ scratch: ScratchDirectory) throws -> [String: String] {
    try scratch.write(TwoCables.bond.text, to: "siaga.yaml")
    let text = try Command.run(
      LabDaemon.executable, "export", "networkd", scratch.file("siaga.yaml"))
    let files = text.split(separator: "# 30-").map { part in
      let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return ("30-\(lines[0])", String(lines[1]))
    }
    return Dictionary(uniqueKeysWithValues: files)
  }

  @Test
  func `networkd makes it, and Siaga steers it without owning it`() async throws {
    let scratch = try ScratchDirectory(tag: "export")
    let files = try exported(scratch)
    try await LabDaemon.run(TwoCables.bond.text, among: ["here", "there"]) { made, tag in
      let network = try TwoCables(between: made[0], and: made[1])
      // networkd takes no port that somebody has set up.
      try network.here.ip("link set ether1 down", "link set ether2 down")
      let networkd = try Networkd(tag: tag, networks: files)
      try networkd.start(in: network.here)
      let bond = LabBond(standing: "bond0", on: network.here)
      try bond.await("networkd's, with both ports", within: .seconds(60)) {
        $0.mode.contains("active-backup") && $0.active == "ether1"
          && $0.ports.count == 2 && $0.ports.allSatisfy(\.isUp)
      }
      return (network, bond, networkd)
    } _: { made, daemon in
      let (network, bond, networkd) = made
      defer { networkd.end() }
      try await daemon.awaitHolders(["ether1"])
      try network.there.setBridgePort("ether1", forwards: false)
      try await daemon.awaitHolders(["ether2"])
      #expect(try bond.report().active == "ether2")
      try network.there.setBridgePort("ether1", forwards: true)
      try await daemon.awaitHolders(["ether1"])
    }
  }
}
