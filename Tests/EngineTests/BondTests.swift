import Config
import Engine
import Model
import Testing

/// A bond as a group: who is to carry follows from policy, and who carries is the kernel's word.
struct BondTests {
  private func wanted(_ rig: Rig) throws -> WantedBond {
    try #require(rig.engine.wanted.bonds.first)
  }

  @Test
  func `a bond that is not there is wanted with its ports, and nobody holds it yet`() throws {
    let rig = TwoPorts.rig(links: TwoPorts.links(inBond: false))
    let wanted = try wanted(rig)
    #expect(wanted.ports == [TwoPorts.eth0, TwoPorts.wlan0] && wanted.active == nil)
    #expect(wanted.options.mode == .activeBackup)
    #expect(rig.status.name == "bond0" && rig.status.holds == "bond active-backup")
    #expect(rig.status.state == .down && rig.active.isEmpty)
    #expect(rig.status.members.map(\.obstacles) == [[.notInBond], [.notInBond]])
  }

  @Test
  func `its first tier is to carry, which the kernel confirms`() throws {
    var rig = TwoPorts.rig(links: TwoPorts.links(active: TwoPorts.wireless))
    #expect(try wanted(rig).active == TwoPorts.eth0 && wanted(rig).primary == TwoPorts.eth0)
    #expect(rig.active == ["wlan0"])
    rig.handle(.observed(TwoPorts.links(active: TwoPorts.ethernet)))
    #expect(rig.active == ["eth0"] && rig.status.state == .normal)
    let address = HeldAddress(
      interface: TwoPorts.index, address: InterfaceAddress("192.0.2.5/24")!)
    #expect(rig.engine.wanted.addresses.contains { $0.isSame(as: address) })
  }

  @Test
  func `a port without carrier is left at once, and gets it back by policy`() throws {
    var rig = TwoPorts.rig(links: TwoPorts.links(active: TwoPorts.ethernet))
    rig.handle(.observed(TwoPorts.links(carriers: [false, true], active: TwoPorts.ethernet)))
    #expect(try wanted(rig).active == TwoPorts.wlan0 && wanted(rig).primary == TwoPorts.wlan0)
    #expect(rig.status.lastSwitch?.tookMs == nil, "the kernel has not done it yet")
    #expect(
      rig.status.lastSwitch?.reason == "eth0 cannot be used: its interface has no carrier")
    rig.handle(.observed(TwoPorts.links(carriers: [false, true], active: TwoPorts.wireless)))
    #expect(rig.active == ["wlan0"] && rig.status.state == .failedOver)
    #expect(rig.status.lastSwitch?.tookMs != nil)
    rig.handle(.observed(TwoPorts.links(active: TwoPorts.wireless)))
    #expect(try wanted(rig).active == TwoPorts.eth0)
  }

  @Test
  func `with manual failback it stays where it is, until an operator says so`() throws {
    var rig = TwoPorts.rig(
      TwoPorts.bond(failback: .manual), links: TwoPorts.links(active: TwoPorts.ethernet))
    rig.handle(.observed(TwoPorts.links(carriers: [false, true], active: TwoPorts.wireless)))
    rig.handle(.observed(TwoPorts.links(active: TwoPorts.wireless)))
    #expect(try wanted(rig).active == TwoPorts.wlan0)
    try rig.order(.failback("bond0"))
    #expect(try wanted(rig).active == TwoPorts.eth0)
  }

  @Test
  func `an operator moves it, and drains a port`() throws {
    var rig = TwoPorts.rig(links: TwoPorts.links(active: TwoPorts.ethernet))
    try rig.order(.pin("bond0", .port(TwoPorts.wlan0), isHard: false))
    #expect(try wanted(rig).active == TwoPorts.wlan0 && rig.status.state == .manual)
    try rig.order(.auto("bond0"))
    #expect(try wanted(rig).active == TwoPorts.eth0)
    try rig.order(.drain(.port(TwoPorts.eth0), isForced: false))
    #expect(try wanted(rig).active == TwoPorts.wlan0)
  }

  @Test
  func `in a mode that shares all carry, and nobody is told to`() throws {
    let mode = Bond.Mode.balanceXOR
    var rig = TwoPorts.rig(TwoPorts.bond(mode), links: TwoPorts.links(mode))
    #expect(try wanted(rig).active == nil && wanted(rig).primary == nil)
    #expect(rig.active == ["eth0", "wlan0"] && rig.status.state == .normal)
    rig.handle(.observed(TwoPorts.links(mode, carriers: [true, false])))
    #expect(rig.active == ["eth0"] && rig.status.state == .reduced)
  }

  @Test
  func `a port that is in something else is an obstacle, and its carrier is watched`() {
    var rig = TwoPorts.rig(links: TwoPorts.links(active: TwoPorts.ethernet))
    #expect(rig.engine.usedLinks == [TwoPorts.ethernet, TwoPorts.wireless])
    var stolen = Rig.link(TwoPorts.wireless, "wlan0")
    stolen.master = InterfaceIndex(77)
    rig.handle(.observed([.link(stolen)]))
    #expect(rig.status.members.last?.obstacles == [.inAnother])
    rig.handle(.observed([.linkGone(TwoPorts.ethernet)]))
    #expect(rig.status.members.first?.obstacles == [.absent])
  }
}
