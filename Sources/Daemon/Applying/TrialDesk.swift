import API
import Config
import Dispatch
import Engine
import Kernel
import Logging
import Model

/// Takes configurations, for good or on trial. What is on trial is not stored: however the daemon
/// ends, the next one begins with the file and the memory from before.
actor TrialDesk {
  /// What all goes back to.
  private struct Baseline {
    let configuration: Configuration
    let memory: Memory
  }

  private let core: Core
  private let views: ViewDesk
  private let files: ConfigFile
  private let memory: MemoryFile
  private let logger: Logger
  private let queue = DispatchQueue(label: "siaga.trial", qos: .userInitiated)
  private var log = TrialLog()
  private var baseline: Baseline?  // of the first of several trials

  init(core: Core, views: ViewDesk, files: ConfigFile, memory: MemoryFile, logger: Logger) {
    self.core = core
    self.views = views
    self.files = files
    self.memory = memory
    self.logger = logger
  }

  var status: TrialStatus? { log.current?.status(Clock.reading) }

  // MARK: For good

  func apply(_ text: String, _ configuration: Configuration) async throws(OrderRefused) -> String {
    if let failure = files.store(text) { throw OrderRefused(failure) }
    ended(.replaced)
    await core.take(configuration)
    return "applied and stored as \(files.path)"
  }

  /// The file was read again: it is what counts.
  func reloaded(_ configuration: Configuration) async {
    if let trial = log.current {
      logger.notice("configuration \(trial.number) is not on trial any more: the file was read")
    }
    ended(.replaced)
    await core.take(configuration)
  }

  // MARK: On trial

  func begin(_ proposal: Trial.Proposal) async throws(OrderRefused) -> String {
    let judging = proposal.configuration.checks.map(\.detectionBound).max() ?? .zero
    if proposal.terms.confirmsWhenHealthy, proposal.terms.time <= judging {
      throw OrderRefused(
        "its checks may need \(judging.text) to find a link down, so it cannot be told to be healthy "
          + "within \(proposal.terms.time.text); give it longer")
    }
    if baseline == nil {
      let before = await core.standing
      if let failure = memory.trialBegins(from: before.memory) {
        throw OrderRefused("\(failure); nothing was changed")
      }
      baseline = Baseline(configuration: before.configuration, memory: before.memory)
    }
    let trial = log.begin(proposal, at: Clock.now)
    files.isOnTrial(true)
    await core.take(proposal.configuration)
    after(proposal.terms.time, of: trial) { await $0.timeIsUp(for: trial) }
    if proposal.terms.confirmsWhenHealthy {
      after(max(judging, .seconds(1)), of: trial) { await $0.look(at: trial) }
    }
    let until = Clock.reading.timestamp(of: trial.until).second
    logger.notice("configuration \(trial.number) of \(proposal.by) is on trial until \(until)")
    return
      "on trial as \(trial.number) until \(until): `siaga confirm` keeps it, else all goes back"
  }

  func confirm(_ number: UInt64?, by operator: String) throws(OrderRefused) -> String {
    if let refusal = log.refusal(toConfirm: number, by: `operator`, clock: Clock.reading) {
      throw OrderRefused(refusal)
    }
    guard let trial = log.current else { preconditionFailure("what is over was not refused") }
    if let failure = files.store(trial.proposal.text) { throw OrderRefused(failure) }
    ended(.confirmed(by: `operator`))
    logger.notice("configuration \(trial.number) is confirmed by \(`operator`)")
    return "configuration \(trial.number) is confirmed and stored as \(files.path)"
  }

  /// Every half second, until it is healthy, or over.
  private func look(at trial: Trial) async {
    guard log.current?.number == trial.number else { return }
    let isHealthy = await views.view().isHealthy
    guard log.current?.number == trial.number else { return }
    guard isHealthy else {
      return after(.milliseconds(500), of: trial) { await $0.look(at: trial) }
    }
    do throws(OrderRefused) {
      _ = try confirm(trial.number, by: "its health")
    } catch {
      logger.warning("configuration \(trial.number) is healthy, but \(error.refusal.error)")
    }
  }

  private func timeIsUp(for trial: Trial) async {
    guard log.current?.number == trial.number, let baseline else { return }
    ended(.wentBack)
    logger.warning(
      "configuration \(trial.number) was not confirmed: all goes back to what was before")
    await core.goBack(to: baseline.configuration, baseline.memory)
  }

  private func ended(_ end: TrialLog.End) {
    log.end(end, at: Clock.now)
    baseline = nil
    files.isOnTrial(false)
    memory.trialEnded()
  }

  /// By the clock of the machine, and not by when the pool of tasks has time.
  private func after(
    _ time: Duration, of trial: Trial, _ body: @escaping @Sendable (TrialDesk) async -> Void
  ) {
    queue.asyncAfter(deadline: .now() + .nanoseconds(Int(time.nanoseconds))) {
      Task(priority: .high) { await body(self) }
    }
  }
}
