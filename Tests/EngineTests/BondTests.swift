import Config
import Engine
import Model
import Testing

/// A bond as a group: who is to carry follows from policy, and who carries is the kernel's word.
struct BondTests {
  private static let ethernet = InterfaceIndex(2)
  private static let wireless = InterfaceIndex(3)
  private static let index = InterfaceIndex(9)
  private static let eth0 = InterfaceName("eth0")!
  private static let wlan0 = InterfaceName("wlan0")!

  private static func bond(
    _ mode: Bond.Mode = .activeBackup, failback: Failback = .auto
  ) -> Bond {
    Bond(
      name: InterfaceName("bond0")!, members: [eth0, wlan0],
      primary: mode.hasOneActive ? eth0 : nil, mode: mode,
      addresses: [InterfaceAddress("192.0.2.5/24")!], failback: failback, damping: nil)
  }

  /// The two ports, in the bond or not, and the bond once it is there.
  private static func links(
    _ mode: Bond.Mode = .activeBackup, carriers: [Bool] = [true, true], inBond: Bool = true,
    active: InterfaceIndex? = nil
  ) -> [KernelState.Delta] {
    var links: [Link] = []
    for (place, index) in [ethernet, wireless].enumerated() {
      var port = Rig.link(index, place == 0 ? "eth0" : "wlan0", hasCarrier: carriers[place])
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

  private static func rig(_ bond: Bond = bond(), links: [KernelState.Delta]) -> Rig {
    var state = KernelState()
    for link in links { state.apply(link) }
    return Rig(Configuration(bonds: [bond]), kernel: state)
  }

  private func wanted(_ rig: Rig) throws -> WantedBond {
    try #require(rig.engine.wanted.bonds.first)
  }

  @Test
  func `a bond that is not there is wanted with its ports, and nobody holds it yet`() throws {
    let rig = Self.rig(links: Self.links(inBond: false))
    let wanted = try wanted(rig)
    #expect(wanted.ports == [Self.eth0, Self.wlan0] && wanted.active == nil)
    #expect(wanted.options.mode == .activeBackup)
    #expect(rig.status.name == "bond0" && rig.status.holds == "bond active-backup")
    #expect(rig.status.state == .down && rig.active.isEmpty)
    #expect(rig.status.members.map(\.obstacles) == [[.notInBond], [.notInBond]])
  }

  @Test
  func `its first tier is to carry, which the kernel confirms`() throws {
    var rig = Self.rig(links: Self.links(active: Self.wireless))
    #expect(try wanted(rig).active == Self.eth0 && wanted(rig).primary == Self.eth0)
    #expect(rig.active == ["wlan0"])
    rig.handle(.observed(Self.links(active: Self.ethernet)))
    #expect(rig.active == ["eth0"] && rig.status.state == .normal)
    let address = HeldAddress(
      interface: Self.index, address: InterfaceAddress("192.0.2.5/24")!)
    #expect(rig.engine.wanted.addresses.contains { $0.isSame(as: address) })
  }

  @Test
  func `a port without carrier is left at once, and gets it back by policy`() throws {
    var rig = Self.rig(links: Self.links(active: Self.ethernet))
    rig.handle(.observed(Self.links(carriers: [false, true], active: Self.ethernet)))
    #expect(try wanted(rig).active == Self.wlan0 && wanted(rig).primary == Self.wlan0)
    #expect(rig.status.lastSwitch?.tookMs == nil, "the kernel has not done it yet")
    #expect(
      rig.status.lastSwitch?.reason == "eth0 cannot be used: its interface has no carrier")
    rig.handle(.observed(Self.links(carriers: [false, true], active: Self.wireless)))
    #expect(rig.active == ["wlan0"] && rig.status.state == .failedOver)
    #expect(rig.status.lastSwitch?.tookMs != nil)
    rig.handle(.observed(Self.links(active: Self.wireless)))
    #expect(try wanted(rig).active == Self.eth0)
  }

  @Test
  func `with manual failback it stays where it is, until an operator says so`() throws {
    var rig = Self.rig(Self.bond(failback: .manual), links: Self.links(active: Self.ethernet))
    rig.handle(.observed(Self.links(carriers: [false, true], active: Self.wireless)))
    rig.handle(.observed(Self.links(active: Self.wireless)))
    #expect(try wanted(rig).active == Self.wlan0)
    try rig.order(.failback("bond0"))
    #expect(try wanted(rig).active == Self.eth0)
  }

  @Test
  func `an operator moves it, and drains a port`() throws {
    var rig = Self.rig(links: Self.links(active: Self.ethernet))
    try rig.order(.pin("bond0", .port(Self.wlan0), isHard: false))
    #expect(try wanted(rig).active == Self.wlan0 && rig.status.state == .manual)
    try rig.order(.auto("bond0"))
    #expect(try wanted(rig).active == Self.eth0)
    try rig.order(.drain(.port(Self.eth0), isForced: false))
    #expect(try wanted(rig).active == Self.wlan0)
  }

  @Test
  func `in a mode that shares all carry, and nobody is told to`() throws {
    let mode = Bond.Mode.balanceXOR
    var rig = Self.rig(Self.bond(mode), links: Self.links(mode))
    #expect(try wanted(rig).active == nil && wanted(rig).primary == nil)
    #expect(rig.active == ["eth0", "wlan0"] && rig.status.state == .normal)
    rig.handle(.observed(Self.links(mode, carriers: [true, false])))
    #expect(rig.active == ["eth0"] && rig.status.state == .reduced)
  }

  @Test
  func `a port that is in something else is an obstacle, and its carrier is watched`() {
    var rig = Self.rig(links: Self.links(active: Self.ethernet))
    #expect(rig.engine.usedLinks == [Self.ethernet, Self.wireless])
    var stolen = Rig.link(Self.wireless, "wlan0")
    stolen.master = InterfaceIndex(77)
    rig.handle(.observed([.link(stolen)]))
    #expect(rig.status.members.last?.obstacles == [.inAnother])
    rig.handle(.observed([.linkGone(Self.ethernet)]))
    #expect(rig.status.members.first?.obstacles == [.absent])
  }
}
