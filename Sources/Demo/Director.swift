import Client
import Lab
import Model

/// Breaks and mends the network step by step, and counts what each step cost.
struct Director {
  let stage: Stage
  let board: Board
  let pause: Duration  // between steps, for those who watch

  /// Whether every step was survived; ends with the first that was not, because after it the
  /// network is not what the next step starts from.
  func play(_ faults: [Fault]) async throws -> Bool {
    try await settle(on: .isp1, since: .now, within: .seconds(5))
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
    case .traffic(let link, let outage):
      let alive = step.act.leavesDaemon
      do {
        try await settle(on: link, since: start, within: patience(outage), alive: alive)
        // The rest of the loss, if there is any, and the stragglers; then it must still hold.
        try await Task.sleep(for: step.dwell + PacketStream.patience)
        try await settle(on: link, since: start, within: .seconds(1), alive: alive)
      } catch let error as LabError {
        return failure(step, since: start, "\(error)")
      }
      return count(step, by: link, outage, since: start, wall)
    }
  }

  // MARK: Waiting

  /// Until the packets take a link, and the daemon says that it holds.
  private func settle(
    on link: Link, since start: Moment, within bound: Duration, alive: Bool = true
  ) async throws {
    let end = Moment.now + bound
    let customer = stage.provider(link).customer
    while true {
      let holds = board.now.status?.groups.first?.active == [link.rawValue]
      if holds || !alive, stage.stream.isFlowing(since: start, from: customer) { return }
      guard Moment.now < end else {
        throw LabError.never("traffic by \(link.rawValue)", within: bound)
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// How long to wait for a step to come out; more than is promised, to tell late from never.
  private func patience(_ outage: Step.Outage) -> Duration {
    let check = stage.configuration.check
    return switch outage {
    case .none: .seconds(5)
    case .detection: check.worstDetection + .seconds(5)
    case .atOnce, .recovery: check.worstReturn + .seconds(40)
    }
  }

  /// What is promised, and a margin for a machine that has other things to do.
  private func allowed(_ outage: Step.Outage) -> Duration {
    let check = stage.configuration.check
    let margin = Duration.milliseconds(100)
    return switch outage {
    case .none: .zero
    case .atOnce: margin
    case .detection: check.worstDetection + margin
    case .recovery: check.worstReturn + margin
    }
  }

  // MARK: Counting

  private func count(
    _ step: Step, by link: Link, _ allowance: Step.Outage, since start: Moment, _ wall: WallClock
  ) -> StepResult {
    let report = stage.stream.report(from: start, to: .now - PacketStream.patience)
    let limit = allowed(allowance)
    let isLate = report.longestOutage > limit
    return StepResult(
      title: step.title,
      detection: detection(of: link, step, since: start, report.firstLoss, wall),
      lost: report.lost,
      outage: report.longestOutage,
      after: held(by: link, step),
      verdict: isLate
        ? .failed("\(report.longestOutage.spoken) without service, \(limit.spoken) promised")
        : .survived)
  }

  private func held(by link: Link, _ step: Step) -> String {
    switch step.act {
    case .kill: "\(link.rawValue) carries, unwatched"
    case .start: "\(link.rawValue) carries, watched"
    case .pull, .mute, .pullBoth: "\(link.rawValue) carries"
    case .plug, .unmute: "\(link.rawValue) carries again"
    }
  }

  /// From the fault to the daemon's decision; a fault without a moment of its own (a router
  /// that falls silent) begins with the first packet it swallows.
  private func detection(
    of link: Link, _ step: Step, since start: Moment, _ firstLoss: Moment?, _ wall: WallClock
  ) -> Duration? {
    guard !step.act.concernsDaemon else { return nil }
    // The daemon tells whole milliseconds, cut off.
    let earliest = Duration.milliseconds(-1)
    let sinceStart = board.now.decisions.lazy
      .filter { $0.to == [link.rawValue] }
      .compactMap { wall.duration(until: $0.at) }
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

extension Step.Act {
  /// Whether a daemon is there to ask afterwards.
  fileprivate var leavesDaemon: Bool {
    if case .kill = self { false } else { true }
  }

  fileprivate var concernsDaemon: Bool {
    switch self {
    case .kill, .start: true
    case .pull, .plug, .pullBoth, .mute, .unmute: false
    }
  }
}
