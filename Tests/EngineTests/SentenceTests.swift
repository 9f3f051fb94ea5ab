import Config
import Model
import Testing

@testable import Checks
@testable import Engine

/// What people read of causes, readings and lacks.
struct SentenceTests {
  private static let now = Instant.zero + .seconds(3_600)
  private static let clock = ClockReading(monotonic: .zero, wall: Timestamp(nanoseconds: 0))
  private static let endpoint = Endpoint.host(Rig.gateway1)

  private static func reading(
    _ health: Health, isSuspect: Bool = false, note: ProbeNote? = nil,
    _ change: (inout Reading) -> Void = { _ in }
  ) -> CheckReading {
    var reading = Reading()
    change(&reading)
    return CheckReading(
      check: "gateway", family: .ipv4, target: .gateway, endpoint: endpoint, health: health,
      isSuspect: isSuspect, reading: reading, note: note)
  }

  private static func sentence(_ event: Cause.Event) -> String {
    Cause(at: now, event: event).sentence(at: now)
  }

  // MARK: Causes

  @Test
  func `a cause says what happened to whom, and names IPv6 where it is meant`() {
    let (isp1, night) = (Rig.isp1, DailyWindow(from: 60, to: 300)!)
    let told: [(Cause.Event, String)] = [
      (.started, "siaga started"),
      (.configured, "the configuration changed"),
      (
        .becameUnusable(isp1, .ipv4, [.noCarrier, .noAddress]),
        "isp1 cannot be used: its interface has no carrier, its interface has no address"
      ),
      (
        .becameUnusable(isp1, .ipv6, [.absent]),
        "isp1 cannot be used for IPv6: its interface does not exist"
      ),
      (.becameUsable(isp1, .ipv4), "isp1 can be used"),
      (.becameUsable(isp1, .ipv6), "isp1 can be used for IPv6"),
      (
        .suspected("far", .ipv4, Self.endpoint),
        "10.10.1.1 answers check far by no link at all, so it says nothing of any"
      ),
      (.trustedTarget("far", .ipv4, Self.endpoint), "10.10.1.1 counts in check far again"),
      (.trusted(isp1, "internet"), "isp1 has been calm for long enough"),
      (.wasGood(isp1, "internet", for: .seconds(60)), "isp1 has been good for 1 min"),
      (.windowOpened(isp1, "internet", night), "between 01:00-05:00 isp1 gets it back"),
      (.ordered(.failback("internet")), "an operator ordered: siaga failback internet"),
      (
        .ordered(.pin("internet", isp1, isHard: false)),
        "an operator ordered: siaga switch internet isp1"
      ),
      (
        .ordered(.drain(isp1, isForced: true)),
        "an operator ordered: siaga drain isp1 --force"
      ),
      (.ordered(.drain(isp1, isForced: false)), "an operator ordered: siaga drain isp1"),
      (.ordered(.undrain(isp1)), "an operator ordered: siaga undrain isp1"),
    ]
    for (event, words) in told { #expect(Self.sentence(event) == words) }
  }

  @Test
  func `a verdict says what the probes came to`() {
    let quality = Quality(
      window: .seconds(20), loss: Quality.Limit(down: Percent(20), up: Percent(10)))
    var bad = QualityReading(quality)
    (bad.settled, bad.lost, bad.faults) = (20, 3, [.loss])
    let told: [(CheckReading, String)] = [
      (
        Self.reading(.down) { $0.lostInARow = 2 },
        "isp1 is down: 10.10.1.1 answered none of the last 2 probes of check gateway"
      ),
      (
        Self.reading(.down, note: .refused("SERVFAIL")) {
          ($0.lostInARow, $0.lastAnswer) = (2, Self.now - .seconds(5))
        },
        "isp1 is down: 10.10.1.1 answered none of the last 2 probes of check gateway, its last "
          + "answer came 5 s before, failed: SERVFAIL"
      ),
      (
        Self.reading(.down, note: .unsent("ENOBUFS")) { $0.lostInARow = 2 },
        "isp1 is down: 10.10.1.1 answered none of the last 2 probes of check gateway"
      ),
      (
        Self.reading(.down) { ($0.quality, $0.answering) = (bad, .up) },
        "isp1 is down: 10.10.1.1 answers check gateway, but not well enough: loss 15 % over 20 s "
          + "(up again at 10 %)"
      ),
      (
        Self.reading(.down) { ($0.quality, $0.answering, $0.lostInARow) = (bad, .down, 4) },
        "isp1 is down: 10.10.1.1 answered none of the last 4 probes of check gateway"
      ),
      (
        Self.reading(.up) { $0.quality = bad },
        "isp1 is up: 10.10.1.1 answers check gateway well: over 20 s loss 15 %"
      ),
      (
        Self.reading(.up) { $0.answeredInARow = 1 },
        "isp1 is up: 10.10.1.1 answered a probe of check gateway"
      ),
      (
        Self.reading(.up) { $0.answeredInARow = 3 },
        "isp1 is up: 10.10.1.1 answered 3 probes in a row of check gateway"
      ),
      (Self.reading(.unknown), "isp1 is not judged by check gateway any more"),
    ]
    for (reading, words) in told {
      #expect(Self.sentence(.judged(Rig.isp1, reading)) == words)
    }
  }

  @Test
  func `a cause concerns the groups that it may move, and no others`() {
    let judge = Judge.check("gateway")
    let group = Rig.dualWAN.groups[0]
    let other = Group(
      name: "partner", holding: .route(.defaultV6), members: [Member(Rig.isp2, tier: 1)],
      judge: .check("far"))
    let asking = MemberReading(
      member: Rig.isp1, standing: Standing(), checks: [Self.reading(.up)])
    func concerned(_ event: Cause.Event) -> [GroupName] {
      let cause = Cause(at: Self.now, event: event)
      return [group, other].filter { group in
        let readings = group.name == "partner" ? [] : [asking]
        return cause.concerns(group, readings) { _ in
          group.name == "partner" ? .check("far") : judge
        }
      }.map(\.name)
    }
    let (isp1, isp2) = (Rig.isp1, Rig.isp2)
    let of: [(Cause.Event, [GroupName])] = [
      (.started, ["internet", "partner"]), (.configured, ["internet", "partner"]),
      (.becameUsable(isp1, .ipv4), ["internet"]), (.becameUsable(isp1, .ipv6), []),
      (.becameUsable(isp2, .ipv6), ["partner"]),
      (.becameUnusable(isp2, .ipv4, [.absent]), ["internet"]),
      (.becameUnusable(isp1, .ipv6, [.absent]), []),
      (.judged(isp1, Self.reading(.up)), ["internet"]),
      (.judged(isp2, Self.reading(.up)), ["internet"]),
      (.judged(.uplink("isp3"), Self.reading(.up)), []),
      (.suspected("gateway", .ipv4, Self.endpoint), ["internet"]),
      (.suspected("gateway", .ipv6, Self.endpoint), []),
      (.trustedTarget("far", .ipv6, Self.endpoint), ["partner"]),
      (.trustedTarget("far", .ipv4, Self.endpoint), []),
      (.trusted(isp1, "internet"), ["internet"]), (.trusted(isp2, "partner"), ["partner"]),
      (.wasGood(isp1, "internet", for: .zero), ["internet"]),
      (.windowOpened(isp2, "partner", DailyWindow(from: 0, to: 1)!), ["partner"]),
      (.ordered(.pin("partner", isp2, isHard: true)), ["partner"]),
      (.ordered(.failback("internet")), ["internet"]), (.ordered(.auto("partner")), ["partner"]),
      (.ordered(.drain(isp1, isForced: false)), ["internet"]),
      (.ordered(.undrain(isp2)), ["internet", "partner"]),
    ]
    for (event, names) in of { #expect(concerned(event) == names, "\(event)") }
    // What no judge of the group asks is not its business, though the member is.
    let far = CheckReading(
      check: "far", family: .ipv4, target: .gateway, endpoint: nil, health: .down,
      isSuspect: false, reading: Reading(), note: nil)
    #expect(concerned(.judged(isp2, far)) == [])
    for event in [Cause.Event.judged(isp1, far), .trustedTarget("far", .ipv4, Self.endpoint)] {
      let cause = Cause(at: Self.now, event: event)
      #expect(!cause.concerns(group, []) { _ in nil })
      #expect(cause.concerns(group, []) { $0 == isp1 ? .check("far") : nil }, "isp1's own check")
    }
    // Nor is a target that another group's links ask by a check that both have.
    #expect(concerned(.suspected("gateway", .ipv4, .host(Rig.gateway2))) == [])
  }

  // MARK: Decisions

  private static func decision(
    from: [MemberID], to preferred: [MemberID], _ causes: [Cause.Event] = []
  ) -> Decision {
    Decision(
      id: 1, group: "internet", at: now, from: from, preferred: preferred, state: .normal,
      causes: causes.map { Cause(at: now, event: $0) }, readings: [], lacking: [])
  }

  @Test
  func `a decision says who had it and who has it, and gives its last three causes`() {
    #expect(
      Self.decision(from: [], to: [Rig.isp1]).headline == "internet: nobody → isp1 (normal)")
    #expect(
      Self.decision(from: [Rig.isp1], to: [Rig.isp1]).headline == "internet: isp1 stays (normal)")
    #expect(
      Self.decision(from: [Rig.isp1], to: [Rig.isp1, Rig.isp2]).headline
        == "internet: isp1 → isp1, isp2 (normal)")
    #expect(Self.decision(from: [], to: []).reason == "policy asks for it")
    let causes: [Cause.Event] = [
      .started, .configured, .becameUsable(Rig.isp1, .ipv4), .becameUsable(Rig.isp2, .ipv4),
    ]
    #expect(
      Self.decision(from: [], to: [], causes).reason
        == "the configuration changed; isp1 can be used; isp2 can be used")
  }

  @Test
  func `what is announced says who had it, or that whoever has it stays`() {
    func headline(_ from: Announcement.Told?, _ to: [MemberID]) -> String {
      Announcement(
        group: "internet", holds: "route default", at: Self.now, from: from,
        to: Announcement.Told(holders: to, state: .degraded), decision: 1, reason: "", node: nil
      ).headline
    }
    let told = Announcement.Told(holders: [Rig.isp1], state: .normal)
    #expect(headline(told, [Rig.isp1]) == "internet: isp1 (degraded)")
    #expect(headline(told, [Rig.isp2]) == "internet: isp1 → isp2 (degraded)")
    #expect(headline(nil, [Rig.isp1]) == "internet: nobody → isp1 (degraded)")
  }

  @Test
  func `what a group holds is said as in the file`() {
    #expect(Holding.route(.defaultV4).sentence == "route default")
    #expect(Holding.route(.defaultV6).sentence == "route default6")
    let partner = Prefix(IPAddress("203.0.113.0")!, length: 24)
    #expect(Holding.route(partner).sentence == "route 203.0.113.0/24")
  }

  // MARK: Members

  private static func member(_ standing: Standing, _ checks: [CheckReading] = []) -> MemberReading {
    MemberReading(member: Rig.isp1, standing: standing, checks: checks)
  }

  @Test
  func `a lack says what is wrong, and what to type where that helps`() {
    let later = Self.now + .seconds(5)
    func lack(_ reason: Lack.Reason, _ reading: MemberReading? = nil) -> String {
      Lack(member: Rig.isp1, reason: reason).sentence(reading: reading, clock: Self.clock)
    }
    #expect(
      lack(.obstacles([.noCarrier, .noAddress]))
        == "its interface has no carrier, its interface has no address")
    #expect(lack(.down) == "its checks say down")
    let mute = Self.reading(.down) { $0.answering = .down }
    #expect(
      lack(.down, Self.member(Standing(health: .down), [Self.reading(.up), mute, mute]))
        == "10.10.1.1 does not answer check gateway, 10.10.1.1 does not answer check gateway")
    #expect(lack(.drained) == "it is drained (`siaga undrain isp1`)")
    #expect(
      lack(.trustedFrom(later)) == "it went and came too often; trusted again at 01:00:05")
    #expect(
      lack(.trustedFrom(later), Self.member(Standing(returns: 3)))
        == "it went and came too often (3 returns); trusted again at 01:00:05")
    #expect(lack(.unjudged) == "its checks have not judged it yet")
    #expect(
      lack(.failbackAfter(later))
        == "it is better and eligible, but must stay so until 01:00:05 (`siaga failback GROUP`)")
    #expect(lack(.pinnedElsewhere(Rig.isp2)) == "isp2 is pinned (`siaga auto GROUP`)")
    #expect(lack(.notNeeded) == "it is eligible, but better ones hold")
  }

  @Test
  func `a reading of a member says how it stands, and what each probe came to`() {
    func said(_ standing: Standing, _ checks: CheckReading...) -> String {
      Self.member(standing, checks).sentence(clock: Self.clock)
    }
    #expect(said(Standing()) == "isp1: usable, up")
    #expect(
      said(Standing(obstacles: [.noCarrier], isDrained: true))
        == "isp1: its interface has no carrier, drained")
    let trustedAt = Self.now + .seconds(5)
    #expect(
      said(Standing(trustedAt: trustedAt)) == "isp1: usable, up, not trusted before 01:00:05")
    #expect(
      said(Standing(health: .down, trustedAt: trustedAt)) == "isp1: usable, down",
      "who cannot hold anyway")
    let lost = Self.reading(.down, isSuspect: true, note: .refused("REFUSED")) {
      ($0.sent, $0.answered, $0.lostInARow) = (9, 5, 4)
    }
    #expect(
      said(Standing(), lost)
        == "isp1: usable, up; gateway 10.10.1.1 suspect: 5 of 9 probes answered, the last 4 lost, "
        + "failed: REFUSED")
    var quality = QualityReading(
      Quality(window: .seconds(20), loss: Quality.Limit(down: Percent(20), up: Percent(10))))
    let answered = Self.reading(.up) {
      ($0.sent, $0.answered, $0.roundTrip) = (9, 9, .milliseconds(2))
      ($0.lastAnswer, $0.quality) = (Self.now, quality)
    }
    #expect(
      said(Standing(), answered)
        == "isp1: usable, up; gateway 10.10.1.1 up: 9 of 9 probes answered, last answer at "
        + "01:00:00.000 after 2 ms")
    quality.settled = 1
    let measured = Self.reading(.up) { ($0.sent, $0.answered, $0.quality) = (1, 1, quality) }
    #expect(said(Standing(), measured).hasSuffix("1 of 1 probes answered, over 20 s loss 0 %"))
  }

  @Test
  func `a measure that nothing was measured of is said to be lacking`() {
    let limit = Quality.Limit(down: Duration.milliseconds(100), up: .milliseconds(50))
    var reading = QualityReading(
      Quality(window: .seconds(20), latency: limit, jitter: limit))
    reading.faults = [.latency, .jitter]
    #expect(reading.complaint == "no latency over 20 s, no jitter over 20 s")
    (reading.latency, reading.jitter) = (.milliseconds(100), .milliseconds(50))
    #expect(
      reading.complaint
        == "latency 100 ms over 20 s (down at 100 ms), jitter 50 ms over 20 s (up again at 50 ms)")
    #expect(reading.sentence == "over 20 s loss 0 %, latency 100 ms, jitter 50 ms")
  }
}
