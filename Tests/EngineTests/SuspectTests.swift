import Config
import Engine
import Model
import Testing
import Wire

/// A target that fails by all links at once is itself at fault.
struct SuspectTests {
  private static let first = IPAddress("192.0.2.1")!
  private static let second = IPAddress("192.0.2.2")!

  private static func configuration(
    _ targets: [IPAddress], need: Int, rise: Int = 2
  ) -> Configuration {
    let plain = Rig.dualWAN
    let check = CheckDefinition(
      name: "far", kind: .ping, targets: targets.map(CheckTarget.address), need: need,
      every: .seconds(1), timeout: .milliseconds(500), fall: 3, rise: rise)
    let group = Group(
      name: "internet", holding: .route(.defaultV4), members: plain.groups[0].members,
      judge: .check("far"), damping: nil)
    return Configuration(uplinks: plain.uplinks, checks: [check], groups: [group])
  }

  private static func rig(_ targets: [IPAddress], need: Int = 1, rise: Int = 2) -> Rig {
    var rig = Rig(configuration(targets, need: need, rise: rise), answering: Set(targets))
    rig.run(for: .seconds(8))
    return rig
  }

  private func suspects(_ rig: Rig) -> [String] {
    rig.status.members.flatMap(\.checks).filter(\.suspect).map(\.target)
  }

  @Test
  func `it is left out while others remain, and nobody moves`() {
    var rig = Self.rig([Self.first, Self.second], need: 2)
    rig.answering.remove(Self.first)
    rig.run(for: .seconds(10))
    #expect(rig.active == ["isp1"] && rig.status.state == .normal)
    #expect(suspects(rig) == ["192.0.2.1", "192.0.2.1"])
    rig.answering.insert(Self.first)
    rig.run(for: .seconds(5))
    #expect(suspects(rig).isEmpty)
    #expect(rig.status.switches == 1, "the start is the only switch")
  }

  @Test
  func `if none remain the group is degraded where it is`() {
    var rig = Self.rig([Self.first])
    rig.answering = []
    rig.run(for: .seconds(10))
    #expect(rig.status.state == .degraded && rig.active == ["isp1"])
    #expect(rig.engine.decisions.last?.reason.contains("by no link at all") == true)
    rig.answering = [Self.first]
    rig.run(for: .seconds(5))
    #expect(rig.status.state == .normal && rig.status.switches == 1)
  }

  @Test
  func `one that fails by one link only says that the link is down`() {
    var rig = Self.rig([Self.first])
    rig.run(for: .seconds(6)) { probe, echo in
      probe.interface == Rig.ether1 ? nil : echo
    }
    #expect(rig.active == ["isp2"] && suspects(rig).isEmpty)
  }

  @Test
  func `one that comes back by one link only counts against the other`() {
    var rig = Self.rig([Self.first])
    rig.answering = []
    rig.run(for: .seconds(10))
    rig.answering = [Self.first]
    rig.run(for: .seconds(8)) { probe, echo in
      probe.interface == Rig.ether1 ? nil : echo
    }
    #expect(rig.active == ["isp2"] && suspects(rig).isEmpty)
  }

  /// isp1 is mute for as many probes more than isp2.
  private func muted(_ rig: inout Rig, by probes: Int) {
    rig.run(for: .seconds(Int64(probes))) { probe, echo in
      probe.interface == Rig.ether1 ? nil : echo
    }
    rig.answering = []
  }

  /// Three losses make it down.
  @Test
  func `a probe short of it by the other link is enough, two short of it are not`() {
    var rig = Self.rig([Self.first])
    muted(&rig, by: 1)
    while rig.health(Rig.isp1) != .down { rig.run(for: .milliseconds(1)) }
    #expect(suspects(rig).count == 2 && rig.active == ["isp1"])
    var other = Self.rig([Self.first])
    muted(&other, by: 2)
    while other.health(Rig.isp1) != .down { other.run(for: .milliseconds(1)) }
    #expect(suspects(other).isEmpty && other.active == ["isp2"])
    // With the next loss it is.
    other.run(for: .seconds(1))
    #expect(suspects(other).count == 2)
  }

  @Test
  func `as long as nobody finds it up, it stays one`() {
    var rig = Self.rig([Self.first])
    rig.answering = []
    rig.run(for: .seconds(10))
    for _ in 0..<100 {
      rig.run(for: .milliseconds(100))
      #expect(suspects(rig).count == 2)
    }
  }

  @Test
  func `what a reload asks no more is forgotten, and comes without suspicion`() {
    var rig = Self.rig([Self.first, Self.second])
    rig.answering.remove(Self.first)
    rig.run(for: .seconds(10))
    #expect(suspects(rig).count == 2)
    rig.handle(.configured(Self.configuration([Self.second], need: 1)))
    rig.handle(.configured(Self.configuration([Self.first, Self.second], need: 1)))
    #expect(suspects(rig).isEmpty)
  }

  @Test
  func `this machine's own word on a link is not doubted with a host's`() throws {
    let plain = Self.configuration([Self.first], need: 1)
    let own = CheckDefinition(
      name: "own", kind: .file, targets: [.path("/run/link")], every: .seconds(1),
      timeout: .milliseconds(500), fall: 2, rise: 1)
    let group = Group(
      name: "internet", holding: .route(.defaultV4), members: plain.groups[0].members,
      judge: .need(2, of: [.check("far"), .check("own")]), damping: nil)
    var rig = Rig(
      Configuration(uplinks: plain.uplinks, checks: plain.checks + [own], groups: [group]),
      answering: [])
    rig.run(for: .seconds(10))
    let checks = rig.status.members.flatMap(\.checks)
    #expect(checks.map(\.suspect) == [true, false, true, false])
  }

  /// A gateway that changes and changes back is one target of the only link that asks it.
  @Test
  func `one link that asks it casts no suspicion, however often its gateway changed`() {
    let lte = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!, findsGateways: true)
    var rig = Rig(Rig.configuration(uplinks: [lte], every: .seconds(1)))
    let held = HeldAddress(
      interface: Rig.ether1, address: InterfaceAddress("10.10.1.2/24")!, origin: 0)
    rig.handle(.observed([.address(held)]))
    for gateway in ["10.10.1.1", "10.10.1.9", "10.10.1.1"] {
      rig.handle(.observed([.leased(Rig.ether1, Lease(gateway: IPAddress(gateway)))]))
      rig.run(for: .seconds(2))
    }
    rig.answering = []
    rig.run(for: .seconds(10))
    #expect(rig.health(Rig.isp1) == .down && suspects(rig).isEmpty)
  }

  @Test
  func `one that is lost at once is not suspect while another link finds it up`() {
    let plain = Rig.dualWAN
    let check = CheckDefinition(
      name: "far", kind: .ping, targets: [.address(Self.first)], every: .seconds(1),
      timeout: .milliseconds(500), fall: 1, rise: 1)
    let group = Group(
      name: "internet", holding: .route(.defaultV4), members: plain.groups[0].members,
      judge: .check("far"), damping: nil)
    var rig = Rig(
      Configuration(uplinks: plain.uplinks, checks: [check], groups: [group]),
      answering: [Self.first])
    rig.run(for: .seconds(5))
    rig.run(for: .seconds(3)) { probe, echo in
      probe.interface == Rig.ether1 ? nil : echo
    }
    #expect(suspects(rig).isEmpty && rig.health(Rig.isp1) == .down && rig.active == ["isp2"])
  }

  /// What it was called for then says nothing of the target now.
  @Test
  func `a link that cannot ask any more is no witness`() {
    var rig = Self.rig([Self.first])
    rig.run(for: .seconds(10)) { probe, echo in
      probe.interface == Rig.ether2 ? nil : echo
    }
    #expect(rig.health(Rig.isp2) == .down && suspects(rig).isEmpty)
    rig.stuck = [Rig.ether2]
    rig.run(for: .seconds(5))
    rig.answering = []
    rig.run(for: .seconds(10))
    #expect(rig.health(Rig.isp1) == .down && suspects(rig).isEmpty)
    rig.stuck = []
    rig.run(for: .seconds(10))
    #expect(suspects(rig) == ["192.0.2.1", "192.0.2.1"])
  }

  @Test
  func `a link by which it answers again is no witness, though it is not up yet`() {
    var rig = Self.rig([Self.first], rise: 5)
    rig.run(for: .seconds(10)) { probe, echo in
      probe.interface == Rig.ether2 ? nil : echo
    }
    rig.run(for: .seconds(1)) { _, _ in nil }
    rig.run(for: .milliseconds(3_800)) { probe, echo in
      probe.interface == Rig.ether1 ? nil : echo
    }
    #expect(rig.health(Rig.isp1) == .down && rig.health(Rig.isp2) == .down)
    #expect(suspects(rig).isEmpty && rig.active == ["isp1"])
    rig.run(for: .seconds(2)) { probe, echo in
      probe.interface == Rig.ether1 ? nil : echo
    }
    #expect(rig.active == ["isp2"])
  }
}
