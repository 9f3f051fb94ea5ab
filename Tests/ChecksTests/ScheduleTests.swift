import Checks
import Model
import Testing

struct ScheduleTests {
  /// Beside a plain list, whatever is done to it.
  @Test(arguments: UInt64(1)...50)
  func `the soonest is always first`(seed: UInt64) {
    var random = Dice(state: seed)
    let count = 1 + random.upTo(40)
    var schedule = Schedule(count: count)
    var plain = [Instant?](repeating: nil, count: count)
    for _ in 0..<400 {
      let number = random.upTo(count)
      let at = random.upTo(4) == 0 ? nil : Instant.zero + .milliseconds(random.upTo(50))
      schedule.set(number, to: at)
      plain[number] = at
      let soonest = plain.compactMap { $0 }.min()
      #expect(schedule.first?.at == soonest)
      if let first = schedule.first { #expect(plain[first.number] == first.at) }
    }
  }

  @Test
  func `taken in turn they come in order`() {
    var random = Dice(state: 7)
    var schedule = Schedule(count: 1_000)
    for number in 0..<1_000 {
      schedule.set(number, to: .zero + .milliseconds(random.upTo(300)))
    }
    var last = Instant.zero
    var taken: Set<Int> = []
    while let first = schedule.first {
      #expect(first.at >= last)
      last = first.at
      taken.insert(first.number)
      schedule.set(first.number, to: nil)
    }
    #expect(taken.count == 1_000)
  }
}

struct StaggerTests {
  @Test
  func `few begin at once, many sixteen a millisecond`() {
    var stagger = Stagger()
    let now = Instant.zero + .seconds(5)
    let places = (0..<500).map { _ in stagger.place(at: now) }
    #expect(places.prefix(16).allSatisfy { $0 == now })
    #expect(places.last == now + .milliseconds(31))
    #expect(Set(places).count == 32)
  }

  @Test
  func `whoever comes later than the row waits for nobody`() {
    var stagger = Stagger()
    for _ in 0..<100 { _ = stagger.place(at: .zero) }
    #expect(stagger.place(at: .zero + .milliseconds(2)) == .zero + .milliseconds(6))
    #expect(stagger.place(at: .zero + .seconds(1)) == .zero + .seconds(1))
  }
}

/// A linear congruential generator: any numbers will do, the same each time.
private struct Dice {
  var state: UInt64

  mutating func upTo(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
