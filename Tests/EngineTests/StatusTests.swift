import Config
import Engine
import Model
import Testing

/// What `status` says of links, groups and checks.
struct StatusTests {
  @Test
  func `an uplink is told with its gateways and addresses of both families`() throws {
    let uplink = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!,
      addresses: ["10.10.1.2/24", "2001:db8:1::2/64"].map { InterfaceAddress($0)! },
      gateways: [Rig.gateway1, IPAddress("2001:db8:1::1")!])
    let groups = [Prefix.defaultV4, .defaultV6].enumerated().map { number, prefix in
      Group(
        name: GroupName("g\(number)"), holding: .route(prefix),
        members: [Member(Rig.isp1, tier: 1)])
    }
    let rig = Rig(Configuration(uplinks: [uplink], groups: groups))
    let status = try #require(rig.engine.uplinkStatus(clock: rig.clock).first)
    #expect(status.gateway == "10.10.1.1" && status.gateways == ["10.10.1.1", "2001:db8:1::1"])
    #expect(status.addresses == ["10.10.1.2/24", "2001:db8:1::2/64"])
    #expect(status.name == "isp1" && status.interface == "ether1")
    #expect(status.table == 8_100 && status.mark == "0x100" && status.prefixes.isEmpty)
  }

  @Test
  func `a pin is told as what it is`() throws {
    var rig = Rig()
    #expect(rig.status.pinned == nil && !rig.status.pinIsHard)
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(rig.status.pinned == "isp2" && !rig.status.pinIsHard)
    try rig.order(.pin("internet", Rig.isp2, isHard: true))
    #expect(rig.status.pinned == "isp2" && rig.status.pinIsHard)
    #expect(rig.status.table == 8_300 && rig.status.holds == "route default")
  }

  @Test
  func `the last switch is told with its reason, and how many there were`() throws {
    var rig = Rig()
    rig.run(for: .seconds(5))
    _ = rig.carrier(Rig.ether1, false)
    let last = try #require(rig.status.lastSwitch)
    #expect(last.from == ["isp1"] && last.to == ["isp2"] && last.tookMs == 0)
    #expect(last.reason == "isp1 cannot be used: its interface has no carrier")
    #expect(last.at == rig.clock.timestamp(of: rig.now).text && rig.status.switches == 2)
  }

  @Test
  func `a round trip is told of a check that is up, and not of one that is down`() {
    var rig = Rig(
      Rig.configuration(
        uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500)))
    rig.run(for: .seconds(5))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(5))
    let checks = rig.status.members.map { $0.checks[0] }
    #expect(checks.map(\.rttMs) == [nil, 1] && checks.map(\.health) == [.down, .up])
    #expect(checks.map(\.target) == ["10.10.1.1", "10.20.1.1"])
    #expect(checks[0].sent > checks[0].answered && checks[1].sent >= checks[1].answered)
  }

  @Test
  func `a penalty is told until it is over, also of a member that cannot hold`() {
    var rig = Rig(
      Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], judge: nil, damping: .standard))
    for _ in 0..<3 {
      _ = rig.carrier(Rig.ether1, false)
      _ = rig.carrier(Rig.ether1, true)
    }
    _ = rig.carrier(Rig.ether1, false)
    #expect(rig.status.members.map { $0.trustedAt != nil } == [true, false])
    rig.run(for: .seconds(60))
    #expect(rig.status.members.map(\.trustedAt) == [nil, nil])
  }
}
