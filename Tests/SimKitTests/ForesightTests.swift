import Config
import Model
import SimKit
import Testing

struct ForesightTests {
  /// Down after three probes of 500 ms.
  private static func configuration(links: Int, far: Bool = true) -> Configuration {
    let uplinks = (1...links).map { number in
      Uplink(
        name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
        addresses: [InterfaceAddress("10.\(number).1.2/24")!],
        gateways: [IPAddress("10.\(number).1.1")!])
    }
    let check = CheckDefinition(
      name: "asked", kind: .ping,
      targets: [far ? .address(IPAddress("9.9.9.9")!) : .gateway], every: .milliseconds(500),
      timeout: .milliseconds(500), fall: 3, rise: 2)
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: uplinks.enumerated().map { Member(.uplink($1.name), tier: $0 + 1) },
      judge: .check("asked"), damping: nil)
    return Configuration(damping: nil, uplinks: uplinks, checks: [check], groups: [group])
  }

  private static func scenario(
    _ happenings: [(Duration, Scenario.Happening)],
    _ expectations: [(Duration, Scenario.Expectation)] = []
  ) -> Scenario {
    Scenario(
      happenings: happenings.map { .init(at: $0, what: $1, text: "…", position: .start) },
      expectations: expectations.map { .init(at: $0, what: $1, text: "…", position: .start) },
      end: .seconds(60), seed: 1)
  }

  @Test
  func `a pair that takes both links leaves no way until one is back`() {
    let foresight = Foresight(Self.configuration(links: 2))
    let forecast = foresight.forecast(of: [.carrier("isp1"), .silence("isp2")])
    #expect(forecast.trouble == nil)
    #expect(forecast.courses[0].isLostMeanwhile)
    #expect(forecast.courses[0].after == [.uplink("isp1")])
  }

  @Test
  func `a pair among three leaves the third`() {
    let foresight = Foresight(Self.configuration(links: 3))
    for pair in SingleFailure.pairs(of: Self.configuration(links: 3)) {
      let forecast = foresight.forecast(of: pair)
      #expect(forecast.trouble == nil)
      let course = forecast.courses[0]
      let spared = (1...3).map { UplinkName("isp\($0)") }
        .filter { name in !pair.contains { $0.uplink == name } }
      #expect(course.during == spared.map { .uplink($0) }, "\(pair)")
      #expect(!course.isLostMeanwhile && course.outage <= .milliseconds(2_100), "\(pair)")
    }
    #expect(SingleFailure.pairs(of: Self.configuration(links: 3)).count == 27)
  }

  @Test
  func `a mute link is out for as long as its probes need, a pulled one hardly`() {
    let foresight = Foresight(Self.configuration(links: 2))
    let silence = foresight.forecast(of: [.silence("isp1")]).courses[0].outage
    #expect(silence > .seconds(1) && silence <= .milliseconds(2_040))
    #expect(foresight.forecast(of: [.carrier("isp1")]).courses[0].outage <= .milliseconds(12))
  }

  @Test
  func `a check of the gateway alone does not see what fails beyond it`() {
    let foresight = Foresight(Self.configuration(links: 2, far: false))
    let course = foresight.forecast(of: [.beyond("isp1")]).courses[0]
    #expect(course.isLostMeanwhile && course.during == [.uplink("isp1")])
  }

  @Test
  func `twice the same is the same to the last word`() {
    let foresight = Foresight(Self.configuration(links: 3))
    let pairs = SingleFailure.pairs(of: Self.configuration(links: 3)).prefix(5)
    #expect(
      pairs.map(foresight.forecast) == pairs.map(Foresight(Self.configuration(links: 3)).forecast))
  }

  @Test
  func `a scenario is played, told and judged`() {
    let performance = Foresight(Self.configuration(links: 2)).perform(
      Self.scenario(
        [
          (.seconds(10), .carrier("isp1", isThere: false)),
          (.seconds(20), .carrier("isp1", isThere: true)),
        ],
        [
          (.seconds(12), .held("internet", by: [.uplink("isp2")])),
          (.seconds(12), .outage("internet", under: .milliseconds(500))),
          (.seconds(15), .state("internet", .normal)),
        ]))
    #expect(performance.judgements.map(\.isMet) == [true, true, false])
    #expect(performance.judgements[2].found == "internet is failed-over")
    #expect(!performance.isAsExpected)
    #expect(performance.totals[0].switches == 2)
    let decided = performance.entries.filter { $0.kind == .decided }.map(\.at)
    #expect(decided.count == 2)
    #expect(decided[0] - .seconds(10) <= .milliseconds(12))
  }

  @Test
  func `loss, delay and jitter befall the probes`() {
    let performance = Foresight(Self.configuration(links: 2)).perform(
      Self.scenario([
        (.seconds(5), .impaired("isp1", .loss(Percent(100)))),
        (.seconds(20), .answers("isp1")),
        (.seconds(30), .impaired("isp1", .delay(.milliseconds(700)))),
      ]))
    #expect(performance.totals[0].holders == [.uplink("isp2")])
    #expect(performance.totals[0].switches == 3)
  }

  @Test
  func `a flapping carrier flaps until it is told otherwise`() {
    let performance = Foresight(Self.configuration(links: 2)).perform(
      Self.scenario([
        (.seconds(5), .flaps("isp1", every: .seconds(10))),
        (.seconds(24), .carrier("isp1", isThere: true)),
      ]))
    // Away at 5 and 15 s, back at 10 and 20 s.
    #expect(performance.totals[0].switches == 4)
    #expect(performance.totals[0].holders == [.uplink("isp1")])
  }

  @Test
  func `an order is carried out, and a killed daemon comes back with the same mind`() {
    let performance = Foresight(Self.configuration(links: 2)).perform(
      Self.scenario([
        (.seconds(5), .order(.hold("internet", .uplink("isp2"), isHard: false))),
        (.seconds(10), .killed(downFor: .seconds(2))),
      ]))
    #expect(performance.totals[0].holders == [.uplink("isp2")])
    #expect(performance.totals[0].outage == .zero)
    #expect(performance.entries.contains { $0.kind == .life && $0.at == .seconds(12) })
  }
}

struct InterruptionTests {
  private static func configuration(_ order: [Int], address: String = "10.1.1.2/24")
    -> Configuration
  {
    let uplinks = (1...2).map { number in
      Uplink(
        name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
        addresses: [InterfaceAddress(number == 1 ? address : "10.2.1.2/24")!],
        gateways: [IPAddress("10.\(number).1.1")!])
    }
    let members = order.enumerated().map {
      Member(.uplink(UplinkName("isp\($1)")), tier: $0 + 1)
    }
    let group = Group(name: "internet", holding: .route(.defaultV4), members: members)
    return Configuration(uplinks: uplinks, checks: [], groups: [group])
  }

  @Test
  func `what changes nothing interrupts nothing, and what moves a group loses nothing`() throws {
    let old = Self.configuration([1, 2])
    let same = try #require(Foresight.interruptions(from: old, to: old))
    #expect(same.map(\.outage) == [.zero] && same.map(\.to) == [[.uplink("isp1")]])
    let moved = try #require(
      Foresight.interruptions(from: old, to: Self.configuration([2, 1])))
    #expect(moved.map(\.to) == [[.uplink("isp2")]])
    #expect(moved.map(\.outage) == [.zero])
  }

  @Test
  func `what takes the last link leaves no way`() throws {
    let alone = Self.configuration([1])
    var gone = Self.configuration([2])
    gone.uplinks.removeFirst()
    let found = try #require(Foresight.interruptions(from: alone, to: gone))
    #expect(found.map(\.to) == [[.uplink("isp2")]])
  }
}
