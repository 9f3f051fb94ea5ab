import Checks
import Model
import Testing

/// A target that answers at will, probed once a second over a window of 20 s.
private struct Link {
  private(set) var machine: ProbeMachine
  private(set) var now = Instant.zero
  private(set) var verdicts: [ProbeMachine.Verdict] = []

  init(
    _ loss: Quality.Limit<Percent>? = nil, latency: Quality.Limit<Duration>? = nil,
    jitter: Quality.Limit<Duration>? = nil, window: Duration = .seconds(20),
    timeout: Duration = quick, fall: Int = 100
  ) {
    machine = ProbeMachine(
      every: .seconds(1), timeout: timeout, fall: fall, rise: 1,
      quality: Quality(window: window, loss: loss, latency: latency, jitter: jitter))
    machine.began(at: now)
  }

  /// Nil stands for a lost probe; as many seconds go by as there are answers.
  mutating func answers(_ roundTrips: [Duration?]) {
    for roundTrip in roundTrips {
      let (send, late) = machine.woke(at: now)
      note(late)
      if let send, let roundTrip { note(machine.answered(send, at: now + roundTrip)) }
      if roundTrip == nil { note(machine.woke(at: now + machine.timeout).verdict) }
      now = now + .seconds(1)
    }
  }

  mutating func cannotProbe(for seconds: Int) {
    for _ in 0..<seconds {
      if let send = machine.woke(at: now).send { machine.unsent(send) }
      now = now + .seconds(1)
    }
  }

  mutating func stops() { machine.halted() }
  mutating func starts() { machine.began(at: now) }

  var health: Health { machine.health }
  var quality: QualityReading? { machine.reading.quality }

  private mutating func note(_ verdict: ProbeMachine.Verdict) {
    if verdict != .unchanged { verdicts.append(verdict) }
  }
}

private let quick = Duration.milliseconds(10)
private let slow = Duration.milliseconds(300)
private let loss = Quality.Limit(down: Percent(20), up: Percent(10))
private let latency = Quality.Limit(
  down: Duration.milliseconds(200), up: Duration.milliseconds(100))

private func answers(_ roundTrip: Duration?, _ count: Int) -> [Duration?] {
  [Duration?](repeating: roundTrip, count: count)
}

struct QualityTests {
  @Test
  func `a link that loses too much is down though no losses come in a row`() {
    var link = Link(loss)
    link.answers(answers(quick, 20))
    #expect(link.health == .up)
    // Every fourth is lost: the fourth of them makes 4 of 20.
    for number in 1...4 {
      #expect(link.health == .up)
      link.answers(answers(quick, 3) + [nil])
      #expect(link.quality?.lost == number)
    }
    #expect(link.health == .down)
    #expect(link.quality?.lossPercent == 20)
    #expect(link.quality?.faults == [.loss])
    #expect(link.machine.reading.answering == .up)
  }

  @Test
  func `between its limits a link stays as it is, whether up or down`() {
    var link = Link(loss)
    link.answers(answers(quick, 20) + answers(nil, 3) + answers(quick, 3))
    #expect(link.quality?.lossPercent == 15)
    #expect(link.health == .up)
    link.answers([nil])
    #expect(link.health == .down)
    // The three lost first leave the window one by one.
    link.answers(answers(quick, 13))
    #expect(link.quality?.lossPercent == 20)
    link.answers(answers(quick, 1))
    #expect(link.quality?.lossPercent == 15)
    #expect(link.health == .down)
    #expect(link.quality?.faults == [.loss])
    link.answers(answers(quick, 1))
    #expect(link.quality?.lossPercent == 10)
    #expect(link.health == .up)
    #expect(link.quality?.faults == [])
    #expect(link.verdicts == [.wentUp, .wentDown, .wentUp])
  }

  @Test
  func `nothing is rounded: a loss just above the limit for up does not bring a link up`() {
    var link = Link(Quality.Limit(down: Percent(20), up: Percent(7)), window: .seconds(27))
    link.answers(answers(quick, 21) + answers(nil, 6))
    #expect(link.health == .down)
    link.answers(answers(quick, 25))  // 2 of 27 are 7.4 %
    #expect(link.quality?.lost == 2)
    #expect(link.quality?.lossPercent == 8)
    #expect(link.health == .down)
    link.answers(answers(quick, 1))
    #expect(link.health == .up)
  }

  @Test(arguments: 0..<40)
  func `a single lost probe takes no link down, early or late`(lost: Int) {
    var link = Link(
      Quality.Limit(down: Percent(1), up: Percent(0)), window: .seconds(5 + lost % 16))
    var all = answers(quick, 40)
    all[lost] = nil
    link.answers(all)
    #expect(link.health == .up)
    #expect(link.verdicts == [.wentUp])
  }

  @Test
  func `half a window must have been seen before a link is called up or down`() {
    var good = Link(loss)
    good.answers(answers(quick, 10))  // the first was sent 9 s ago
    #expect(good.health == .unknown)
    good.answers(answers(quick, 1))
    #expect(good.health == .up)
    var bad = Link(loss)
    bad.answers(answers(nil, 5) + answers(quick, 5))
    #expect(bad.health == .unknown)
    bad.answers(answers(quick, 1))
    #expect(bad.health == .down)
  }

  @Test
  func `silence is told by fall as quickly as without a window`() {
    var link = Link(loss, latency: latency, fall: 3)
    link.answers(answers(quick, 20) + answers(nil, 2))
    #expect(link.health == .up)
    link.answers([nil])
    #expect(link.health == .down)
    #expect(link.machine.reading.answering == .down)
    link.answers([nil])
    #expect(link.quality?.faults == [.loss])
    // It were back at the first answer, were it not for the window.
    link.answers(answers(quick, 17))
    #expect(link.quality?.lost == 3)
    #expect(link.machine.reading.answering == .up)
    #expect(link.health == .down)
    link.answers(answers(quick, 1))
    #expect(link.health == .up)
  }

  @Test
  func `a slow link is down by its mean round trip`() {
    var link = Link(latency: latency, timeout: .milliseconds(500))
    link.answers(answers(quick, 20))
    link.answers(answers(slow, 13))  // 7 × 10 and 13 × 300 make 198.5
    #expect(link.health == .up)
    #expect(link.quality?.latency == .microseconds(198_500))
    link.answers(answers(slow, 1))
    #expect(link.health == .down)
    #expect(link.quality?.faults == [.latency])
    link.answers(answers(quick, 14))  // 7 × 300 and 14 × 10 make 107: a slow answer counts …
    #expect(link.quality?.settled == 21)  // … as long as a quick one, but from later on
    #expect(link.health == .down)
    link.answers(answers(quick, 1))
    #expect(link.health == .up)
  }

  @Test
  func `an uneven link is down by its jitter, however quick`() {
    let limit = Quality.Limit(down: Duration.milliseconds(20), up: Duration.milliseconds(5))
    var link = Link(jitter: limit, timeout: .milliseconds(500))
    link.answers(answers(quick, 20))
    #expect(link.quality?.jitter == .zero)
    for _ in 0..<10 { link.answers([.milliseconds(1), .milliseconds(31)]) }
    #expect(link.quality?.jitter == .milliseconds(30))
    #expect(link.quality?.faults == [.jitter])
    link.answers(answers(quick, 20))
    #expect(link.health == .up)
  }

  @Test
  func `jitter goes by the order of sending, and passes over what is lost`() {
    let limit = Quality.Limit(down: Duration.seconds(2), up: Duration.seconds(1))
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: .milliseconds(900), fall: 9, rise: 1,
      quality: Quality(window: .seconds(1), jitter: limit))
    machine.began(at: .zero)
    func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
    for number in 0..<4 { _ = machine.woke(at: at(100 * number)) }
    // The round trips are 330, none yet, 150 and 20 ms, and the last is answered first.
    _ = machine.answered(3, at: at(320))
    _ = machine.answered(0, at: at(330))
    _ = machine.answered(2, at: at(350))
    #expect(machine.reading.quality?.latency == .milliseconds(500) / 3)
    // From 330 to 150 and from 150 to 20, past the one that is outstanding.
    #expect(machine.reading.quality?.jitter == .milliseconds(155))
  }

  @Test
  func `one fault is enough for down, and up takes all measures`() {
    var link = Link(loss, latency: latency, timeout: .milliseconds(500))
    link.answers(answers(quick, 20) + answers(nil, 4))
    #expect(link.quality?.faults == [.loss])
    link.answers(answers(slow, 21))
    #expect(link.quality?.lost == 0)
    #expect(link.quality?.faults == [.latency])
    #expect(link.health == .down)
    link.answers(answers(quick, 20))
    #expect(link.quality?.faults == [])
    #expect(link.health == .up)
  }

  @Test
  func `a link that cannot be probed stays as it was, and is then seen anew`() {
    var link = Link(loss)
    link.answers(answers(quick, 20) + answers(nil, 4))
    #expect(link.health == .down)
    link.cannotProbe(for: 100)
    #expect(link.health == .down)
    link.answers(answers(quick, 10))
    #expect(link.health == .down)
    link.answers(answers(quick, 1))
    #expect(link.health == .up)
  }

  @Test
  func `a link that was away is judged by what it does since`() {
    var link = Link(loss)
    link.answers(answers(quick, 20) + answers(nil, 4))
    link.stops()
    #expect(link.health == .unknown)
    #expect(link.quality?.settled == 0)
    link.starts()
    link.answers(answers(quick, 10))
    #expect(link.health == .unknown)
    link.answers(answers(quick, 1))
    #expect(link.health == .up)
  }

  @Test
  func `without answers latency changes no mind`() {
    var link = Link(latency: latency, timeout: .milliseconds(500))
    link.answers(answers(quick, 20) + answers(nil, 30))
    #expect(link.quality?.latency == nil)
    #expect(link.health == .up)  // it would take 100 losses in a row
    var unseen = Link(latency: latency, timeout: .milliseconds(500))
    unseen.answers(answers(nil, 30))
    #expect(unseen.health == .unknown)
    var bad = Link(latency: latency, timeout: .milliseconds(500))
    bad.answers(answers(slow, 20) + answers(nil, 30))
    #expect(bad.health == .down)
    #expect(bad.quality?.faults == [.latency])
  }

  /// Late answers, duplicates and stalls included, no more is kept than fits into a window.
  @Test(arguments: [5, 30, 1_000])
  func `a window holds no more probes than go out in it`(probes: Int) {
    var link = Link(loss, window: .seconds(probes))
    link.answers(answers(quick, 2 * probes + 10))
    #expect(link.quality?.settled == probes)
  }

  @Test
  func `a machine without quality reads none`() {
    let machine = ProbeMachine(every: .seconds(1), timeout: .seconds(1), fall: 3, rise: 1)
    #expect(machine.reading.quality == nil)
  }
}
