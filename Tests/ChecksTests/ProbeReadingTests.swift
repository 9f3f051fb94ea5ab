import Checks
import Model
import Testing

/// What a machine knows of its probes, to the last one.
struct ProbeReadingTests {
  private static func machine(
    fall: Int = 3, timeout: Duration = .milliseconds(50), quality: Quality? = nil
  ) -> ProbeMachine {
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: timeout, fall: fall, rise: 1, quality: quality)
    machine.began(at: .zero)
    return machine
  }

  private static func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  @Test
  func `before the first probe nothing is read, lost or overdue`() {
    let limit = Quality.Limit(down: Percent(20), up: Percent(10))
    let machine = Self.machine(quality: Quality(window: .seconds(1), loss: limit))
    #expect(machine.reading.sent == 0 && machine.reading.answered == 0)
    #expect(machine.reading.lostInARow == 0 && machine.reading.answeredInARow == 0)
    #expect(machine.reading.lossPercent == 0)
    #expect(machine.reading.quality?.lost == 0)
    #expect(machine.reading.quality?.lossPercent == 0)
    #expect(!machine.isOverdue(at: Self.at(1_000)))
  }

  @Test
  func `loss is read off the last twenty probes`() {
    var machine = Self.machine()
    var read: [Int] = []
    for number in 0..<40 {
      let now = Self.at(100 * number)
      _ = machine.woke(at: now)
      if number < 20 {
        _ = machine.refused(UInt64(number), at: now)
      } else {
        _ = machine.answered(UInt64(number), at: now)
      }
      read.append(machine.reading.lossPercent)
    }
    #expect(read[19] == 100)
    #expect(read[20] == 95 && read[29] == 50 && read[38] == 5 && read[39] == 0)
  }

  /// Thirty probes are always on their way. From the hundredth on all are answered at once.
  @Test(arguments: [(50, 1, 79, 100), (1, 50, 30, 149)])
  func `however many in a row are asked for, so many are counted`(
    fall: Int, rise: Int, down: Int, up: Int
  ) {
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: .seconds(3), fall: fall, rise: rise)
    machine.began(at: .zero)
    var changes: [Int] = []
    for number in 0..<200 {
      let before = machine.health
      let sent = machine.woke(at: Self.at(100 * number)).send
      if number >= 100, let sent { _ = machine.answered(sent, at: Self.at(100 * number)) }
      if machine.health != before { changes.append(number) }
    }
    #expect(changes == [down, up])
    #expect(machine.health == .up)
  }

  @Test
  func `who is probed already does not begin again`() {
    var machine = Self.machine()
    _ = machine.woke(at: .zero)
    _ = machine.answered(0, at: Self.at(1))
    machine.began(at: Self.at(30))
    #expect(machine.health == .up)
    #expect(machine.nextWake == Self.at(100))
  }

  @Test
  func `after a halt nothing is waited for, and no run goes on`() {
    var machine = Self.machine()
    _ = machine.woke(at: .zero)
    _ = machine.answered(0, at: Self.at(1))
    _ = machine.woke(at: Self.at(100))
    #expect(machine.awaited == [1])
    machine.halted()
    #expect(machine.awaited == [])
    #expect(machine.reading.answeredInARow == 0 && machine.reading.lostInARow == 0)
    machine.began(at: Self.at(110))
    #expect(machine.answered(1, at: Self.at(120)) == .unchanged)
    #expect(machine.health == .unknown)
    var lost = Self.machine()
    _ = lost.woke(at: .zero)
    _ = lost.refused(0, at: .zero)
    #expect(lost.reading.lostInARow == 1)
    lost.halted()
    #expect(lost.reading.lostInARow == 0)
  }

  @Test
  func `who comes more rarely waits for the next, who comes more often is asked at once`() {
    var machine = Self.machine()
    _ = machine.woke(at: .zero)
    _ = machine.answered(0, at: Self.at(1))
    machine.paced(at: .seconds(1), Self.at(10))
    #expect(machine.nextWake == Self.at(100))
    machine.paced(at: .milliseconds(100), Self.at(20))
    #expect(machine.nextWake == Self.at(20))
  }

  @Test
  func `of several losses at once the first may be the verdict`() {
    var machine = Self.machine(fall: 1, timeout: .milliseconds(250))
    _ = machine.woke(at: .zero)
    _ = machine.woke(at: Self.at(100))
    _ = machine.woke(at: Self.at(200))
    #expect(machine.woke(at: Self.at(1_000)).verdict == .wentDown)
  }

  @Test
  func `what was refused or never left is not waited for`() {
    var machine = Self.machine()
    _ = machine.woke(at: .zero)
    _ = machine.refused(0, at: Self.at(1))
    #expect(machine.awaited == [])
    #expect(machine.nextWake == Self.at(100))
    _ = machine.woke(at: Self.at(100))
    #expect(machine.reading.sent == 2)
    machine.unsent(1)
    #expect(machine.awaited == [])
    #expect(machine.reading.sent == 1 && machine.reading.unsent == 1)
    #expect(machine.nextWake == Self.at(200))
  }
}

/// What is at the very limits of a window.
struct QualityLimitTests {
  private static func machine(
    _ loss: Quality.Limit<Percent>? = nil, jitter: Quality.Limit<Duration>? = nil, window: Int
  ) -> ProbeMachine {
    var machine = ProbeMachine(
      every: .seconds(1), timeout: .milliseconds(500), fall: 100, rise: 1,
      quality: Quality(window: .seconds(window), loss: loss, jitter: jitter))
    machine.began(at: .zero)
    return machine
  }

  /// One a second, answered or refused at once; nil: it never left.
  private static func run(_ machine: inout ProbeMachine, _ answers: [Bool?]) {
    for answer in answers {
      let now = machine.nextWake ?? .zero
      guard let sequence = machine.woke(at: now).send else { continue }
      switch answer {
      case true?: _ = machine.answered(sequence, at: now)
      case false?: _ = machine.refused(sequence, at: now)
      case nil: machine.unsent(sequence)
      }
    }
  }

  private static let strict = Quality.Limit(down: Percent(1), up: Percent(0))

  @Test
  func `loss is rounded up, and a refusal is one`() {
    var machine = Self.machine(Self.strict, window: 20)
    Self.run(&machine, [false])
    #expect(machine.reading.quality?.lossPercent == 100)
    Self.run(&machine, [true, true])
    #expect(machine.reading.quality?.lost == 1)
    #expect(machine.reading.quality?.lossPercent == 34)
  }

  @Test
  func `one lost probe is chance, two are loss`() {
    var machine = Self.machine(Self.strict, window: 20)
    Self.run(&machine, [Bool?](repeating: true, count: 11) + [false])
    #expect(machine.health == .up)
    #expect(machine.reading.quality?.faults == [])  // it is above its `up`, but holds nobody down
    Self.run(&machine, [false])
    #expect(machine.health == .down)
  }

  @Test
  func `half a window to the moment is enough, four probes are not`() {
    var wide = Self.machine(Self.strict, window: 20)
    Self.run(&wide, [Bool?](repeating: true, count: 10))
    #expect(wide.health == .unknown)
    Self.run(&wide, [true])
    #expect(wide.health == .up)
    var narrow = Self.machine(Self.strict, window: 5)
    Self.run(&narrow, [true, true, true, true])
    #expect(narrow.health == .unknown)
    Self.run(&narrow, [true])
    #expect(narrow.health == .up)
  }

  @Test
  func `without a measure nobody is called good`() {
    let limit = Quality.Limit(down: Duration.milliseconds(20), up: Duration.milliseconds(5))
    var machine = Self.machine(jitter: limit, window: 20)
    Self.run(&machine, [true] + [Bool?](repeating: false, count: 15))
    #expect(machine.reading.answering == .up)
    #expect(machine.health == .unknown)
  }

  @Test
  func `a probe that never left takes no other out of the window`() {
    var machine = Self.machine(Self.strict, window: 20)
    Self.run(&machine, [true, true, true, nil, true])
    #expect(machine.reading.quality?.settled == 4)
  }
}
