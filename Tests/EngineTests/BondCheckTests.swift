import Config
import Engine
import Model
import Testing
import Wire

/// Checks of a bond's ports: what a carrier cannot tell.
struct BondCheckTests {
  private static let gateway = IPAddress("192.0.2.1")!
  private static let ports = [TwoPorts.ethernet, TwoPorts.wireless]

  private static func rig() -> Rig {
    let check = CheckDefinition(
      name: "gateway", kind: .arp, targets: [.address(gateway)], every: .milliseconds(100),
      timeout: .milliseconds(100), fall: 3, rise: 1)
    return TwoPorts.rig(
      TwoPorts.bond(judge: .check("gateway")), checks: [check],
      links: TwoPorts.links(active: TwoPorts.ethernet))
  }

  /// Time goes on, and the gateway answers by these ports. The kernel obeys.
  private func run(
    _ rig: inout Rig, for duration: Duration, answering: [InterfaceIndex]
  ) throws {
    let end = rig.now + duration
    while rig.now < end {
      let asked = rig.probes.count
      rig.run(for: .milliseconds(10))
      for probe in rig.probes[asked...] where answering.contains(probe.interface) {
        let request = try ARPPacket(parsing: probe.payload.span)
        let hardware = try #require(HardwareAddress("02:00:00:00:00:99"))
        let reply = ARPPacket(
          operation: .reply, sender: .init(hardware: hardware, address: request.target.address),
          target: request.sender)
        rig.handle(.received(.arp(reply.bytes), on: probe.interface))
      }
      guard let active = rig.engine.wanted.bonds.first?.active else { continue }
      let index = active == TwoPorts.eth0 ? TwoPorts.ethernet : TwoPorts.wireless
      if rig.active != [active.text] {
        rig.handle(.observed(TwoPorts.links(active: index)))
      }
    }
  }

  @Test
  func `each port asks with its own hardware address, and with none of the bond's`() throws {
    var rig = Self.rig()
    try run(&rig, for: .milliseconds(300), answering: Self.ports)
    for (port, hardware) in zip(Self.ports, TwoPorts.hardware) {
      let probe = try #require(rig.probes.first { $0.interface == port })
      let request = try ARPPacket(parsing: probe.payload.span)
      #expect(request.sender == .init(hardware: try #require(hardware), address: .any(.ipv4)))
      #expect(request.target.address == Self.gateway)
    }
    #expect(rig.status.members.map(\.health) == [.up, .up])
    #expect(rig.status.members.first?.checks.map(\.target) == ["192.0.2.1"])
  }

  @Test
  func `a gateway that is mute by one port moves the bond, and moves it back`() throws {
    var rig = Self.rig()
    try run(&rig, for: .seconds(1), answering: Self.ports)
    #expect(rig.active == ["eth0"] && rig.status.state == .normal)
    try run(&rig, for: .milliseconds(410), answering: [TwoPorts.wireless])
    #expect(rig.active == ["wlan0"] && rig.status.state == .failedOver)
    #expect(rig.engine.wanted.bonds.first?.primary == TwoPorts.wlan0)
    #expect(
      rig.status.lastSwitch?.reason
        == "eth0 is down: 192.0.2.1 answered none of the last 3 probes of check gateway, its last "
        + "answer came 400 ms before")
    try run(&rig, for: .seconds(1), answering: Self.ports)
    #expect(rig.active == ["eth0"])
  }

  @Test
  func `a gateway that is mute by both is itself at fault, and nothing moves`() throws {
    var rig = Self.rig()
    try run(&rig, for: .seconds(1), answering: Self.ports)
    try run(&rig, for: .seconds(2), answering: [])
    #expect(rig.active == ["eth0"])
    #expect(rig.status.members.allSatisfy { $0.checks.allSatisfy(\.suspect) })
  }

  @Test
  func `a port without carrier is asked by no more, and begins anew`() throws {
    var rig = Self.rig()
    try run(&rig, for: .seconds(1), answering: Self.ports)
    rig.handle(
      .observed(TwoPorts.links(carriers: [false, true], active: TwoPorts.wireless)))
    let asked = rig.probes.count
    try run(&rig, for: .seconds(1), answering: Self.ports)
    #expect(rig.probes[asked...].allSatisfy { $0.interface == TwoPorts.wireless })
  }

  @Test
  func `an operator may ask now`() throws {
    var rig = Self.rig()
    let member = MemberID.port(TwoPorts.wlan0)
    try run(&rig, for: .milliseconds(500), answering: Self.ports)
    let asked = rig.probes.count
    rig.take(try rig.engine.inquire(member, at: rig.now))
    #expect(rig.probes[asked...].map(\.interface) == [TwoPorts.wireless])
    try run(&rig, for: .milliseconds(200), answering: [])
    #expect(
      rig.engine.answers(of: member)?.map(\.error) == ["no answer within 100 ms"])
  }
}
