import Model

/// When to probe, and what the answers say: fall/rise health by the order of sending.
///
///     idle ──begin──► unknown ──rise answered──► up ◄──rise answered── down
///       ▲                │                        └────fall lost────────►┘
///       └─────halt───────┴── fall lost ──► down
///
/// A probe goes out every `every`, whatever is outstanding; it is lost when `timeout` has
/// passed. So a mute target is down at most `every × fall + timeout` after its last answer.
///
/// Where the check asks for quality too (see `QualityWindow`), a target that answers, but badly,
/// is down as well; up takes both.
public struct ProbeMachine: Equatable, Sendable {
  public enum Verdict: Equatable, Sendable {
    case unchanged, wentUp, wentDown
  }

  private struct Outstanding: Equatable, Sendable {
    let sequence: UInt64
    let sentAt: Instant
    let deadline: Instant
  }

  private enum State: Equatable, Sendable {
    case idle
    case probing(next: Instant)
  }

  public let every: Duration
  /// From one probe to the next, at the moment: `every`, or more where nobody needs to know soon.
  public private(set) var interval: Duration
  public let timeout: Duration
  public let fall: Int
  public let rise: Int
  public private(set) var health = Health.unknown
  // What is asked after every probe is kept: to compute it, whoever asks would copy all of this.
  /// When it must be woken.
  public private(set) var nextWake: Instant?
  /// The newest probe of which is known what became of it is lost.
  public private(set) var isLosing = false
  private var counted = Reading()  // without what the history says
  private var state = State.idle
  private var nextSequence: UInt64
  private var outstanding: [Outstanding] = []  // by deadline
  private var history: ProbeHistory
  private var quality: QualityWindow?

  /// - Parameter firstSequence: where to start counting; a restarted daemon should not
  ///   take an answer to its predecessor for its own.
  public init(
    every: Duration, timeout: Duration, fall: Int, rise: Int, quality: Quality? = nil,
    firstSequence: UInt64 = 0
  ) {
    precondition(fall > 0 && rise > 0 && every > .zero && timeout > .zero)
    self.every = every
    interval = every
    self.timeout = timeout
    self.fall = fall
    self.rise = rise
    nextSequence = firstSequence
    let inFlight = Int(timeout.nanoseconds / every.nanoseconds) + 1
    history = ProbeHistory(depth: max(fall, rise) + inFlight + Self.lossWindow)
    self.quality = quality.map { QualityWindow($0, every: every, inFlight: inFlight) }
  }

  /// How many probes `Reading.lossPercent` looks back on.
  private static let lossWindow = 20

  /// The link can be probed (again), from then on: nothing is known of its target yet.
  public mutating func began(at start: Instant) {
    guard state == .idle else { return }
    health = .unknown
    state = .probing(next: start)
    noted()
  }

  /// The link cannot be probed, so nothing can be said.
  public mutating func halted() {
    state = .idle
    health = .unknown
    history.forget()
    quality?.forget()
    outstanding = []
    counted.answering = .unknown
    noted()
  }

  /// Probes come more rarely from now on; or at their own pace again, and the next at once.
  public mutating func paced(at interval: Duration, _ now: Instant) {
    precondition(interval >= every, "probes every \(interval.text), not \(every.text)")
    guard interval != self.interval else { return }
    let isFaster = interval < self.interval
    self.interval = interval
    if isFaster, case .probing(let next) = state { state = .probing(next: min(next, now)) }
    noted()
  }

  /// To be called after whatever may change when it must be woken, or what is lost.
  private mutating func noted() {
    isLosing = history.run(of: .lost, upTo: 1) > 0
    guard case .probing(let next) = state else {
      nextWake = nil
      return
    }
    nextWake = outstanding.first.map { min($0.deadline, next) } ?? next
  }

  public var isProbing: Bool { state != .idle }

  public var lostInARow: Int { history.run(of: .lost) }

  public var reading: Reading {
    var reading = counted
    reading.lostInARow = lostInARow
    reading.answeredInARow = history.run(of: .answered)
    reading.lossPercent = history.lossPercent(of: Self.lossWindow)
    reading.quality = quality?.reading
    return reading
  }

  /// The probes that may yet be answered, the newest last.
  public var awaited: [UInt64] { outstanding.map(\.sequence) }

  /// Whether a probe is lost by now, and nobody has said so yet.
  public func isOverdue(at now: Instant) -> Bool {
    outstanding.first.map { $0.deadline <= now } ?? false
  }

  /// Judges what is overdue, then says which probe is to be sent now, if any.
  public mutating func woke(at now: Instant) -> (send: UInt64?, verdict: Verdict) {
    defer { noted() }
    var verdict = Verdict.unchanged
    while let probe = outstanding.first, probe.deadline <= now {
      outstanding.removeFirst()
      quality?.lost(probe.sequence, at: now)
      let change = settled(probe.sequence, as: .lost)
      if change != .unchanged { verdict = change }
    }
    guard case .probing(let next) = state, next <= now else { return (nil, verdict) }
    return (send(at: now, due: next), verdict)
  }

  private mutating func send(at now: Instant, due: Instant) -> UInt64 {
    let sequence = nextSequence
    nextSequence += 1
    outstanding.append(
      Outstanding(sequence: sequence, sentAt: now, deadline: now + timeout))
    history.sent(sequence)
    quality?.sent(sequence, at: now)
    counted.sent += 1
    // Keep the beat; after a stall the missed beats are left out, not made up for.
    let next = due + interval
    state = .probing(next: next > now ? next : beat(after: now, from: due))
    return sequence
  }

  private func beat(after now: Instant, from due: Instant) -> Instant {
    due + interval * Int((now - due).nanoseconds / interval.nanoseconds + 1)
  }

  /// A reply that fits in every respect. Late ones and duplicates change nothing.
  /// - Parameter waited: how long it has lain in a socket, which is no fault of the link's.
  public mutating func answered(
    _ sequence: UInt64, waited: Duration = .zero, at now: Instant
  ) -> Verdict {
    defer { noted() }
    guard let index = outstanding.firstIndex(where: { $0.sequence == sequence }) else {
      return .unchanged
    }
    let came = min(now, now - waited)
    // Nobody was there to count it as lost when its time was over, and it came later still.
    if came < now, came > outstanding[index].deadline { return .unchanged }
    let probe = outstanding.remove(at: index)
    let roundTrip = max(came, probe.sentAt) - probe.sentAt
    counted.answered += 1
    counted.lastAnswer = now
    counted.roundTrip = roundTrip
    quality?.answered(sequence, after: roundTrip, at: now)
    return settled(sequence, as: .answered)
  }

  /// An answer that is as good as none; it is not waited for another.
  public mutating func refused(_ sequence: UInt64, at now: Instant) -> Verdict {
    defer { noted() }
    guard let index = outstanding.firstIndex(where: { $0.sequence == sequence }) else {
      return .unchanged
    }
    outstanding.remove(at: index)
    quality?.lost(sequence, at: now)
    return settled(sequence, as: .lost)
  }

  /// The probe could not be sent: health stays as it was.
  public mutating func unsent(_ sequence: UInt64) {
    guard let index = outstanding.firstIndex(where: { $0.sequence == sequence }) else { return }
    outstanding.remove(at: index)
    history.withdraw(sequence)
    quality?.withdraw(sequence)
    counted.sent -= 1
    counted.unsent += 1
    noted()
  }

  private mutating func settled(
    _ sequence: UInt64, as outcome: ProbeHistory.Outcome
  ) -> Verdict {
    guard history.settle(sequence, as: outcome) else { return .unchanged }
    switch outcome {
    case .lost where history.run(of: .lost, upTo: fall) == fall: counted.answering = .down
    case .answered where history.run(of: .answered, upTo: rise) == rise: counted.answering = .up
    case .lost, .answered, .outstanding: break
    }
    return concluded()
  }

  /// Down when either says so, up when both do; else as it was.
  private mutating func concluded() -> Verdict {
    let before = health
    switch (counted.answering, quality?.health ?? .up) {
    case (.down, _), (_, .down): health = .down
    case (.up, .up): health = .up
    case (.unknown, _), (_, .unknown): break
    }
    guard health != before else { return .unchanged }
    return health == .up ? .wentUp : .wentDown
  }
}

/// What the probes of one check say.
public struct Reading: Equatable, Sendable {
  public internal(set) var sent = 0
  public internal(set) var answered = 0
  public internal(set) var unsent = 0
  public internal(set) var lostInARow = 0
  public internal(set) var answeredInARow = 0
  public internal(set) var lossPercent = 0
  public internal(set) var lastAnswer: Instant?
  public internal(set) var roundTrip: Duration?
  public internal(set) var answering = Health.unknown  // what fall and rise say by themselves
  public internal(set) var quality: QualityReading?  // nil: the check does not ask for it

  public init() {}
}
