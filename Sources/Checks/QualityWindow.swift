import Model

/// How well the probes of the last `window` were answered, and whether that is good enough.
///
///     unjudged ──every measure below its `down`──► good
///        │                                         │  ▲
///        └───────────► bad ◄──any at its `down`────┘  │
///                       └──every one at its `up`──────┘
///
/// A probe counts from the moment that its fate is known (answered, or lost when `timeout` has
/// passed) until `window` later. Nothing is judged before the probes of at least half a window
/// are known, and at least five; and one lost probe is chance, so it takes two to be loss. A
/// measure that cannot be taken (no probe was answered) changes no mind: silence is for `fall`.
struct QualityWindow: Equatable, Sendable {
  private enum State: Equatable, Sendable {
    case unjudged, good, bad
  }

  private enum Fate: Equatable, Sendable {
    case outstanding
    case answered(after: Duration, at: Instant)
    case lost(at: Instant)
  }

  private struct Probe: Equatable, Sendable {
    let sequence: UInt64
    let sentAt: Instant
    var fate = Fate.outstanding

    var settledAt: Instant? {
      switch fate {
      case .outstanding: nil
      case .answered(_, let at), .lost(let at): at
      }
    }
  }

  private(set) var reading: QualityReading
  private var state = State.unjudged
  private var probes: [Probe] = []  // by the order of sending
  private let quality: Quality
  private let depth: Int

  /// - Parameter inFlight: how many probes can be outstanding at once.
  init(_ quality: Quality, every: Duration, inFlight: Int) {
    let (fewest, most) = (Quality.probes.lowerBound, Quality.probes.upperBound)
    precondition(
      quality.window >= every * fewest && quality.window <= every * most,
      "a window of \(quality.window.text) with a probe every \(every.text)")
    self.quality = quality
    depth = most + inFlight
    reading = QualityReading(quality)
  }

  var health: Health {
    switch state {
    case .unjudged: .unknown
    case .good: .up
    case .bad: .down
    }
  }

  mutating func sent(_ sequence: UInt64, at now: Instant) {
    probes.append(Probe(sequence: sequence, sentAt: now))
    if probes.count > depth { probes.removeFirst(probes.count - depth) }
  }

  mutating func answered(_ sequence: UInt64, after roundTrip: Duration, at now: Instant) {
    settle(sequence, as: .answered(after: roundTrip, at: now), at: now)
  }

  mutating func lost(_ sequence: UInt64, at now: Instant) {
    settle(sequence, as: .lost(at: now), at: now)
  }

  /// The probe never left, so it says nothing.
  mutating func withdraw(_ sequence: UInt64) {
    probes.removeAll { $0.sequence == sequence }
  }

  /// Nothing is known of the link any more.
  mutating func forget() {
    probes = []
    state = .unjudged
    reading = QualityReading(quality)
  }

  private mutating func settle(_ sequence: UInt64, as fate: Fate, at now: Instant) {
    guard let index = probes.lastIndex(where: { $0.sequence == sequence }) else { return }
    probes[index].fate = fate
    let start = now - quality.window
    probes.removeAll { $0.settledAt.map { $0 <= start } ?? false }
    measure()
    if hasSeenEnough(at: now) { judge() }
    reading.faults = state == .bad ? Quality.Measure.allCases.filter { grade($0) != .good } : []
  }

  private func hasSeenEnough(at now: Instant) -> Bool {
    guard reading.settled >= Quality.probes.lowerBound,
      let first = probes.first(where: { $0.settledAt != nil })
    else { return false }
    return now - first.sentAt >= quality.window / 2
  }

  private mutating func judge() {
    let grades = Quality.Measure.allCases.map { grade($0) }
    switch state {
    case .unjudged where grades.contains(.bad), .good where grades.contains(.bad):
      state = .bad
    case .unjudged where !grades.contains(.unmeasured):
      state = .good
    case .bad where grades.allSatisfy({ $0 == .good }):
      state = .good
    case .unjudged, .good, .bad:
      break
    }
  }
}

// MARK: - Measures

extension QualityWindow {
  /// Where a measure stands between its two limits.
  private enum Grade: Equatable {
    case good  // at its `up` or below, or nobody asks for it
    case between
    case bad  // at its `down` or above
    case unmeasured
  }

  private mutating func measure() {
    var lost = 0
    var roundTrips: [Duration] = []
    for probe in probes {
      switch probe.fate {
      case .outstanding: break
      case .answered(let roundTrip, _): roundTrips.append(roundTrip)
      case .lost: lost += 1
      }
    }
    reading.settled = lost + roundTrips.count
    reading.lost = lost
    reading.latency = roundTrips.mean
    // RFC 3550 §6.4.1 takes the same differences, but smooths them over all packets so far; a
    // plain mean is over with the window. Lost probes are passed over, as there.
    reading.jitter = zip(roundTrips, roundTrips.dropFirst()).map { abs($0 - $1) }.mean
  }

  private func grade(_ measure: Quality.Measure) -> Grade {
    switch measure {
    case .loss:
      guard let limit = quality.loss else { return .good }
      // Multiplied out, so that nothing is rounded.
      let grade = grade(
        reading.lost * 100, down: limit.down.value * reading.settled,
        up: limit.up.value * reading.settled)
      return grade == .bad && reading.lost < 2 ? .between : grade
    case .latency:
      guard let limit = quality.latency else { return .good }
      return grade(reading.latency, down: limit.down, up: limit.up)
    case .jitter:
      guard let limit = quality.jitter else { return .good }
      return grade(reading.jitter, down: limit.down, up: limit.up)
    }
  }

  private func grade<Value: Comparable>(_ found: Value?, down: Value, up: Value) -> Grade {
    guard let found else { return .unmeasured }
    return found >= down ? .bad : found <= up ? .good : .between
  }
}

extension [Duration] {
  /// Nil when there are none.
  fileprivate var mean: Duration? {
    isEmpty ? nil : reduce(.zero, +) / count
  }
}

private func abs(_ duration: Duration) -> Duration {
  duration < .zero ? .zero - duration : duration
}
