import Dispatch
import Engine
import Kernel
import Logging
import Model
import Synchronization

/// Tells hooks, off the loop: whoever hands in an announcement never waits.
///
/// Each list of hooks has a lane with a thread of its own while it has work: its announcements
/// are told in order, and its hooks run one after another. No lane waits for another.
final class HookRunner: Sendable {
  private struct Lane {
    var queue = AnnouncementQueue()
    var isAtWork = false
    var record = HookRecord()
  }

  private struct State {
    var lanes: [Announcement.Audience: Lane] = [:]
    var tally = HookTally()
    var hasEnded = false
  }

  /// How long hooks may go on once the daemon ends.
  private static let farewell = DispatchTimeInterval.milliseconds(500)

  private let host: String
  private let logger: Logger
  private let stop: StopSignal
  private let state = Mutex(State())
  private let atWork = DispatchGroup()

  /// - Parameter host: the name of this machine, where the file says none.
  init(host: String, logger: Logger) throws(SystemError) {
    self.host = host
    self.logger = logger
    stop = try StopSignal()
  }

  func tell(_ announcement: Announcement, to audience: Announcement.Audience, _ hooks: [Hook]) {
    let (wasIdle, dropped) = state.withLock { state in
      guard !state.hasEnded else { return (false, nil as Announcement?) }
      var lane = state.lanes[audience] ?? Lane()
      let wasIdle = !lane.isAtWork
      let dropped = lane.queue.add(AnnouncementQueue.Entry(announcement, hooks))
      if wasIdle { lane.record.caughtUp() }
      if dropped != nil {
        lane.record.dropped()
        state.tally.dropped += 1
      }
      lane.isAtWork = true
      state.lanes[audience] = lane
      return (wasIdle, dropped)
    }
    if let dropped {
      logger.warning("too many changes wait for hooks; untold: \(dropped.headline)")
    }
    guard wasIdle else { return }
    DispatchQueue(label: "siaga.hooks").async(group: atWork) { self.work(audience) }
  }

  /// What runs has a moment more, then it is stopped; what waits by then is told to nobody.
  func end() {
    guard atWork.wait(timeout: .now() + Self.farewell) == .timedOut else { return }
    let left = state.withLock { state in
      state.hasEnded = true
      return state.lanes.values.reduce(0) { $0 + $1.queue.count }
    }
    stop.raise()
    if left > 0 { logger.warning("siaga ends, and \(left) changes are told to no hook") }
    let patience = Int(ChildProgram.patience.milliseconds) + 500
    _ = atWork.wait(timeout: .now() + .milliseconds(patience))
  }

  /// What came of all until now.
  var report: HookReport {
    state.withLock { HookReport(tally: $0.tally, records: $0.lanes.mapValues(\.record)) }
  }
}

// MARK: - On a lane's thread

extension HookRunner {
  private func work(_ audience: Announcement.Audience) {
    while let entry = next(audience) {
      for hook in entry.hooks where !state.withLock({ $0.hasEnded }) {
        let failure = run(hook, entry.announcement)
        state.withLock { state in
          state.tally.ran(failed: failure != nil)
          state.lanes[audience]?.record.ran(hook, failure)
        }
      }
    }
  }

  private func next(_ audience: Announcement.Audience) -> AnnouncementQueue.Entry? {
    state.withLock { state in
      let entry = state.hasEnded ? nil : state.lanes[audience]?.queue.takeFirst()
      if entry == nil { state.lanes[audience]?.isAtWork = false }
      return entry
    }
  }

  /// - Returns: why it failed, after its name.
  private func run(_ hook: Hook, _ announcement: Announcement) -> String? {
    var program = ChildProgram(hook.words)
    program.environment = announcement.environment(host: host, clock: Clock.reading)
    program.timeLimit = hook.timeLimit
    program.outputLimit = HookFailure.longest
    do throws(SystemError) {
      let outcome = try program.run(until: stop)
      guard !outcome.isSuccess else {
        logger.debug("hook \(hook.words[0]) was told: \(announcement.headline)")
        return nil
      }
      return warn(hook, announcement, HookFailure.sentence(outcome))
    } catch {
      return warn(hook, announcement, "\(error)")
    }
  }

  private func warn(_ hook: Hook, _ announcement: Announcement, _ failure: String) -> String {
    logger.warning("hook \(hook.words[0]), told \(announcement.headline): \(failure)")
    return failure
  }
}
