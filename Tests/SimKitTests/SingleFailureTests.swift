import Config
import Model
import SimKit
import Testing

/// What a configuration does when one thing fails, foreseen by the daemon's own engine.
struct SingleFailureTests {
  private static let isp1 = MemberID.uplink("isp1")
  private static let isp2 = MemberID.uplink("isp2")

  /// RouterOS's timing: down two probes in a row, 10 s apart.
  private static func dualWAN(asking targets: [CheckTarget] = [.gateway]) -> Configuration {
    let uplinks = (1...2).map { number in
      Uplink(
        name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
        addresses: [InterfaceAddress("10.\(number)0.1.2/24")!],
        gateways: [IPAddress("10.\(number)0.1.1")!])
    }
    let check = CheckDefinition(
      name: "asked", kind: .ping, targets: targets, every: .seconds(10), timeout: .seconds(1),
      fall: 2, rise: 1)
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: [Member(isp1, tier: 1), Member(isp2, tier: 2)], judge: .check("asked"),
      damping: nil)
    return Configuration(damping: nil, uplinks: uplinks, checks: [check], groups: [group])
  }

  @Test
  func `a cable pulled moves the group within milliseconds, and back when it is in again`() throws {
    let courses = try #require(Self.dualWAN().courses(of: .carrier("isp1")))
    #expect(courses.map(\.before) == [[Self.isp1]])
    #expect(courses.map(\.during) == [[Self.isp2]])
    #expect(courses.map(\.after) == [[Self.isp1]])
    #expect(try #require(courses[0].left) <= .milliseconds(12))
  }

  @Test
  func `a mute gateway is left after its probes, and answered by its first`() throws {
    let courses = try #require(Self.dualWAN().courses(of: .silence("isp1")))
    #expect(courses.map(\.during) == [[Self.isp2]])
    let (left, returned) = (try #require(courses[0].left), try #require(courses[0].returned))
    #expect(left > .seconds(10) && left <= .seconds(21) + .milliseconds(100))
    #expect(returned <= .seconds(10) + .milliseconds(100))
  }

  @Test
  func `who asks the gateway does not notice what fails beyond it, who asks further does`() throws {
    let near = try #require(Self.dualWAN().courses(of: .beyond("isp1")))
    #expect(near.map(\.during) == [[Self.isp1]])
    #expect(near.map(\.left) == [nil])
    let far = Self.dualWAN(asking: [.address(IPAddress("9.9.9.9")!)])
    #expect(try #require(far.courses(of: .beyond("isp1"))).map(\.during) == [[Self.isp2]])
  }

  @Test
  func `a spare that fails moves nothing`() throws {
    for failure in [SingleFailure.carrier("isp2"), .silence("isp2"), .beyond("isp2")] {
      let courses = try #require(Self.dualWAN().courses(of: failure))
      #expect(courses.map(\.during) == [[Self.isp1]] && courses.map(\.left) == [nil])
    }
  }

  @Test
  func `what the file leaves to the system, the system does`() throws {
    var configuration = Self.dualWAN()
    configuration.uplinks = configuration.uplinks.map {
      Uplink(name: $0.name, interface: $0.interface, findsGateways: true)
    }
    let courses = try #require(configuration.courses(of: .silence("isp1")))
    #expect(courses.map(\.before) == [[Self.isp1]] && courses.map(\.during) == [[Self.isp2]])
  }
}
