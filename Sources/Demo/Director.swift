import Client
import Lab
import Model

/// Breaks and mends the network step by step, and counts what each step cost.
struct Director {
  let stage: any Stage
  let setting: Setting
  let board: Board
  let pause: Duration  // between steps, for those who watch

  /// Whether every step was survived; ends with the first that was not, because after it the
  /// network is not what the next step starts from.
  func play(_ faults: [Fault]) async throws -> Bool {
    let first = setting.paths[0].part
    try await settle(on: first, [first], since: .now, within: .seconds(5))
    try await Task.sleep(for: pause)
    for step in faults.flatMap(\.steps) {
      let result = try await play(step)
      board.finish(result)
      guard !result.isFailure else { return false }
      try await Task.sleep(for: pause)
    }
    return true
  }

  private func play(_ step: Step) async throws -> StepResult {
    board.begin(step)
    let wall = WallClock.now
    let start = try stage.perform(step.act)
    switch step.expectation {
    case .nothing:
      try await Task.sleep(for: .seconds(1))
      return nothing(step, since: start)
    case .traffic(let part, let holders, let outage):
      do {
        try await settle(on: part, holders, since: start, within: patience(outage))
        // The rest of the loss, if there is any, and the stragglers; then it must still hold.
        try await Task.sleep(for: step.dwell + PacketStream.patience)
        try await settle(on: part, holders, since: start, within: .seconds(1))
      } catch let error as LabError {
        return failure(step, since: start, "\(error)")
      }
      return count(step, by: holders, outage, since: start, wall)
    }
  }

  // MARK: Waiting

  /// Until the packets take a way, any when it is nil, and these hold and nobody else does.
  private func settle(
    on part: Part?, _ holders: Set<Part>, since start: Moment, within bound: Duration
  ) async throws {
    let end = Moment.now + bound
    let source = part.flatMap { part in setting.sources.first { $0.value == part }?.key }
    while true {
      let isHeld = board.now.holders == holders
      if isHeld, stage.stream.isFlowing(since: start, from: source) { return }
      guard Moment.now < end else {
        let names = setting.names(holders)
        throw LabError.never(
          isHeld || holders.isEmpty ? "traffic by \(part?.rawValue ?? names)" : "\(names) holding",
          within: bound)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// How long to wait for a step to come out; more than is promised, to tell late from never.
  private func patience(_ outage: Step.Outage) -> Duration {
    return switch outage {
    case .none: .seconds(5)
    case .detection: setting.worstDetection + .seconds(5)
    case .atOnce, .recovery: setting.worstReturn + .seconds(40)
    }
  }

  /// What is promised, and a margin for a machine that has other things to do.
  private func allowed(_ outage: Step.Outage) -> Duration {
    let margin = Duration.milliseconds(Demo.isEmulated ? 500 : 100)
    return switch outage {
    case .none: .zero
    case .atOnce: margin
    case .detection: setting.worstDetection + margin
    case .recovery: setting.worstReturn + margin
    }
  }

  // MARK: Counting

  private func count(
    _ step: Step, by holders: Set<Part>, _ allowance: Step.Outage, since start: Moment,
    _ wall: WallClock
  ) -> StepResult {
    let report = stage.stream.report(from: start, to: .now - PacketStream.patience)
    let limit = allowed(allowance)
    let isLate = report.longestOutage > limit
    return StepResult(
      title: step.title,
      detection: detection(of: holders, step, since: start, report.firstLoss, wall),
      lost: report.lost,
      outage: report.longestOutage,
      after: setting.outcome(of: step, holders),
      verdict: isLate
        ? .failed("\(report.longestOutage.spoken) without service, \(limit.spoken) promised")
        : .survived)
  }

  /// From the fault to the daemon's decision; a fault without a moment of its own (a router
  /// that falls silent) begins with the first packet it swallows.
  private func detection(
    of holders: Set<Part>, _ step: Step, since start: Moment, _ firstLoss: Moment?,
    _ wall: WallClock
  ) -> Duration? {
    guard step.isNoticed else { return nil }
    // The daemon tells whole milliseconds, cut off.
    let earliest = Duration.milliseconds(-1)
    let sinceStart = board.now.decisions.lazy
      .filter { told in holders.contains { told.decision.to == [$0.rawValue] } }
      .compactMap { wall.duration(until: $0.decision.at) }
      .first { $0 >= earliest }
    guard let sinceStart else { return nil }
    guard case .mute = step.act, let firstLoss else { return max(.zero, sinceStart) }
    return max(.zero, sinceStart - (firstLoss - start))
  }

  private func nothing(_ step: Step, since start: Moment) -> StepResult {
    let report = stage.stream.report(from: start, to: .now - PacketStream.patience)
    return StepResult(
      title: step.title, lost: report.lost, outage: report.longestOutage, after: "",
      verdict: .nothingToCount("nothing can arrive"))
  }

  private func failure(_ step: Step, since start: Moment, _ why: String) -> StepResult {
    let report = stage.stream.report(from: start, to: .now - PacketStream.patience)
    return StepResult(
      title: step.title, lost: report.lost, outage: report.longestOutage, after: "",
      verdict: .failed(why))
  }
}
