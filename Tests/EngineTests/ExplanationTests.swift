import Config
import Model
import Testing

@testable import Engine

/// What `explain` says of a group: who holds it, why, and what comes next.
struct ExplanationTests {
  private static func configuration(
    failback: Failback = .auto, rise: Int = 1, quality: Quality? = nil, damping: Damping? = nil
  ) -> Configuration {
    Rig.configuration(
      uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500),
      rise: rise, quality: quality, failback: failback, damping: damping)
  }

  /// isp1's gateway is mute.
  private static func failed(_ configuration: Configuration = configuration()) -> Rig {
    var rig = Rig(configuration)
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(10))
    return rig
  }

  private func next(_ rig: Rig) -> String? {
    rig.engine.explanation(of: "internet", clock: rig.clock)?.next
  }

  // MARK: Next

  @Test
  func `a pin is what comes next, and what ends it`() throws {
    var rig = Rig()
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(next(rig) == "isp2 stays until `siaga auto internet`, or until it fails")
    try rig.order(.pin("internet", Rig.isp2, isHard: true))
    #expect(next(rig) == "isp2 stays until `siaga auto internet`, whatever happens")
    #expect(
      rig.sentences.contains("isp1 does not hold it: isp2 is pinned (`siaga auto internet`)."))
  }

  @Test
  func `a pinned member that has failed does not stay, so policy says what is next`() throws {
    var rig = Rig(Self.configuration())
    try rig.order(.pin("internet", Rig.isp1, isHard: false))
    _ = rig.carrier(Rig.ether1, false)
    #expect(next(rig) == "isp1 gets it back once it can be used and its checks are up")
  }

  @Test
  func `when all is well nothing comes next, and a spare that is down changes nothing`() {
    var rig = Rig(Self.configuration())
    rig.run(for: .seconds(5))
    #expect(next(rig) == nil)
    _ = rig.carrier(Rig.ether2, false)
    #expect(next(rig) == nil)
    #expect(rig.sentences.contains("isp2 does not hold it: its interface has no carrier."))
  }

  @Test
  func `a better member that is down is told with what its checks ask`() {
    let asked = "isp1 gets it back once its checks are up (gateway: "
    #expect(next(Self.failed()) == asked + "one answer, probed every 1s)")
    #expect(
      next(Self.failed(Self.configuration(rise: 3)))
        == asked + "3 answers in a row, probed every 1s)")
    let quality = Quality(
      window: .seconds(20), loss: Quality.Limit(down: Percent(20), up: Percent(10)))
    #expect(
      next(Self.failed(Self.configuration(quality: quality)))
        == asked + "one answer, probed every 1s, and good enough over 20 s)")
  }

  @Test(arguments: [
    (Failback.delayed(after: .seconds(60), between: nil), ", and has been so for 1 min"),
    (.delayed(after: .zero, between: DailyWindow(from: 60, to: 300)), ", between 01:00-05:00"),
    (
      .delayed(after: .seconds(60), between: DailyWindow(from: 60, to: 300)),
      ", and has been so for 1 min, between 01:00-05:00"
    ),
    (.delayed(after: .zero, between: nil), ""), (.manual, ""),
  ])
  func `what failback asks besides is told, unless nobody else can hold`(
    failback: Failback, patience: String
  ) {
    var rig = Self.failed(Self.configuration(failback: failback))
    let then = failback == .manual ? "may be given it back" : "gets it back"
    #expect(
      next(rig)
        == "isp1 \(then) once its checks are up (gateway: one answer, probed every 1s)\(patience)")
    _ = rig.carrier(Rig.ether1, false)
    #expect(next(rig) == "isp1 \(then) once it can be used and its checks are up\(patience)")
    _ = rig.carrier(Rig.ether2, false)
    #expect(rig.status.state == .degraded)
    #expect(next(rig) == "isp1 takes it once it can be used")
  }

  @Test
  func `where all are mute, a worse one that answers takes it`() {
    var rig = Rig(Self.configuration())
    rig.run(for: .seconds(5))
    rig.answering = []
    rig.run(for: .seconds(5))
    #expect(rig.status.state == .degraded)
    #expect(
      next(rig) == "isp2 takes it once its checks are up (gateway: one answer, probed every 1s)")
  }

  @Test
  func `when a penalty ends is told, to the second`() {
    var rig = Rig(Self.configuration(damping: .standard))
    for _ in 0..<3 {
      _ = rig.carrier(Rig.ether1, false)
      rig.run(for: .seconds(1))
      _ = rig.carrier(Rig.ether1, true)
      rig.run(for: .seconds(2))
    }
    let told = next(rig)
    let time = rig.status.members[0].trustedAt
    #expect(time != nil && told?.hasPrefix("isp1 is trusted again at 00:00:") == true)
    #expect(rig.sentences.contains { $0.contains("it went and came too often (3 returns)") })
  }

  // MARK: Now

  /// A kernel that has not done yet what is wanted.
  private static func slow(holding link: InterfaceIndex? = nil) -> Engine {
    let configuration = Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], judge: nil)
    var kernel = KernelState()
    for (index, uplink) in zip([Rig.ether1, Rig.ether2], configuration.uplinks) {
      kernel.apply(.link(Rig.link(index, uplink.interface.text)))
      kernel.apply(.address(HeldAddress(interface: index, address: uplink.addresses[0])))
      if index == link {
        let hop = NextHop(interface: index, gateway: uplink.gateways[0])
        kernel.apply(.route(.ours(.defaultV4, table: Ours.table(group: 0), hops: [hop])))
      }
    }
    var engine = Engine(seed: 1)
    _ = engine.handle(.configured(configuration), at: .zero)
    _ = engine.handle(.resynced(kernel), at: .zero)
    return engine
  }

  private static let clock = ClockReading(monotonic: .zero, wall: Timestamp(nanoseconds: 0))

  private func sentences(_ engine: Engine) -> [String] {
    engine.explanation(of: "internet", clock: Self.clock)?.sentences ?? []
  }

  @Test
  func `who holds and who should are told apart while the kernel is not there yet`() throws {
    let nobody = sentences(Self.slow())
    #expect(
      nobody.first
        == "internet (route default) is normal since 00:00:00.000: nobody holds it, but policy "
        + "wants isp1.")
    #expect(!nobody.contains { $0.hasPrefix("The kernel had confirmed") })
    var engine = Self.slow(holding: Rig.ether1)
    #expect(
      sentences(engine).first
        == "internet (route default) is normal since 00:00:00.000: held by isp1.")
    _ = try engine.carryOut(.drain(Rig.isp1, isForced: false), at: .zero)
    let lines = sentences(engine)
    #expect(lines.first?.hasSuffix("held by isp1, but policy wants isp2.") == true)
    #expect(lines.contains("isp1 is not to hold it: it is drained (`siaga undrain isp1`)."))
  }

  @Test
  func `how long the kernel took is told of the last decision alone`() throws {
    var rig = Rig(Self.configuration())
    rig.run(for: .seconds(5))
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    let took = "The kernel had confirmed the switch 0 s after the event was read."
    #expect(rig.sentences.contains { $0.hasPrefix("The kernel had confirmed the switch ") })
    // The pin's end moves nothing, and is the last decision.
    _ = rig.carrier(Rig.ether1, false)
    try rig.order(.auto("internet"))
    #expect(rig.status.state == .failedOver && !rig.sentences.contains(took))
    #expect(!rig.sentences.contains { $0.hasPrefix("The kernel had confirmed the switch ") })
  }

  @Test
  func `it is told as a whole, from who holds to what comes next`() {
    let rig = Self.failed(Self.configuration(failback: .manual))
    #expect(
      rig.sentences == [
        "internet (route default) is failed-over since 00:00:33.500: held by isp2.",
        "",
        "The last decision fell at 00:00:33.500: internet: isp1 → isp2 (failed-over)",
        "  because at 00:00:33.500 isp1 is down: 10.10.1.1 answered none of the last 2 "
          + "probes of check gateway, its last answer came 2.5 s before",
        "Readings at that moment:",
        "  isp1: usable, down; gateway 10.10.1.1 down: 31 of 33 probes answered, the "
          + "last 2 lost, last answer at 00:00:31.001 after 1 ms",
        "  isp2: usable, up; gateway 10.20.1.1 up: 33 of 33 probes answered, last answer "
          + "at 00:00:33.001 after 1 ms",
        "The kernel had confirmed the switch 0 ms after the event was read.",
        "",
        "Now:",
        "  isp1: usable, down; gateway 10.10.1.1 down: 31 of 41 probes answered, the "
          + "last 9 lost, last answer at 00:00:31.001 after 1 ms",
        "  isp2: usable, up; gateway 10.20.1.1 up: 41 of 41 probes answered, last answer "
          + "at 00:00:41.001 after 1 ms",
        "isp1 does not hold it: 10.10.1.1 does not answer check gateway.",
        "  isp1 answers none now (gateway 10.10.1.1): up after its first answer; "
          + "failback is manual (`siaga failback internet`).",
        "Found: a lost carrier at once, a mute target within 2.5 s (gateway). Return: "
          + "damping is off; failback manual.",
        "Next: isp1 may be given it back once its checks are up (gateway: one answer, "
          + "probed every 1s).",
      ])
    let last = rig.engine.explanation(of: "internet", clock: rig.clock)?.decisions.last
    #expect(last?.lacking == ["isp1: 10.10.1.1 does not answer check gateway"])
  }

  @Test
  func `the last ten decisions of the group are told, and none of another's`() throws {
    let groups = ["internet", "partner"].map { name in
      Group(
        name: GroupName(name),
        holding: .route(
          name == "internet" ? .defaultV4 : Prefix(IPAddress("203.0.113.0")!, length: 24)),
        members: [Member(Rig.isp1, tier: 1), Member(Rig.isp2, tier: 2)], damping: nil)
    }
    var rig = Rig(Configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], groups: groups))
    for _ in 0..<8 {
      try rig.order(.pin("partner", Rig.isp2, isHard: false))
      try rig.order(.auto("partner"))
    }
    let partner = try #require(rig.engine.explanation(of: "partner", clock: rig.clock))
    #expect(partner.decisions.count == 10)
    #expect(partner.decisions.allSatisfy { $0.group == "partner" })
    #expect(partner.group.name == "partner")
    #expect(
      partner.decisions.last?.causes == ["00:00:01.100 an operator ordered: siaga auto partner"])
    let internet = try #require(rig.engine.explanation(of: "internet", clock: rig.clock))
    #expect(internet.decisions.count == 1 && internet.sentences[0].hasPrefix("internet "))
    let last = partner.decisions.last
    #expect(last?.from == ["isp2"] && last?.to == ["isp1"] && last?.lacking.count == 1)
    #expect(last?.lacking.first == "isp2: it is eligible, but better ones hold")
    #expect(last?.readings == ["isp1: usable, up", "isp2: usable, up"])
  }
}
