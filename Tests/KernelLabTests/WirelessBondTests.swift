import Lab
import Testing

/// A cable and Wi-Fi as one interface, as on a laptop that is carried away from its desk.
@Suite(.needsLab, .serialized)
struct WirelessBondTests {
  private static let monitored = Duration.milliseconds(100)
  private static let network = WirelessNetwork(name: "lab", passphrase: "by cable or by air")

  /// ```
  ///     laptop:  ether1 ─┬─ bond1          office:  lan ─┬─ ether1
  ///              wifi1  ─┘  192.0.2.2      192.0.2.1     └─ wifi1, the access point
  /// ```
  @Test
  func `packets go on by air when the cable is pulled`() throws {
    try Scene.with(["laptop", "office"]) { made, tag in
      let (laptop, office) = (made[0], made[1])
      let cable = try VethCable(from: Port(laptop, "ether1"), to: Port(office, "ether1"))
      try office.ip(
        "link add lan type bridge", "link set ether1 master lan", "link set lan up",
        "addr add 192.0.2.1/24 dev lan")
      let point = try AccessPoint(
        of: Self.network, by: Radio("wifi1", in: office), bridge: "lan", tag: tag)
      let radio = try Radio("wifi1", in: laptop)
      // An access point takes packets of a station from its own MAC alone, so the bond takes that over.
      let bond = try LabBond(
        "bond1", of: ["ether1", "wifi1"], on: laptop, .activeBackup, monitored: Self.monitored,
        options: "fail_over_mac active primary ether1")
      try laptop.ip("addr add 192.0.2.2/24 dev bond1")
      let station = try Station(of: Self.network, by: radio, tag: tag)
      defer {
        station.end()
        point.end()
      }
      try station.awaitJoined(within: .seconds(60))
      try bond.await("both ports up", within: .seconds(30)) { $0.ports.allSatisfy(\.isUp) }
      #expect(try bond.report().active == "ether1")

      try laptop.warm(["192.0.2.1"])
      let losses = try Scene.losses(from: laptop, to: office, "192.0.2.1") { try cable.pull() }
      #expect(losses.longestOutage <= Self.monitored * 2, "\(losses)")
      #expect(try bond.report().active == "wifi1")
    }
  }
}
