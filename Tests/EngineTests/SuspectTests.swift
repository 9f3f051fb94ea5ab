import Config
import Engine
import Model
import Testing
import Wire

/// A target that fails by all links at once is itself at fault.
struct SuspectTests {
  private static let first = IPAddress("192.0.2.1")!
  private static let second = IPAddress("192.0.2.2")!

  private static func configuration(_ targets: [IPAddress], need: Int) -> Configuration {
    let plain = Rig.dualWAN
    let check = CheckDefinition(
      name: "far", kind: .ping, targets: targets.map(CheckTarget.address), need: need,
      every: .seconds(1), timeout: .milliseconds(500), fall: 3, rise: 2)
    let group = Group(
      name: "internet", holding: .route(.defaultV4), members: plain.groups[0].members,
      judge: .check("far"), damping: nil)
    return Configuration(uplinks: plain.uplinks, checks: [check], groups: [group])
  }

  private static func rig(_ targets: [IPAddress], need: Int = 1) -> Rig {
    var rig = Rig(configuration(targets, need: need), answering: Set(targets))
    rig.run(for: .seconds(5))
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
      probe.interface == Rig.ether1 ? nil : echo.bytes
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
      probe.interface == Rig.ether1 ? nil : echo.bytes
    }
    #expect(rig.active == ["isp2"] && suspects(rig).isEmpty)
  }
}
