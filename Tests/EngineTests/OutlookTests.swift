import Config
import Engine
import Model
import Testing
import Wire

/// What a member that does not hold still has to do, and until when.
struct OutlookTests {
  private static let check = Rig.configuration(
    uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500),
    fall: 2, rise: 5,
    damping: Damping(base: .seconds(10), max: .seconds(600), forget: .seconds(600)))

  private func silenced(_ configuration: Configuration) -> Rig {
    var rig = Rig(configuration)
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(30))
    return rig
  }

  private func outlook(_ rig: Rig) -> [String] {
    (rig.engine.explanation(of: "internet", clock: rig.clock)?.sentences ?? [])
      .filter { $0.hasPrefix("  isp1") && !$0.hasPrefix("  isp1:") }
  }

  @Test
  func `one that answers nothing is told what it takes`() {
    #expect(
      outlook(silenced(Self.check)) == [
        "  isp1 answers none now (gateway 10.10.1.1): up after 5 answers in a row, 4 s from the "
          + "first."
      ])
  }

  @Test
  func `one that answers again is told how far it is, and until when`() {
    var rig = silenced(Self.check)
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .milliseconds(3_200))
    let clock = rig.clock
    let lines = outlook(rig)
    #expect(lines.count == 1)
    let line = lines.first ?? ""
    #expect(line.hasPrefix("  isp1 answered 3 of 5 probes in a row (gateway 10.10.1.1): up at "))
    #expect(line.hasSuffix(" if nothing is lost."))
    // It is so, to the second.
    let told = line.split(separator: " ").first { $0.hasPrefix("00:") }.map { String($0) }
    rig.run(for: .seconds(4))
    #expect(rig.engine.decisions.last?.preferred == [Rig.isp1])
    let at = rig.engine.decisions.last.map { clock.timestamp(of: $0.at).second }
    #expect(told == at)
  }

  @Test
  func `what the next return costs is told, and until when`() {
    var rig = silenced(Self.check)
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .milliseconds(3_200))
    let line = outlook(rig).first ?? ""
    #expect(line.contains("; held back for 10 s, until "), "\(line)")
    #expect(line.hasSuffix("(return 2 since it was calm)."))
  }

  @Test
  func `what failback asks besides is told`() {
    let window = DailyWindow(from: 60, to: 300)
    for (failback, words) in [
      (Failback.manual, "; failback is manual (`siaga failback internet`)."),
      (
        .delayed(after: .seconds(60), between: window),
        "; failback once it has been good for 1 min, between 01:00-05:00."
      ),
    ] {
      let rig = silenced(
        Rig.configuration(
          uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1),
          timeout: .milliseconds(500), failback: failback))
      #expect(outlook(rig).first?.hasSuffix(words) == true, "\(outlook(rig))")
    }
  }

  // MARK: Several checks

  private static let far = IPAddress("192.0.2.1")!

  /// The gateway must answer five times in a row, and somebody far away `rise` times.
  private static func two(rise: Int, damping: Damping? = nil) -> Configuration {
    var configuration = Rig.configuration(
      uplinks: [Rig.uplink(1, judge: .check("far")), Rig.uplink(2)], every: .seconds(1),
      timeout: .milliseconds(500), rise: 5, damping: damping)
    configuration.checks.append(
      CheckDefinition(
        name: "far", kind: .ping, targets: [.address(far)], every: .seconds(1),
        timeout: .milliseconds(500), fall: 2, rise: rise))
    return configuration
  }

  @Test
  func `of several checks each that has to say up yet is told, and no other`() {
    var rig = silenced(Self.two(rise: 1))
    #expect(
      outlook(rig) == [
        "  isp1 answers none now (gateway 10.10.1.1): up after 5 answers in a row, 4 s from the "
          + "first, isp1 answers none now (far 192.0.2.1): up after its first answer."
      ])
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .milliseconds(2_200))
    let half = outlook(rig).first ?? ""
    #expect(half.contains("isp1 answered 2 of 5 probes in a row (gateway 10.10.1.1): up at "))
    #expect(half.hasSuffix("(far 192.0.2.1): up after its first answer."))
    rig.run(for: .seconds(5))
    #expect(outlook(rig) == ["  isp1 answers none now (far 192.0.2.1): up after its first answer."])
  }

  @Test(arguments: [3, 7])
  func `a penalty begins when the last of them says up, which nobody knows of a silent one`(
    rise: Int
  ) throws {
    let damping = Damping(base: .seconds(10), max: .seconds(600), forget: .seconds(600))
    var rig = Rig(Self.two(rise: rise, damping: damping))
    let all: Set = [Rig.gateway1, Rig.gateway2, Self.far]
    for _ in 0..<2 {
      rig.answering = all
      rig.run(for: .seconds(30))
      rig.answering = [Rig.gateway2]
      rig.run(for: .seconds(30))
    }
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .milliseconds(1_200))
    #expect(
      outlook(rig).first?.hasSuffix("; held back for 10 s (return 2 since it was calm).") == true)
    rig.answering = all
    rig.run(for: .milliseconds(1_900))
    let line = try #require(outlook(rig).first)
    let told = try #require(line.time(after: "held back for 10 s, until "))
    while rig.health(Rig.isp1) != .up { rig.run(for: .milliseconds(10)) }
    #expect(rig.status.members[0].trustedAt?.contains("T\(told)") == true, "\(line)")
  }

  @Test
  func `a target that counts for nothing is not waited for`() {
    let check = CheckDefinition(
      name: "gateway", kind: .ping, targets: [.address(Self.far)], every: .seconds(1),
      timeout: .milliseconds(500), fall: 2, rise: 1)
    var configuration = Self.check
    configuration.checks = [check]
    var rig = Rig(configuration, answering: [Self.far])
    rig.run(for: .seconds(10))
    rig.answering = []
    rig.run(for: .seconds(10))
    #expect(rig.status.members.flatMap(\.checks).allSatisfy { $0.suspect })
    #expect(rig.sentences.allSatisfy { !$0.contains("answers none now") })
  }

  /// Three of four are answered, and the last four probes decide nothing.
  @Test
  func `of one that answers, and not well enough, nobody says when it is up`() {
    let quality = Quality(
      window: .seconds(20), loss: Quality.Limit(down: Percent(20), up: Percent(10)))
    var rig = Rig(
      Rig.configuration(
        uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500),
        fall: 3, rise: 3, quality: quality))
    rig.run(for: .seconds(30))
    var asked = 0
    for _ in 0..<60 {
      rig.run(for: .milliseconds(500)) { probe, echo in
        if probe.destination == Rig.gateway1 { asked += 1 }
        return probe.destination == Rig.gateway1 && asked.isMultiple(of: 4) ? nil : echo
      }
      #expect(outlook(rig).isEmpty)
    }
    #expect(rig.active == ["isp2"])
  }

  // MARK: Penalties and failback

  @Test
  func `what the return of a cut link costs is told, and that a first appearance costs nothing`() {
    var rig = Rig(
      Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], judge: nil, damping: .standard))
    _ = rig.carrier(Rig.ether1, false)
    #expect(outlook(rig).isEmpty, "the first return costs nothing")
    _ = rig.carrier(Rig.ether1, true)
    _ = rig.carrier(Rig.ether1, false)
    #expect(
      outlook(rig)
        == ["  isp1, once it is back, is held back for 10 s (return 2 since it was calm)."])
    var memory = Memory()
    memory.unrest = ["internet": [Rig.isp1: Memory.Unrest(returns: 3, last: .zero)]]
    var engine = Engine(seed: 1)
    _ = engine.handle(.remembered(memory), at: .zero)
    _ = engine.handle(.configured(rig.engine.configuration), at: .zero)
    _ = engine.handle(.resynced(KernelState()), at: .zero)
    let clock = ClockReading(monotonic: .zero, wall: Timestamp(nanoseconds: 0))
    let lines = engine.explanation(of: "internet", clock: clock)?.sentences ?? []
    #expect(lines.contains("isp1 does not hold it: its interface does not exist."))
    #expect(!lines.contains { $0.contains("held back") })
  }

  @Test
  func `failback follows a penalty, and asks nothing where nobody better waits`() throws {
    let patience = "failback once it has been good for 1 min"
    let configuration = Rig.configuration(
      uplinks: [Rig.uplink(1), Rig.uplink(2)], judge: nil,
      failback: .delayed(after: .seconds(60), between: nil), damping: .standard)
    var rig = Rig(configuration)
    for _ in 0..<3 {
      _ = rig.carrier(Rig.ether1, false)
      _ = rig.carrier(Rig.ether1, true)
    }
    #expect(rig.sentences.contains("  isp1: then \(patience)."))
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(!rig.sentences.contains { $0.contains("then failback") }, "the pin decides")
    let manual = Rig.configuration(
      uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500),
      failback: .manual)
    var pinned = silenced(manual)
    try pinned.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(
      outlook(pinned)
        == ["  isp1 answers none now (gateway 10.10.1.1): up after its first answer."])
    // Nobody can hold, so whoever comes first does.
    var none = silenced(manual)
    none.answering = []
    none.run(for: .seconds(30))
    #expect(none.status.state == .degraded)
    let lines = none.sentences.filter { $0.hasPrefix("  isp1 answers") }
    #expect(lines.allSatisfy { !$0.contains("failback") })
    // The worse one is down, and the better one holds.
    var worse = Rig(manual, answering: [Rig.gateway1])
    worse.run(for: .seconds(30))
    let told = worse.sentences.filter { $0.hasPrefix("  isp2 answers") }
    #expect(told == ["  isp2 answers none now (gateway 10.20.1.1): up after its first answer."])
  }

  @Test
  func `one that shares a tier waits for no failback`() {
    let uplinks = [Rig.uplink(1), Rig.uplink(2)]
    let plain = Rig.configuration(
      uplinks: uplinks, every: .seconds(1), timeout: .milliseconds(500))
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: uplinks.map { Member(.uplink($0.name), tier: 1) }, judge: .check("gateway"),
      failback: .manual, damping: nil)
    let rig = silenced(Configuration(uplinks: uplinks, checks: plain.checks, groups: [group]))
    #expect(
      outlook(rig) == ["  isp1 answers none now (gateway 10.10.1.1): up after its first answer."])
  }

  @Test
  func `hours alone are told without a delay`() {
    let rig = silenced(
      Rig.configuration(
        uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500),
        failback: .delayed(after: .zero, between: DailyWindow(from: 60, to: 300))))
    #expect(outlook(rig).first?.hasSuffix("; failback between 01:00-05:00.") == true)
  }
}

extension String {
  /// The clock's time, to the second, that comes after these words.
  fileprivate func time(after words: String) -> String? {
    guard let range = firstRange(of: words) else { return nil }
    return String(self[range.upperBound...].prefix(8))
  }
}
