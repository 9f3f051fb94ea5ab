import API
import Config
import Model

/// Configurations that were applied on trial, one after another: each gets a number, and how it
/// ended is kept, for whoever asks late. A value; `TrialDesk` acts on it.
struct TrialLog: Sendable {
  enum End: Equatable, Sendable {
    case confirmed(by: String)
    case superseded(by: UInt64)
    case replaced  // by one that was applied for good, or read from the file
    case wentBack
  }

  private(set) var current: Trial?
  private var ended: [(number: UInt64, end: End, at: Instant)] = []
  private var last: UInt64 = 0
  private static let remembered = 100

  mutating func begin(_ proposal: Trial.Proposal, at now: Instant) -> Trial {
    last += 1
    end(.superseded(by: last), at: now)
    let trial = Trial(number: last, proposal: proposal, since: now)
    current = trial
    return trial
  }

  mutating func end(_ end: End, at now: Instant) {
    guard let trial = current else { return }
    current = nil
    ended.append((trial.number, end, now))
    if ended.count > Self.remembered { ended.removeFirst() }
  }

  /// Why it cannot be confirmed; nil: it can.
  func refusal(
    toConfirm number: UInt64?, by operator: String, clock: ClockReading
  ) -> String? {
    guard let trial = current, number ?? trial.number == trial.number else {
      return past(number ?? ended.last?.number, clock)
    }
    guard number == nil, trial.proposal.by != `operator` else { return nil }
    return "configuration \(trial.number) was applied by \(trial.proposal.by) at "
      + "\(clock.timestamp(of: trial.since).second), not by \(`operator`); say "
      + "`siaga confirm \(trial.number)` if you mean it"
  }

  private func past(_ number: UInt64?, _ clock: ClockReading) -> String {
    guard let number, number > 0 else {
      return "nothing is on trial; `siaga apply --confirm 60s` begins one"
    }
    guard let found = ended.last(where: { $0.number == number }) else {
      return number > last
        ? "there was no configuration \(number); the last was \(last)"
        : "configuration \(number) ended too long ago to be known"
    }
    let time = clock.timestamp(of: found.at).second
    let now = current.map { "; \($0.number) is on trial now" } ?? ""
    switch found.end {
    case .confirmed(let by):
      return "configuration \(number) was confirmed by \(by) at \(time)\(now)"
    case .superseded(let next):
      return "configuration \(number) was superseded by \(next) at \(time)\(now)"
    case .replaced:
      return "configuration \(number) was replaced for good at \(time)\(now)"
    case .wentBack:
      return "too late: configuration \(number) was not confirmed in time, and at \(time) all went "
        + "back to what was before; apply it again\(now)"
    }
  }
}

/// One configuration on trial.
struct Trial: Sendable {
  struct Proposal: Sendable {
    let text: String
    let configuration: Configuration
    let by: String
    let terms: TrialTerms
  }

  let number: UInt64
  let proposal: Proposal
  let since: Instant

  var until: Instant { since + proposal.terms.time }

  func status(_ clock: ClockReading) -> TrialStatus {
    TrialStatus(
      number: number, by: proposal.by, since: clock.timestamp(of: since).text,
      until: clock.timestamp(of: until).text)
  }
}
