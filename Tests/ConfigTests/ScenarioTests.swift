import Config
import Model
import Testing

struct ScenarioTests {
  private static let configuration: Configuration = {
    let uplinks = (1...2).map { number in
      Uplink(
        name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
        addresses: [InterfaceAddress("10.\(number)0.1.2/24")!],
        gateways: [IPAddress("10.\(number)0.1.1")!])
    }
    let members = [Member(.uplink("isp1"), tier: 1), Member(.uplink("isp2"), tier: 2)]
    let group = Group(name: "internet", holding: .route(.defaultV4), members: members)
    return Configuration(uplinks: uplinks, checks: [], groups: [group])
  }()

  private static func read(
    _ lines: (String, String)...
  ) throws(ConfigProblems) -> Scenario {
    let entries = lines.enumerated().map { number, line in
      let value =
        line.1.contains(";")
        ? ConfigNode(
          .sequence(
            line.1.split(separator: ";").map {
              ConfigNode(
                .scalar(String($0), wasQuoted: false),
                at: ConfigPosition(line: number + 1, column: 9)
              )
            }), at: ConfigPosition(line: number + 1, column: 9))
        : ConfigNode(
          .scalar(line.1, wasQuoted: false), at: ConfigPosition(line: number + 1, column: 9))
      return ConfigNode.Entry(
        key: line.0, position: ConfigPosition(line: number + 1, column: 1), value: value)
    }
    return try Scenario.read(ConfigNode(.mapping(entries), at: .start), for: configuration)
  }

  @Test
  func `what happens and what is expected is read in the words of the manual`() throws {
    let scenario = try Self.read(
      ("at 10s", "isp1 carrier down"),
      ("check at 12s", "internet held by isp2, outage under 500ms"),
      ("at 30s", "isp2 loss 40%;isp2 delay 80ms"), ("until", "2m"), ("seed", "7"))
    #expect(
      scenario.happenings.map(\.what) == [
        .carrier("isp1", isThere: false), .impaired("isp2", .loss(Percent(40))),
        .impaired("isp2", .delay(.milliseconds(80))),
      ])
    #expect(scenario.happenings.map(\.at) == [.seconds(10), .seconds(30), .seconds(30)])
    #expect(
      scenario.expectations.map(\.what) == [
        .held("internet", by: [.uplink("isp2")]),
        .outage("internet", under: .milliseconds(500)),
      ])
    #expect(scenario.end == .seconds(120) && scenario.seed == 7)
  }

  @Test(
    arguments: [
      ("isp1 carrier up", .carrier("isp1", isThere: true)),
      ("isp1 flaps every 300ms", .flaps("isp1", every: .milliseconds(300))),
      ("isp1 vanishes", .device("isp1", isThere: false)),
      ("isp1 returns", .device("isp1", isThere: true)),
      ("isp1 address lost", .address("isp1", isThere: false)),
      ("isp1 address back", .address("isp1", isThere: true)),
      ("isp1 mute", .mute("isp1", isBeyondGateway: false)),
      ("isp1 mute beyond", .mute("isp1", isBeyondGateway: true)),
      ("isp1 answers", .answers("isp1")),
      ("isp1 jitter 20ms", .impaired("isp1", .jitter(.milliseconds(20)))),
      ("isp1 duplication 10%", .impaired("isp1", .duplication(Percent(10)))),
      ("daemon killed", .killed(downFor: .seconds(1))),
      ("daemon killed for 3s", .killed(downFor: .seconds(3))),
      ("daemon stalls 5s", .stalls(.seconds(5))),
      ("kernel refuses 50%", .refuses(Percent(50))), ("kernel obeys", .refuses(Percent(0))),
      ("kernel overflows", .overflows), ("clock +2h", .clock(.seconds(7_200))),
      ("clock -30m", .clock(.seconds(-1_800))),
      (
        "siaga switch internet isp2 --hard",
        .order(.hold("internet", .uplink("isp2"), isHard: true))
      ),
      ("siaga failback internet", .order(.failback("internet"))),
      ("siaga auto internet", .order(.auto("internet"))),
      ("siaga drain isp1 --force", .order(.drain(.uplink("isp1"), isForced: true))),
      ("siaga undrain isp1", .order(.undrain(.uplink("isp1")))),
    ] as [(String, Scenario.Happening)])
  func `each thing that can happen has its words`(text: String, what: Scenario.Happening) throws {
    #expect(try Self.read(("at 1s", text)).happenings.map(\.what) == [what])
  }

  @Test(
    arguments: [
      ("internet held by nobody", .held("internet", by: [])),
      ("internet held by isp1 + isp2", .held("internet", by: [.uplink("isp1"), .uplink("isp2")])),
      ("internet failed-over", .state("internet", .failedOver)),
      ("internet switches 2", .switches("internet", atMost: 2)),
      ("isp1 down", .health("isp1", .down)),
    ] as [(String, Scenario.Expectation)])
  func `each thing that can be expected has its words`(
    text: String, what: Scenario.Expectation
  ) throws {
    #expect(try Self.read(("check at 1s", text)).expectations.map(\.what) == [what])
  }

  @Test
  func `what is not said of the end is a minute after the last line`() throws {
    #expect(try Self.read(("at 10s", "isp1 mute")).end == .seconds(70))
  }

  @Test(arguments: [
    ("at 1s", "isp3 mute", "there is no uplink `isp3`"),
    ("at 1s", "isp1 carier down", "`isp1 carier down`: `carier` is not what can happen to a link"),
    ("at 1s", "isp1", "`isp1` is not finished"),
    ("at 1s", "isp1 carrier down now", "`isp1 carrier down now` has `now` too many"),
    ("at 1s", "isp1 loss 140%", "`isp1 loss 140%`"),
    ("at 1s", "isp1 delay 80", "has no unit"), ("at 1s", "clock 2h", "`clock` takes a step"),
    ("at 1s", "siaga switch internet lte", "`lte` is no member of group `internet`"),
    ("at 1s", "siaga switch office isp1", "there is no group `office`"),
    ("at soon", "isp1 mute", "`at`"), ("at 1s 2s", "isp1 mute", "a scenario has no line"),
    ("check at 1s", "held by isp2", "does not say which group"),
    ("check at 1s", "internet held by isp9", "`isp9` is no member of group `internet`"),
    ("check at 1s", "internet is fine", "is not what can be expected of a group"),
    ("check at 1s", "internet outage under", "lacks a time"), ("when", "now", "has no line `when`"),
    ("until", "for ever", "`until`"), ("at 25h", "isp1 mute", "`at`"),
  ])
  func `what is wrong is told with its place`(key: String, text: String, part: String) throws {
    let problems = try #require(throws: ConfigProblems.self) { try Self.read((key, text)) }
    #expect(problems.listed.count == 1)
    #expect(problems.listed[0].description.hasPrefix("1:"))
    #expect(problems.listed[0].message.contains(part), "\(problems)")
  }

  @Test
  func `times in disorder, and what would never be judged, are refused`() throws {
    let backwards = try #require(throws: ConfigProblems.self) {
      try Self.read(("at 10s", "isp1 mute"), ("at 5s", "isp1 answers"))
    }
    #expect(backwards.description.contains("2:1: `at` goes back in time: 5s comes after 10s"))
    let late = try #require(throws: ConfigProblems.self) {
      try Self.read(("check at 10s", "internet normal"), ("until", "5s"))
    }
    #expect(late.description.contains("could not be judged"))
    let twice = try #require(throws: ConfigProblems.self) {
      try Self.read(("at 10s", "isp1 mute"), ("at 10s", "isp2 mute"))
    }
    #expect(twice.description.contains("is there twice"))
  }
}
