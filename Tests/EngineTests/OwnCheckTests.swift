import Config
import Engine
import Model
import Testing

/// An uplink's own checks count in every group, besides the group's.
struct OwnCheckTests {
  private static let far = IPAddress("192.0.2.1")!
  private static let far6 = IPAddress("2001:db8:ff::1")!

  private static func check(_ name: CheckName, _ targets: [CheckTarget]) -> CheckDefinition {
    CheckDefinition(
      name: name, kind: .ping, targets: targets, every: .seconds(1), timeout: .milliseconds(500),
      fall: 2, rise: 1)
  }

  /// isp1 is asked for `far` besides.
  private static func configuration(
    group: Judge? = .check("gateway"), own: Judge = .check("far")
  ) -> Configuration {
    var configuration = Rig.configuration(
      uplinks: [Rig.uplink(1, judge: own), Rig.uplink(2)], every: .seconds(1), judge: group)
    configuration.checks += [check("far", [.address(far)]), check("far6", [.address(far6)])]
    return configuration
  }

  private static func rig(_ configuration: Configuration = configuration()) -> Rig {
    var rig = Rig(configuration, answering: [Rig.gateway1, Rig.gateway2, far, far6])
    rig.run(for: .seconds(4))
    return rig
  }

  @Test(arguments: [Judge.check("gateway"), nil])
  func `what it says moves the uplink, also where the group asks nothing`(group: Judge?) {
    var rig = Self.rig(Self.configuration(group: group))
    #expect(rig.active == ["isp1"])
    rig.answering.remove(Self.far)
    rig.run(for: .seconds(4))
    #expect(rig.active == ["isp2"])
    #expect(rig.health(Rig.isp1) == .down)
    #expect(rig.health(Rig.isp2) == .up)
    #expect(!rig.hasMarkRule(0) && rig.hasMarkRule(1))
    rig.answering.insert(Self.far)
    rig.run(for: .seconds(4))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `the group's counts as well`() {
    var rig = Self.rig()
    rig.answering.remove(Rig.gateway1)
    rig.run(for: .seconds(4))
    #expect(rig.active == ["isp2"])
  }

  @Test
  func `it is told which check said so, and of whom`() {
    var rig = Self.rig()
    rig.answering.remove(Self.far)
    rig.run(for: .seconds(4))
    let reason = rig.engine.decisions.last?.reason ?? ""
    #expect(
      reason.hasPrefix("isp1 is down: 192.0.2.1 answered none of the last 2 probes of check far"))
    let checks = rig.status.members.map { $0.checks.map { "\($0.name) \($0.target)" } }
    #expect(checks == [["gateway 10.10.1.1", "far 192.0.2.1"], ["gateway 10.20.1.1"]])
    #expect(rig.sentences.contains("isp1 does not hold it: 192.0.2.1 does not answer check far."))
    #expect(
      rig.sentences.contains(
        "Next: isp1 gets it back once its checks are up (gateway: one answer, probed every 1s; "
          + "far: one answer, probed every 1s)."))
  }

  @Test
  func `one that the group names too runs once`() {
    let rig = Self.rig(Self.configuration(group: .need(2, of: [.check("gateway"), .check("far")])))
    let asked = rig.probes.filter { $0.destination == Self.far && $0.interface == Rig.ether1 }
    #expect(asked.count == rig.probes.count { $0.destination == Rig.gateway1 })
    #expect(rig.status.members[0].checks.map(\.name) == ["gateway", "far"])
  }

  @Test
  func `of the other family it says nothing`() {
    let own = Judge.need(2, of: [.check("far"), .check("far6")])
    var rig = Self.rig(Self.configuration(group: nil, own: own))
    #expect(rig.health(Rig.isp1) == .up)
    #expect(!rig.probes.contains { $0.destination == Self.far6 })
    rig.answering.remove(Self.far)
    rig.run(for: .seconds(4))
    #expect(rig.active == ["isp2"])
    let silent = Self.rig(Self.configuration(group: nil, own: .check("far6")))
    #expect(silent.health(Rig.isp1) == .up, "being usable is enough")
  }

  @Test
  func `siaga probe asks it too`() throws {
    var rig = Self.rig()
    try rig.inquire(Rig.isp1)
    rig.run(for: .seconds(1))
    #expect(rig.engine.answers(of: Rig.isp1)?.map(\.check) == ["gateway", "far"])
  }

  @Test
  func `a reload takes it away, and the other goes on`() {
    var rig = Self.rig()
    rig.answering.remove(Self.far)
    rig.run(for: .seconds(4))
    rig.handle(.configured(Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)])))
    rig.run(for: .seconds(4))
    #expect(rig.active == ["isp1"])
  }
}
