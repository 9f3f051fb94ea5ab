import Engine
import Model
import Testing
import Wire

/// `siaga probe`: what an operator asks besides.
struct InquiryTests {
  /// Asks about isp1, and lets the answers come.
  private static func inquire(_ rig: inout Rig) throws -> [ProbeStatus] {
    try rig.inquire(Rig.isp1)
    rig.run(for: .seconds(2))
    return try #require(rig.engine.answers(of: Rig.isp1))
  }

  @Test
  func `each target is asked at once, and the answer is told`() throws {
    var rig = Rig()
    rig.run(for: .seconds(15))
    let sent = rig.probes.count
    try rig.inquire(Rig.isp1)
    #expect(rig.probes.count == sent + 1)
    #expect(rig.engine.answers(of: Rig.isp1) == nil)
    rig.run(for: .milliseconds(1))
    #expect(
      rig.engine.answers(of: Rig.isp1)
        == [
          ProbeStatus(
            check: "gateway", target: "10.10.1.1", family: .ipv4, answered: true, rttMs: 1,
            error: nil)
        ])
  }

  @Test
  func `silence is told after the timeout, and counts for nothing`() throws {
    var rig = Rig()
    rig.run(for: .seconds(1))
    let before = try #require(rig.status.members.first?.checks.first)
    rig.answering = []
    for _ in 0..<3 {
      #expect(try Self.inquire(&rig).map(\.error) == ["no answer within 1 s"])
    }
    #expect(rig.health(Rig.isp1) == .up)
    #expect(rig.status.members.first?.checks.first == before)
  }

  @Test
  func `an answer makes nobody up who is down`() throws {
    var rig = Rig(answering: [Rig.gateway2])
    rig.run(for: .seconds(31))
    #expect(rig.health(Rig.isp1) == .down)
    rig.answering = [Rig.gateway1, Rig.gateway2]
    #expect(try Self.inquire(&rig).map(\.answered) == [true])
    #expect(rig.health(Rig.isp1) == .down)
  }

  @Test
  func `who asks while another waits gets the same answer`() throws {
    var rig = Rig()
    rig.run(for: .seconds(1))
    let sent = rig.probes.count
    try rig.inquire(Rig.isp1)
    try rig.inquire(Rig.isp1)
    #expect(rig.probes.count == sent + 1)
  }

  @Test
  func `a link that cannot be used is not asked, and why is told`() throws {
    var rig = Rig()
    _ = rig.carrier(Rig.ether1, false)
    #expect(try Self.inquire(&rig).map(\.error) == ["cannot probe: its interface has no carrier"])
  }

  @Test
  func `a link that is lost meanwhile ends the waiting`() throws {
    var rig = Rig()
    rig.answering = []
    try rig.inquire(Rig.isp1)
    _ = rig.carrier(Rig.ether1, false)
    let answers = rig.engine.answers(of: Rig.isp1)
    #expect(answers?.map(\.error) == ["cannot probe: the link has changed meanwhile"])
  }

  @Test
  func `each question waits for its own answer`() throws {
    var rig = Rig()
    rig.run(for: .seconds(1))
    #expect(try Self.inquire(&rig).map(\.answered) == [true])
    rig.answering = []
    #expect(try Self.inquire(&rig).map(\.error) == ["no answer within 1 s"])
    let late = try #require(rig.probes.last { $0.destination == Rig.gateway1 })
    try rig.reply(to: late)
    #expect(rig.engine.answers(of: Rig.isp1)?.map(\.error) == ["no answer within 1 s"])
    try rig.inquire(Rig.isp1)
    try rig.reply(to: late)
    #expect(rig.engine.answers(of: Rig.isp1) == nil, "that was to the question before")
  }

  @Test
  func `how long an answer waited to be taken is no part of its time`() throws {
    var rig = Rig()
    rig.run(for: .seconds(1))
    rig.answering = []
    try rig.inquire(Rig.isp1)
    let probe = try #require(rig.probes.last)
    rig.stall(for: .milliseconds(50))
    try rig.reply(to: probe, waited: .milliseconds(40))
    #expect(rig.engine.answers(of: Rig.isp1)?.map(\.rttMs) == [10])
  }

  @Test
  func `who has no checks, or does not exist, cannot be asked`() {
    var rig = Rig(Rig.configuration(uplinks: [Rig.uplink(1)], judge: nil))
    #expect(throws: CommandRefused.self) { try rig.inquire(Rig.isp1) }
    #expect(throws: CommandRefused.self) { try rig.inquire(.uplink("isp9")) }
  }

  @Test
  func `by arp the answer to an inquiry is told from the machine's by their order`() throws {
    var rig = Rig(
      Rig.configuration(
        uplinks: [Rig.uplink(1), Rig.uplink(2)], kind: .arp, every: .seconds(10)))
    try rig.inquire(Rig.isp1)
    let probe = try #require(rig.probes.last)
    let asked = try ARPPacket(parsing: probe.payload.span)
    let hardware = try #require(HardwareAddress("02:00:00:00:00:99"))
    let reply = ARPPacket(
      operation: .reply, sender: .init(hardware: hardware, address: asked.target.address),
      target: asked.sender)
    rig.handle(.received(.arp(reply.bytes), on: probe.interface))
    #expect(rig.engine.answers(of: Rig.isp1)?.map(\.answered) == [true])
    #expect(rig.health(Rig.isp1) == .unknown)
    rig.handle(.received(.arp(reply.bytes), on: probe.interface))
    #expect(rig.health(Rig.isp1) == .up)
  }
}

extension Rig {
  mutating func inquire(_ member: MemberID) throws {
    let sent = probes.count
    take(try engine.inquire(member, at: now))
    for probe in probes[sent...] { answer(probe) }
  }
}
