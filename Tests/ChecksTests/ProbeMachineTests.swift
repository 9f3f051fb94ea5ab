import Checks
import Model
import Testing

/// Drives a machine through time; `answers` says which probes the target answers, 1 ms later.
private struct Bench {
  var machine: ProbeMachine
  var now = Instant.zero
  var pending: [(sequence: UInt64, at: Instant)] = []
  var verdicts: [(verdict: ProbeMachine.Verdict, at: Duration)] = []

  init(
    every: Duration = .milliseconds(100), timeout: Duration = .milliseconds(100), fall: Int = 3,
    rise: Int = 2
  ) {
    machine = ProbeMachine(every: every, timeout: timeout, fall: fall, rise: rise)
    machine.began(at: now)
  }

  mutating func run(until end: Duration, answers: (UInt64) -> Duration?) {
    let end = Instant.zero + end
    while true {
      let wake = [machine.nextWake, pending.map(\.at).min()].compactMap { $0 }.min()
      guard let wake, wake <= end else { break }
      now = wake
      for reply in pending where reply.at <= now { note(machine.answered(reply.sequence, at: now)) }
      pending.removeAll { $0.at <= now }
      let (send, verdict) = machine.woke(at: now)
      note(verdict)
      if let send, let delay = answers(send) { pending.append((send, now + delay)) }
    }
    now = end
  }

  private mutating func note(_ verdict: ProbeMachine.Verdict) {
    if verdict != .unchanged { verdicts.append((verdict, now - .zero)) }
  }
}

struct ProbeMachineTests {
  @Test
  func `an answer that came after its time counts as lost, though nobody was there to say so`()
    throws
  {
    var machine = ProbeMachine(
      every: .seconds(1), timeout: .milliseconds(500), fall: 1, rise: 1, firstSequence: 1)
    machine.began(at: .zero)
    let sequence = try #require(machine.woke(at: .zero).send)
    let now = Instant.zero + .seconds(5)
    let late = machine.answered(sequence, waited: .seconds(4), at: now)
    #expect(late == .unchanged && machine.health == .unknown)
    #expect(machine.woke(at: now).verdict == .wentDown)
  }

  /// Nothing waited: it is not known when it came, or it came just now, and nobody has judged yet.
  @Test(arguments: [0, 4_500, 4_501])
  func `an answer counts that came in its time, or nobody knows when`(waited: Int64) throws {
    var machine = ProbeMachine(every: .seconds(1), timeout: .milliseconds(500), fall: 1, rise: 1)
    machine.began(at: .zero)
    let sequence = try #require(machine.woke(at: .zero).send)
    let verdict = machine.answered(
      sequence, waited: .milliseconds(waited), at: .zero + .seconds(5))
    #expect(verdict == .wentUp)
  }

  @Test(arguments: [0, 1, 250, 299, 300, 10_000])
  func `how long an answer waited for us is no part of its round trip`(waited: Int64) throws {
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: .seconds(1), fall: 3, rise: 1)
    machine.began(at: .zero)
    let sequence = try #require(machine.woke(at: .zero).send)
    let verdict = machine.answered(
      sequence, waited: .milliseconds(waited), at: .zero + .milliseconds(300))
    #expect(verdict == .wentUp)
    // A wall clock that was set meanwhile may tell of any time; none makes an answer early.
    #expect(machine.reading.roundTrip == max(.zero, .milliseconds(300 - waited)))
  }

  @Test(arguments: 1...5)
  func `a target goes down on the fall-th loss in a row`(fall: Int) {
    var bench = Bench(fall: fall, rise: 1)
    bench.run(until: .seconds(10)) { $0 < 10 ? .milliseconds(1) : nil }
    #expect(bench.machine.health == .down)
    // Probe 9 went out at 900 ms and was the last to be answered.
    #expect(bench.verdicts.last?.at == .milliseconds(900 + 100 * fall + 100))
  }

  @Test(arguments: 1...5)
  func `a target comes up on the rise-th answer in a row`(rise: Int) {
    var bench = Bench(fall: 2, rise: rise)
    bench.run(until: .seconds(10)) { $0 < 20 ? nil : .milliseconds(1) }
    #expect(bench.verdicts.map(\.verdict) == [.wentDown, .wentUp])
    #expect(bench.verdicts.last?.at == .milliseconds(2_000 + 100 * (rise - 1) + 1))
  }

  @Test(arguments: [(100, 100, 3), (100, 1_000, 2), (10_000, 1_000, 2), (50, 10, 1), (10, 35, 7)])
  func `a mute target is down within every times fall plus timeout of its last answer`(
    every: Int, timeout: Int, fall: Int
  ) {
    var bench = Bench(
      every: .milliseconds(every), timeout: .milliseconds(timeout), fall: fall, rise: 1)
    bench.run(until: .milliseconds(every * 50)) { $0 < 20 ? .milliseconds(1) : nil }
    let lastAnswer = Duration.milliseconds(19 * every + 1)
    let bound = Duration.milliseconds(every * fall + timeout)
    let down = bench.verdicts.last
    #expect(down?.verdict == .wentDown)
    #expect((down?.at ?? .zero) - lastAnswer <= bound)
  }

  @Test
  func `losses that do not come in a row never take a target down`() {
    var bench = Bench(fall: 2, rise: 1)
    bench.run(until: .seconds(60)) { $0 % 2 == 0 ? .milliseconds(1) : nil }
    #expect(bench.machine.health == .up)
    #expect(bench.verdicts.count == 1)
    #expect(bench.machine.reading.lossPercent == 50)
  }

  @Test
  func `runs go by the order of sending, not of answering`() {
    var machine = ProbeMachine(
      every: .milliseconds(10), timeout: .milliseconds(100), fall: 3, rise: 2)
    machine.began(at: .zero)
    let sent = (0..<4).map { machine.woke(at: .zero + .milliseconds(10 * $0)).send }
    #expect(sent == [0, 1, 2, 3])
    // 0 and 2 are answered; 1 may yet be lost, so there is no run of two.
    #expect(machine.answered(0, at: .zero + .milliseconds(31)) == .unchanged)
    #expect(machine.answered(2, at: .zero + .milliseconds(32)) == .unchanged)
    #expect(machine.answered(1, at: .zero + .milliseconds(33)) == .wentUp)
  }

  @Test
  func `late answers and duplicates count for nothing`() {
    var machine = ProbeMachine(
      every: .seconds(1), timeout: .milliseconds(100), fall: 1, rise: 1)
    machine.began(at: .zero)
    #expect(machine.woke(at: .zero).send == 0)
    #expect(machine.woke(at: .zero + .milliseconds(100)).verdict == .wentDown)
    #expect(machine.answered(0, at: .zero + .milliseconds(101)) == .unchanged)
    #expect(machine.answered(77, at: .zero + .milliseconds(102)) == .unchanged)
    #expect(machine.health == .down)
    #expect(machine.reading.answered == 0)
  }

  @Test
  func `a probe that could not be sent leaves health as it was`() {
    var bench = Bench(fall: 2, rise: 1)
    bench.run(until: .seconds(1)) { _ in .milliseconds(1) }
    #expect(bench.machine.health == .up)
    var now = bench.now
    for _ in 0..<100 {
      now = bench.machine.nextWake ?? now
      let (send, verdict) = bench.machine.woke(at: now)
      if let send { bench.machine.unsent(send) }
      #expect(verdict == .unchanged)
    }
    #expect(bench.machine.health == .up)
    #expect(bench.machine.reading.unsent > 90)
  }

  @Test
  func `a probe that could not be sent puts no verdict off`() {
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: .milliseconds(50), fall: 2, rise: 1)
    machine.began(at: .zero)
    #expect(machine.woke(at: .zero).send == 0)
    let second = machine.woke(at: .zero + .milliseconds(100)).send
    #expect(second == 1)
    machine.unsent(1)
    #expect(machine.woke(at: .zero + .milliseconds(200)).send == 2)
    #expect(machine.woke(at: .zero + .milliseconds(250)).verdict == .wentDown)
  }

  @Test(arguments: 1...5)
  func `a target that refuses is down on the fall-th refusal, without waiting`(fall: Int) {
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: .seconds(1), fall: fall, rise: 1)
    machine.began(at: .zero)
    for number in 0..<fall {
      let now = Instant.zero + .milliseconds(100 * number)
      let send = machine.woke(at: now).send
      #expect(send == UInt64(number))
      let verdict = machine.refused(UInt64(number), at: now)
      #expect(verdict == (number == fall - 1 ? .wentDown : .unchanged))
      #expect(machine.refused(UInt64(number), at: now) == .unchanged)
    }
    #expect(machine.reading.answered == 0)
    #expect(machine.reading.lostInARow == fall)
  }

  @Test
  func `a probe that is judged already cannot be withdrawn`() {
    var machine = ProbeMachine(
      every: .seconds(1), timeout: .milliseconds(100), fall: 1, rise: 1)
    machine.began(at: .zero)
    _ = machine.woke(at: .zero)
    _ = machine.woke(at: .zero + .milliseconds(100))
    machine.unsent(0)
    #expect(machine.reading.unsent == 0)
    #expect(machine.reading.sent == 1)
  }

  @Test
  func `an answer moves no deadline`() {
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: .milliseconds(250), fall: 2, rise: 1)
    machine.began(at: .zero)
    _ = machine.woke(at: .zero)
    _ = machine.woke(at: .zero + .milliseconds(100))
    let before = machine.nextWake
    _ = machine.answered(1, at: .zero + .milliseconds(120))
    #expect(machine.nextWake == before)
  }

  @Test
  func `after a stall the missed probes are left out and the beat is kept`() {
    var machine = ProbeMachine(
      every: .milliseconds(100), timeout: .milliseconds(50), fall: 9, rise: 1)
    machine.began(at: .zero)
    _ = machine.woke(at: .zero)
    let (send, _) = machine.woke(at: .zero + .milliseconds(5_030))
    #expect(send == 1)
    #expect(machine.nextWake == .zero + .milliseconds(5_080))
    _ = machine.woke(at: .zero + .milliseconds(5_080))
    #expect(machine.nextWake == .zero + .milliseconds(5_100))
  }

  @Test
  func `a halted machine forgets its verdict and wakes nobody`() {
    var bench = Bench(fall: 1, rise: 1)
    bench.run(until: .seconds(1)) { _ in .milliseconds(1) }
    bench.machine.halted()
    #expect(bench.machine.health == .unknown)
    #expect(bench.machine.nextWake == nil)
    bench.machine.began(at: bench.now)
    #expect(bench.machine.nextWake == bench.now)
  }

  @Test
  func `answers from before a halt do not count towards the rise after it`() {
    var bench = Bench(fall: 1, rise: 3)
    bench.run(until: .seconds(1)) { _ in .milliseconds(1) }
    bench.machine.halted()
    bench.pending = []
    bench.machine.began(at: bench.now)
    bench.run(until: .milliseconds(1_150)) { _ in .milliseconds(1) }
    #expect(bench.machine.health == .unknown)
    bench.run(until: .milliseconds(1_250)) { _ in .milliseconds(1) }
    #expect(bench.machine.health == .up)
  }
}
