import Engine
import Model
import Testing

struct ProbingTests {
  enum Answer: String, CaseIterable, Sendable {
    case wrongIdentifier, wrongCookie, wrongNumber, wrongSequence, otherProbe, none
  }

  /// Both are mute at first; then the first gateway answers in a way that must not count.
  @Test(arguments: Answer.allCases)
  func `what is not the awaited reply never counts as up`(answer: Answer) {
    var rig = Rig(answering: [])
    rig.run(for: .seconds(60))
    rig.answering = [Rig.gateway1]
    rig.run(for: .seconds(120)) { _, reply in Self.changed(answer, reply) }
    #expect(rig.health(Rig.isp1) == .down)
    rig.run(for: .seconds(11))
    #expect(rig.health(Rig.isp1) == .up)
  }

  private static func changed(_ answer: Answer, _ reply: NumberedEcho) -> NumberedEcho? {
    var echo = reply
    switch answer {
    case .wrongIdentifier: echo.identifier &+= 1
    case .wrongCookie: echo.first ^= 1
    case .wrongNumber: echo.second ^= 1
    case .wrongSequence: echo.sequence &+= 1
    case .otherProbe: echo.second ^= 1 << 16
    case .none: return nil
    }
    return echo
  }

  @Test
  func `a reply from another address or by another link does not count`() throws {
    var rig = Rig(answering: [])
    rig.run(for: .seconds(60))
    for number in 0..<6 {
      rig.run(for: .seconds(10))
      let probe = try #require(rig.probes.last { $0.destination == Rig.gateway1 })
      let echo = try #require(probe.echo)
      let isForgedSource = number.isMultiple(of: 2)
      rig.handle(
        .received(
          .echo(echo, from: isForgedSource ? Rig.gateway2 : Rig.gateway1),
          on: isForgedSource ? Rig.ether1 : Rig.ether2))
    }
    #expect(rig.health(Rig.isp1) == .down)
  }

  @Test
  func `late replies and duplicates do not count`() throws {
    var rig = Rig(
      Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], rise: 2), answering: [])
    rig.run(for: .seconds(60))
    #expect(rig.health(Rig.isp1) == .down)
    // Late: every probe has been lost by now.
    rig.run(for: .seconds(5))
    for probe in rig.probes where probe.destination == Rig.gateway1 { try rig.reply(to: probe) }
    #expect(rig.health(Rig.isp1) == .down)
    // One probe, answered three times over, is one answer.
    let sent = rig.probes.count
    while rig.probes.count < sent + 2 { rig.run(for: .milliseconds(1)) }
    let probe = try #require(rig.probes.last { $0.destination == Rig.gateway1 })
    for _ in 0..<3 { try rig.reply(to: probe) }
    #expect(rig.health(Rig.isp1) == .down)
  }

  @Test
  func `a probe that could not be sent leaves health as it was, and is reported`() throws {
    var rig = Rig()
    #expect(rig.health(Rig.isp1) == .up)
    for _ in 0..<10 {
      _ = rig.takeEffects()
      rig.answering = [Rig.gateway2]
      while !rig.effects.contains(where: { Self.probe($0)?.member == Rig.isp1 }) {
        rig.run(for: .milliseconds(1))
      }
      let probe = try #require(rig.effects.compactMap(Self.probe).last { $0.member == Rig.isp1 })
      rig.handle(.answered(probe, .unsent("ENOBUFS")))
    }
    #expect(rig.health(Rig.isp1) == .up)
    #expect(rig.active == ["isp1"])
    let check = try #require(rig.status.members.first?.checks.first)
    #expect(check.unsent == 10)
    #expect(check.note == "cannot probe: ENOBUFS")
  }

  private static func probe(_ effect: Effect) -> ProbeID? {
    if case .transmit(let packet) = effect { packet.probe } else { nil }
  }

  @Test
  func `random numbers are nobody's answer`() {
    var rig = Rig(answering: [])
    rig.run(for: .seconds(60))
    var random = RandomSource(seed: 7)
    for _ in 0..<2_000 {
      let number = random.next()
      let echo = NumberedEcho(
        identifier: UInt16(truncatingIfNeeded: random.next()),
        sequence: UInt16(truncatingIfNeeded: number), first: random.next(), second: number)
      rig.handle(.received(.echo(echo, from: Rig.gateway1), on: Rig.ether1))
    }
    #expect(rig.health(Rig.isp1) == .down)
  }

  @Test
  func `probes leave by the link they judge, from its address, and no two look alike`() {
    var rig = Rig()
    rig.run(for: .seconds(100))
    for probe in rig.probes {
      let isFirst = probe.destination == Rig.gateway1
      #expect(probe.interface == (isFirst ? Rig.ether1 : Rig.ether2))
      #expect(probe.source == IPAddress(isFirst ? "10.10.1.2" : "10.20.1.2"))
    }
    #expect(Set(rig.probes.map(\.echo)).count == rig.probes.count)
  }

  /// By that word the kernel tells them from others' (`EchoFilterTests`).
  @Test
  func `all echoes of a daemon begin with one word, and each link's go on with its own`() {
    func beginnings(_ seed: UInt64) -> (words: Set<UInt64>, rests: Set<UInt64>) {
      var rig = Rig(seed: seed)
      rig.run(for: .seconds(30))
      let cookies = rig.probes.compactMap(\.echo?.first)
      return (Set(cookies.map { $0 >> 32 }), Set(cookies.map { $0 & 0xffff_ffff }))
    }
    let (one, other) = (beginnings(1), beginnings(2))
    #expect(one.words.count == 1 && one.rests.count == 2)
    #expect(one.words.isDisjoint(with: other.words) && one.rests.isDisjoint(with: other.rests))
    #expect(one.words.union(other.words).allSatisfy { $0 > 0xffff })
  }
}

extension Datagram {
  fileprivate var echo: NumberedEcho? {
    if case .echo(let echo) = medium { echo } else { nil }
  }
}

extension Rig {
  mutating func reply(to probe: Datagram, waited: Duration = .zero) throws {
    let echo = try #require(probe.echo)
    handle(.received(.echo(echo, from: probe.destination), on: probe.interface, waited: waited))
  }
}
