import Checks
import Config
import Engine
import Model
import Testing

struct TellingTests {
  @Test
  func `a decision carries its causes, the readings, and what the others lack`() throws {
    var rig = Rig()
    rig.run(for: .seconds(30))
    _ = rig.carrier(Rig.ether1, false)
    let decision = try #require(rig.engine.decisions.last)
    #expect(decision.from == [Rig.isp1])
    #expect(decision.preferred == [Rig.isp2])
    #expect(decision.state == .failedOver)
    #expect(decision.causes.map(\.event) == [.becameUnusable(Rig.isp1, .ipv4, [.noCarrier])])
    #expect(decision.causes.map(\.at) == [rig.now])
    #expect(decision.readings.map(\.member) == [Rig.isp1, Rig.isp2])
    #expect(decision.readings.map(\.standing.isUsable) == [false, true])
    #expect(decision.readings.last?.checks.first?.reading.answered == 4)
    #expect(decision.lacking == [Lack(member: Rig.isp1, reason: .obstacles([.noCarrier]))])
  }

  @Test
  func `the first decision says that siaga started`() {
    let rig = Rig()
    #expect(
      rig.engine.decisions.first?.reason
        == "siaga started; isp1 can be used; isp2 can be used")
  }

  @Test
  func `before the kernel has been read there is nothing to decide or want`() {
    var engine = Engine(seed: 1)
    let effects = engine.handle(.configured(Rig.dualWAN), at: .zero)
    #expect(engine.decisions.isEmpty)
    #expect(
      !effects.contains {
        if case .want = $0 { true } else { false }
      })
  }

  @Test
  func `decisions are numbered in order, and no more than the last two hundred are kept`() throws {
    var rig = Rig()
    let pin = Command.pin("internet", Rig.isp2, isHard: false)
    for number in 1...250 {
      try rig.order(number.isMultiple(of: 2) ? .auto("internet") : pin)
      let ids = rig.engine.decisions.map(\.id)
      #expect(ids.last == UInt64(number + 1) && ids.count == min(number + 1, 200))
      #expect(ids == Array(ids[0]...ids[ids.count - 1]))
    }
  }

  @Test
  func `a silent failure is told in plain words`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(60))
    // Probed from 1 s on, every 10 s: answered at 31.001 s for the last time, down at 52 s.
    #expect(
      rig.engine.decisions.last?.reason
        == "isp1 is down: 10.10.1.1 answered none of the last 2 probes of check gateway, its last answer came 21 s before"
    )
    #expect(rig.engine.decisions.last?.headline == "internet: isp1 → isp2 (failed-over)")
    let sentences = rig.sentences
    #expect(
      sentences.first == "internet (route default) is failed-over since 00:00:52.000: held by isp2."
    )
    #expect(
      sentences.contains("isp1 does not hold it: 10.10.1.1 does not answer check gateway."))
    #expect(
      sentences.last
        == "Next: isp1 gets it back once its checks are up (gateway: one answer, probed every 10s)."
    )
  }

  @Test
  func `a cut cable, an absent interface and an order are told in plain words`() throws {
    var rig = Rig()
    rig.run(for: .seconds(30))
    _ = rig.carrier(Rig.ether1, false)
    #expect(
      rig.engine.decisions.last?.reason == "isp1 cannot be used: its interface has no carrier")
    #expect(rig.sentences.contains("isp1 does not hold it: its interface has no carrier."))
    _ = rig.carrier(Rig.ether1, true)
    rig.run(for: .seconds(1))
    #expect(
      rig.engine.decisions.last?.reason
        == "isp1 is up: 10.10.1.1 answered a probe of check gateway")
    rig.handle(.observed([.linkGone(Rig.ether1)]))
    #expect(
      rig.engine.decisions.last?.reason == "isp1 cannot be used: its interface does not exist")
    try rig.order(.pin("internet", Rig.isp1, isHard: true))
    #expect(
      rig.engine.decisions.last?.reason == "an operator ordered: siaga switch internet isp1 --hard")
  }

  @Test
  func `an explanation of a group that does not exist is none`() {
    #expect(Rig().engine.explanation(of: "intranet", clock: Rig().clock) == nil)
  }
}
