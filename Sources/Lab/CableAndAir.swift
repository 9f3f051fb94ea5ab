/// A home machine with a cable and Wi-Fi to one network, in a kernel that has radios.
///
/// ```
///     home:  eth0, wlan0          office:  lan ─┬─ ether1
///                                 192.168.1.1   └─ wifi1, the access point
/// ```
public final class CableAndAir {
  public static let router = "192.168.1.1"
  /// What the machine's links are to have together.
  public static let shared = "192.168.1.252"
  private static let network = WirelessNetwork(name: "lab", passphrase: "by cable or by air")

  public let home: Namespace
  public let office: Namespace
  public let cable: VethCable
  public let station: Station
  private let radio: Radio
  private let tag: String
  private var point: AccessPoint

  /// Both links are up, and the station is in its network.
  /// - Parameter made: home, then office.
  public init(_ made: [Namespace], tag: String) throws {
    (home, office) = (made[0], made[1])
    self.tag = tag
    cable = try VethCable(from: Port(home, "eth0"), to: Port(office, "ether1"))
    try office.ip(
      "link add lan type bridge", "link set ether1 master lan", "link set lan up",
      "addr add \(Self.router)/24 dev lan")
    radio = try Radio("wifi1", in: office)
    point = try AccessPoint(of: Self.network, by: radio, bridge: "lan", tag: tag)
    station = try Station(of: Self.network, by: Radio("wlan0", in: home), tag: tag)
    try station.awaitJoined(within: .seconds(60))
  }

  /// The access point leaves the air; the moment before.
  @discardableResult
  public func silence() -> Moment { point.end() }

  /// It is back, and the station in its network.
  public func sound() throws {
    point = try AccessPoint(of: Self.network, by: radio, bridge: "lan", tag: tag)
    try station.awaitJoined(within: .seconds(60))
  }

  public func end() {
    station.end()
    point.end()
  }
}
