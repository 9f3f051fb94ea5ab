import Model

/// A probe that an operator asked for, besides those of the machine, which knows nothing of it.
struct Inquiry: Sendable {
  enum Outcome: Equatable, Sendable {
    case answered(after: Duration)
    case lost
    case refused(String)
    case unsent(String)
  }

  /// The machine never counts so far.
  static let firstSequence: UInt64 = 1 << 63

  let sequence: UInt64
  private(set) var outcome: Outcome?  // nil: it may yet be answered
  private let sentAt: Instant
  private let deadline: Instant

  init(_ sequence: UInt64, at now: Instant, timeout: Duration) {
    precondition(sequence >= Self.firstSequence, "\(sequence) could be the machine's")
    self.sequence = sequence
    sentAt = now
    deadline = now + timeout
  }

  var nextWake: Instant? { outcome == nil ? deadline : nil }

  mutating func woke(at now: Instant) {
    if outcome == nil, deadline <= now { outcome = .lost }
  }

  /// Its answer cannot be told any more.
  mutating func halted() {
    if outcome == nil { outcome = .unsent("the link has changed meanwhile") }
  }

  mutating func came(_ result: ProbeResult, at now: Instant) {
    guard outcome == nil else { return }
    switch result {
    case .ok: outcome = .answered(after: now - sentAt)
    case .refused(let reason): outcome = .refused(reason)
    case .unsent(let reason), .skipped(let reason): outcome = .unsent(reason)
    }
  }
}

extension Inquiry.Outcome {
  var roundTrip: Duration? {
    if case .answered(let roundTrip) = self { roundTrip } else { nil }
  }

  /// Nil when all is well.
  func complaint(timeout: Duration) -> String? {
    switch self {
    case .answered: nil
    case .lost: "no answer within \(timeout.spoken)"
    case .refused(let reason): ProbeNote.refused(reason).sentence
    case .unsent(let reason): ProbeNote.unsent(reason).sentence
    }
  }
}
