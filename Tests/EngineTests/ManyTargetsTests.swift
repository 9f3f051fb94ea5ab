import Config
import Engine
import Model
import Testing

/// Two links with 16 checks of 16 targets each.
struct ManyTargetsTests {
  private static let hosts = (0..<256).map { IPAddress("10.64.0.\($0)")! }

  private static let many: Configuration = {
    let checks = (0..<16).map { number in
      CheckDefinition(
        name: CheckName("c\(number)"), kind: .ping,
        targets: hosts[number * 16..<number * 16 + 16].map { .host(.address($0)) },
        every: .seconds(1), timeout: .seconds(1), fall: 2, rise: 1)
    }
    let judge = Judge.need(16, of: checks.map { .check($0.name) })
    let uplinks = [Rig.uplink(1), Rig.uplink(2)]
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: uplinks.enumerated().map { Member(.uplink($1.name), tier: $0 + 1) },
      judge: judge, failback: .auto)
    return Configuration(uplinks: uplinks, checks: checks, groups: [group])
  }()

  @Test
  func `a turn asks a bounded number of them, however many are due`() {
    var rig = Rig(Self.many, answering: Set(Self.hosts))
    rig.run(for: .seconds(2))
    let before = rig.probes.count
    rig.stall(for: .seconds(3))
    rig.handle(.woke)
    #expect((1...128).contains(rig.probes.count - before))
    #expect(rig.engine.nextWake.map { $0.at <= rig.now } == true)
  }

  @Test
  func `they are asked evenly, each at its own time`() {
    var rig = Rig(Self.many, answering: Set(Self.hosts))
    rig.run(for: .seconds(10))
    let before = rig.probes.count
    var most = 0
    for _ in 0..<1_000 {
      let sent = rig.probes.count
      rig.run(for: .milliseconds(1))
      most = max(most, rig.probes.count - sent)
    }
    #expect(rig.probes.count - before == 512)
    #expect(most <= 32)
  }

  @Test
  func `one mute target among 512 runs is found, and no other is`() {
    var rig = Rig(Self.many, answering: Set(Self.hosts))
    rig.run(for: .seconds(5))
    #expect(rig.active == ["isp1"])
    rig.answering.remove(Self.hosts[100])
    rig.run(for: .seconds(5))
    let down = rig.status.members[0].checks.filter { $0.health == .down }
    #expect(down.map(\.target) == ["10.64.0.100"])
  }
}
