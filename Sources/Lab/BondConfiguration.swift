/// A bond that asks a router by each of its ports, as a file of Siaga.
public struct BondConfiguration: Sendable {
  public var ports: [String]  // the first goes before the others
  public var address: String
  public var router: String
  public var isWayOut = false  // by that router
  public var every = Duration.milliseconds(100)
  public let fall = 3

  public init(of ports: [String], address: String, router: String) {
    self.ports = ports
    self.address = address
    self.router = router
  }

  /// From its last answer until a router that is mute by a port is noticed: what is promised.
  public var worstDetection: Duration { every * (fall + 1) }
  /// From its first answer until the port is up again.
  public var worstReturn: Duration { every * (fall + 1) }

  /// Damping is off: what is tried breaks and heals more often than a day brings it.
  public var text: String {
    """
    damping: off
    bonds:
      bond0:
        members: [\(ports.joined(separator: ", "))]
        primary: \(ports[0])
        address: \(address)/24
        \(isWayOut ? "gateway: \(router)" : "# it leads to its own network")
        check: { arp: \(router), every: \(every.configText), timeout: \(every.configText), fall: \(fall) }

    """
  }
}

extension TwoCables {
  /// The cables as one.
  public static let bond = BondConfiguration(
    of: ["ether1", "ether2"], address: "192.0.2.2", router: there)
}

extension CableAndAir {
  /// By air, and by the cable while that is away.
  public static let bond = BondConfiguration(
    of: ["wlan0", "eth0"], address: shared, router: router)
}

extension HomeNetwork {
  /// By the cable, and by air while that is away.
  public static func bond(every: Duration) -> BondConfiguration {
    var bond = BondConfiguration(
      of: ["eth0", "wlan0"], address: "192.168.1.252", router: "192.168.1.1")
    bond.isWayOut = true
    bond.every = every
    return bond
  }
}
