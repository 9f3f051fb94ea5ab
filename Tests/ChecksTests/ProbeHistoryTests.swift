import Model
import Testing

@testable import Checks

struct ProbeHistoryTests {
  /// Sent in this order; nil: it is still waited for.
  private static func history(_ outcomes: [ProbeHistory.Outcome?], depth: Int = 100) -> ProbeHistory
  {
    var history = ProbeHistory(depth: depth)
    for (number, outcome) in outcomes.enumerated() {
      history.sent(UInt64(number))
      guard let outcome else { continue }
      _ = history.settle(UInt64(number), as: outcome)
    }
    return history
  }

  @Test
  func `a probe is judged once, and an unknown one never`() {
    var history = Self.history([.answered, nil])
    let news = [0, 7, 1].map { history.settle($0, as: .lost) }
    #expect(news == [false, false, true])
    #expect(history.lossPercent(of: 10) == 50)
  }

  @Test(arguments: 1...5)
  func `so many are remembered, the oldest forgotten first`(depth: Int) {
    var history = Self.history([ProbeHistory.Outcome?](repeating: nil, count: 9), depth: depth)
    let kept = (0..<9).filter { history.settle(UInt64($0), as: .answered) }
    #expect(kept == Array((9 - depth)..<9))
  }

  @Test
  func `loss is that of the last judged probes, and those that are waited for are none of them`() {
    #expect(Self.history([]).lossPercent(of: 4) == 0)
    #expect(Self.history([nil]).lossPercent(of: 4) == 0)
    #expect(Self.history([.answered]).lossPercent(of: 4) == 0)
    #expect(Self.history([.lost]).lossPercent(of: 4) == 100)
    #expect(Self.history([.lost, .answered, nil, .answered, nil]).lossPercent(of: 4) == 33)
    let mixed = Self.history([.lost, .lost, .answered, nil, .lost, .answered, .answered])
    #expect(mixed.lossPercent(of: 4) == 25)
    #expect(mixed.lossPercent(of: 6) == 50)
  }

  @Test
  func `a probe that never left ends no run`() {
    var history = Self.history([.lost, nil, .lost])
    #expect(history.run(of: .lost) == 1)
    history.withdraw(1)
    #expect(history.run(of: .lost) == 2)
  }

  /// Whatever happens to probes, in whatever order.
  @Test(arguments: 1...20)
  func `runs and loss are what counting by hand finds`(seed: Int) {
    let depth = 1 + seed % 7
    var state = UInt64(seed)
    func drawn(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var history = ProbeHistory(depth: depth)
    var plain: [(sequence: UInt64, outcome: ProbeHistory.Outcome)] = []
    for number in UInt64(0)..<400 {
      history.sent(number)
      plain = (plain + [(number, .outstanding)]).suffix(depth)
      for _ in 0..<drawn(3) {
        let which = number - min(number, UInt64(drawn(depth + 1)))
        let place = plain.firstIndex { $0.sequence == which }
        let outcome: ProbeHistory.Outcome = drawn(4) == 0 ? .lost : .answered
        let isNews = place.map { plain[$0].outcome == .outstanding } ?? false
        #expect(history.settle(which, as: outcome) == isNews)
        if let place, isNews { plain[place].outcome = outcome }
      }
      if drawn(20) == 0 {
        history.withdraw(number)
        plain.removeAll { $0.sequence == number }
      }
      if drawn(90) == 0 {
        history.forget()
        plain = []
      }
      let judged = plain.reversed().drop { $0.outcome == .outstanding }.map(\.outcome)
      for outcome in [ProbeHistory.Outcome.lost, .answered] {
        let run = judged.prefix { $0 == outcome }.count
        #expect(history.run(of: outcome) == run)
        #expect(history.run(of: outcome, upTo: 2) == min(run, 2))
      }
      let last = judged.filter { $0 != .outstanding }.prefix(5)
      let lost = last.count { $0 == .lost }
      #expect(history.lossPercent(of: 5) == (last.isEmpty ? 0 : lost * 100 / last.count))
    }
  }
}
