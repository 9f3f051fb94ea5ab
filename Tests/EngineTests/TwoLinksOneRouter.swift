import Config
import Engine
import Model

/// A cable and Wi-Fi to one router, each with an address.
enum TwoLinksOneRouter {
  static let address = IPAddress("192.168.1.252")!  // the cable's
  static let others = IPAddress("192.168.1.25")!
  static let router = IPAddress("192.168.1.1")!
  static let uplinks = [uplink(1, "192.168.1.252/24"), uplink(2, "192.168.1.25/24")]

  private static func uplink(_ number: Int, _ address: String) -> Uplink {
    Uplink(
      name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
      addresses: [InterfaceAddress(address)!], gateways: [router])
  }

  /// By which link leaves what has the cable's address, as wanted.
  static func sender(_ rig: Rig) -> [UInt32] {
    rig.engine.wanted.rules.filter { $0.selector == .from(.host(address)) }.map(\.table)
  }
}
