import Lab

/// A home machine with a cable and Wi-Fi to one network, as in the manual.
///
/// ```
///     home:  eth0, wlan0          office:  lan ─┬─ ether1
///                                 192.168.1.1   └─ wifi1, the access point
/// ```
struct CableAndAir {
  static let router = "192.168.1.1"
  static let shared = "192.168.1.252"

  let home: Namespace
  let office: Namespace
  let cable: VethCable
  let point: AccessPoint
  let station: Station

  init(_ made: [Namespace], tag: String) throws {
    (home, office) = (made[0], made[1])
    cable = try VethCable(from: Port(home, "eth0"), to: Port(office, "ether1"))
    try office.ip(
      "link add lan type bridge", "link set ether1 master lan", "link set lan up",
      "addr add \(Self.router)/24 dev lan")
    let network = WirelessNetwork(name: "lab", passphrase: "by cable or by air")
    point = try AccessPoint(of: network, by: Radio("wifi1", in: office), bridge: "lan", tag: tag)
    station = try Station(of: network, by: Radio("wlan0", in: home), tag: tag)
    try station.awaitJoined(within: .seconds(60))
  }

  func end() {
    station.end()
    point.end()
  }

  /// What the office loses of the machine's one address.
  func losses(by fault: () throws -> Moment) throws -> StreamReport {
    try Scene.losses(from: office, to: home, Self.shared, by: fault)
  }
}
