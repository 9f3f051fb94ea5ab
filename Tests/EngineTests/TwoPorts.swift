import Config
import Engine
import Model

/// `eth0` and `wlan0` in `bond0`, as the kernel tells of them.
enum TwoPorts {
  static let ethernet = InterfaceIndex(2)
  static let wireless = InterfaceIndex(3)
  static let index = InterfaceIndex(9)
  static let hardware = ["02:00:00:00:00:0a", "02:00:00:00:00:0b"].map(HardwareAddress.init)
  static let eth0 = InterfaceName("eth0")!
  static let wlan0 = InterfaceName("wlan0")!

  static func bond(
    _ mode: Bond.Mode = .activeBackup, judge: Judge? = nil,
    failback: Failback = .auto
  ) -> Bond {
    Bond(
      name: InterfaceName("bond0")!, members: [eth0, wlan0],
      primary: mode.hasOneActive ? eth0 : nil, mode: mode,
      addresses: [InterfaceAddress("192.0.2.5/24")!], judge: judge,
      failback: failback, damping: nil)
  }

  /// The two ports, in the bond or not, and the bond once it is there.
  static func links(
    _ mode: Bond.Mode = .activeBackup, carriers: [Bool] = [true, true], inBond: Bool = true,
    active: InterfaceIndex? = nil
  ) -> [KernelState.Delta] {
    var links: [Link] = []
    for (place, index) in [ethernet, wireless].enumerated() {
      var port = Rig.link(
        index, place == 0 ? "eth0" : "wlan0", hasCarrier: carriers[place], hardware: hardware[place]
      )
      if inBond {
        port.master = Self.index
        let isActive = mode.hasOneActive ? active == index : true
        port.port = BondPort(isActive: isActive, condition: .up)
      }
      links.append(port)
    }
    if inBond {
      var options = BondOptions()
      options[.mode] = .number(mode.number)
      var made = Rig.link(index, "bond0")
      made.bond = BondReport(options: options, active: active)
      made.group = 83
      links.append(made)
    }
    return links.map { .link($0) }
  }

  static func rig(
    _ bond: Bond = bond(), checks: [CheckDefinition] = [], links: [KernelState.Delta]
  ) -> Rig {
    var state = KernelState()
    for link in links { state.apply(link) }
    return Rig(Configuration(checks: checks, bonds: [bond]), kernel: state)
  }
}
