import Config
import Engine
import Model
import Testing

struct FailbackTests {
  private static let night = DailyWindow(from: 60, to: 300)

  private static func rig(
    after: Duration = .zero, between window: DailyWindow? = nil, judge: Judge? = .check("gateway")
  ) -> Rig {
    Rig(
      Rig.configuration(
        uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), judge: judge,
        failback: .delayed(after: after, between: window)))
  }

  /// isp1 has been away, and is good again.
  private static func returned(
    after: Duration = .zero, between window: DailyWindow? = nil, wallAhead: Duration = .zero
  ) -> Rig {
    var rig = rig(after: after, between: window, judge: nil)
    rig.wallAhead = wallAhead
    rig.run(for: .seconds(10))
    _ = rig.carrier(Rig.ether1, false)
    rig.run(for: .seconds(10))
    _ = rig.carrier(Rig.ether1, true)
    return rig
  }

  @Test
  func `a better member gets it back when it has been good for so long`() {
    var rig = Self.returned(after: .seconds(60))
    rig.run(for: .milliseconds(59_999))
    #expect(rig.active == ["isp2"])
    rig.run(for: .milliseconds(1))
    #expect(rig.active == ["isp1"])
    #expect(rig.engine.decisions.last?.reason == "isp1 has been good for 1 min")
  }

  @Test
  func `whatever interrupts it starts the delay anew`() throws {
    var rig = Self.returned(after: .seconds(60))
    rig.run(for: .seconds(59))
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether1, true)
    rig.run(for: .seconds(59))
    try rig.order(.drain(Rig.isp1, isForced: false))
    try rig.order(.undrain(Rig.isp1))
    rig.run(for: .seconds(59))
    #expect(rig.active == ["isp2"])
    rig.run(for: .seconds(1))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `the delay counts from the verdict, not from the carrier`() {
    var rig = Self.rig(after: .seconds(10))
    rig.run(for: .seconds(5))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(5))
    #expect(rig.active == ["isp2"])
    rig.answering = [Rig.gateway1, Rig.gateway2]
    let before = rig.now
    while rig.health(Rig.isp1) != .up { rig.run(for: .milliseconds(1)) }
    #expect(rig.now > before)
    rig.run(for: .milliseconds(9_990))
    #expect(rig.active == ["isp2"])
    rig.run(for: .milliseconds(11))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `a holder that fails while another waits goes at once`() {
    var rig = Self.returned(after: .seconds(60), between: Self.night)
    rig.run(for: .seconds(1))
    _ = rig.carrier(Rig.ether2, false)
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `an order does not wait, and auto does not order`() throws {
    var rig = Self.returned(after: .seconds(60), between: Self.night)
    try rig.order(.auto("internet"))
    #expect(rig.active == ["isp2"])
    try rig.order(.failback("internet"))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `between its hours only it is given back`() {
    var rig = Self.returned(between: Self.night)
    rig.run(for: .seconds(3_600 - 22))
    #expect(rig.active == ["isp2"])
    #expect(rig.clock.wall.clock < "01:00")
    rig.run(for: .seconds(1))
    #expect(rig.active == ["isp1"])
    #expect(rig.clock.wall.clock == "01:00:00.100")
    #expect(rig.engine.decisions.last?.reason == "between 01:00-05:00 isp1 gets it back")
  }

  @Test
  func `the hours are those of the local time`() {
    var rig = Self.returned(between: Self.night)
    rig.zone = .seconds(3_600)
    rig.run(for: .seconds(30))
    #expect(rig.active == ["isp1"])
  }

  @Test(arguments: [Duration.seconds(3_600), .seconds(-82_800)])
  func `a clock that is set is noticed within half a minute`(step: Duration) {
    var rig = Self.returned(between: Self.night)
    rig.run(for: .seconds(5))
    rig.wallAhead = step
    #expect(rig.active == ["isp2"])
    rig.run(for: .seconds(30))
    #expect(rig.active == ["isp1"])
    #expect(rig.engine.decisions.last?.reason == "between 01:00-05:00 isp1 gets it back")
  }

  @Test
  func `who waits for its hours gets them, whoever else stands by`() {
    let uplinks = [1, 2, 3].map { Rig.uplink($0) }
    var rig = Rig(
      Rig.configuration(
        uplinks: uplinks, judge: nil, failback: .delayed(after: .zero, between: Self.night)))
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether1, true)
    #expect(rig.active == ["isp2"])
    rig.run(for: .seconds(3_601))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `a clock that is set moves nothing but what waits for it`() {
    var rig = Self.returned(between: Self.night, wallAhead: .seconds(3 * 3_600))
    rig.run(for: .seconds(1))
    #expect(rig.active == ["isp1"])
    let decided = rig.engine.decisions.count
    for hours in [0, 23, 2, 12, -300_000] {
      rig.wallAhead = .seconds(hours * 3_600)
      rig.run(for: .seconds(60))
    }
    #expect(rig.engine.decisions.count == decided)
  }

  @Test
  func `an old reading of the clock opens no window`() {
    var rig = Self.returned(between: Self.night, wallAhead: .seconds(2 * 3_600))
    #expect(rig.active == ["isp1"])
    // By the last reading it is still night; it has become noon meanwhile.
    rig.run(for: .seconds(600))
    rig.wallAhead = .seconds(12 * 3_600)
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether1, true)
    #expect(rig.active == ["isp2"])
  }

  @Test
  func `the clock is asked for each half minute while it matters, and else never`() {
    var rig = Self.rig(between: Self.night)
    rig.run(for: .seconds(600))
    #expect(rig.clockReadings == 0)
    _ = rig.carrier(Rig.ether1, false)
    rig.run(for: .seconds(600))
    #expect(rig.clockReadings == 0)
    _ = rig.carrier(Rig.ether1, true)
    rig.run(for: .seconds(301))
    #expect(rig.clockReadings == 11)
    #expect(Self.returned(after: .seconds(60)).clockReadings == 0)
  }

  @Test
  func `what is waited for is told with its time`() {
    let delayed = Self.returned(after: .seconds(60))
    #expect(delayed.sentences.last == "Next: isp1 gets it back at 00:01:21.")
    #expect(
      delayed.sentences.contains(
        "isp1 does not hold it: it is better and eligible, but must stay so until 00:01:21 "
          + "(`siaga failback internet`)."))
    var windowed = Self.returned(after: .seconds(60), between: Self.night)
    #expect(windowed.sentences.last == "Next: isp1 gets it back at 01:00:00.")
    windowed.run(for: .seconds(60))
    #expect(
      windowed.sentences.contains(
        "isp1 does not hold it: it is better and eligible, but failback is between 01:00-05:00 "
          + "only (`siaga failback internet`)."))
    #expect(windowed.status.failback == "after 1m, between 01:00-05:00")
    _ = windowed.carrier(Rig.ether1, false)
    #expect(
      windowed.sentences.last
        == "Next: isp1 gets it back once it can be used and its checks are up, and has been so "
        + "for 1 min, between 01:00-05:00.")
  }

  @Test(arguments: [true, false])
  func `of two groups that wait each has it back in its own time`(isFirstSooner: Bool) {
    let plain = Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], judge: nil)
    let partner = Prefix(IPAddress("203.0.113.0")!, length: 24)
    let delays: [Duration] =
      isFirstSooner ? [.seconds(20), .seconds(60)] : [.seconds(60), .seconds(20)]
    let groups = zip([Prefix.defaultV4, partner], delays).enumerated().map { place, drawn in
      Group(
        name: GroupName("g\(place)"), holding: .route(drawn.0), members: plain.groups[0].members,
        failback: .delayed(after: drawn.1, between: nil), damping: nil)
    }
    var rig = Rig(Configuration(uplinks: plain.uplinks, groups: groups))
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether1, true)
    func active() -> [[String]] { rig.engine.groupStatus(clock: rig.clock).map(\.active) }
    rig.run(for: .milliseconds(19_999))
    #expect(active() == [["isp2"], ["isp2"]])
    rig.run(for: .milliseconds(1))
    #expect(active() == (isFirstSooner ? [["isp1"], ["isp2"]] : [["isp2"], ["isp1"]]))
    rig.run(for: .seconds(40))
    #expect(active() == [["isp1"], ["isp1"]])
  }
}
