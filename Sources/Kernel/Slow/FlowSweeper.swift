import Dispatch
import Glibc
import Model
import Synchronization
import Wire

/// Ends tracked flows, on a thread and socket of its own: with many flows it takes a while.
public final class FlowSweeper: Sendable {
  private let queue = DispatchQueue(label: "siaga.flows", qos: .userInitiated)
  /// A dead link's flows do not wait until a share has been picked out of another's.
  private let pickingQueue = DispatchQueue(label: "siaga.flows.shares", qos: .userInitiated)
  private struct Key: Hashable {
    let mark: UInt32
    let family: Family
  }

  /// One sweep that waits for its turn, and what is done should it be refused.
  private struct Task {
    let filter: FlowFilter
    let round: Int
    var pause = FlowSweeper.firstPause
    let giveUp: Instant  // it is not tried again after that

    var key: Key { Key(mark: filter.mark, family: filter.family) }
    var isOfShare: Bool { filter.share != nil }
  }

  private let rounds = Mutex<[Key: Int]>([:])  // a later one ends the repeats
  /// What waits for its turn ends together: each walk through all flows takes its time, and many
  /// links may die at once.
  private let waiting = Mutex<[Task]>([])
  private let report: @Sendable (FlowFilter, ChangeText?) -> Void

  public typealias ChangeText = String

  /// - Parameter report: what came of a sweep; nil is success.
  public init(report: @escaping @Sendable (FlowFilter, ChangeText?) -> Void) {
    self.report = report
  }

  private static let firstPause = Duration.milliseconds(500)
  private static let longestPause = Duration.seconds(10)
  private static let patience = Duration.seconds(300)

  /// Now, and once more after a second: a packet under way may have made a flow again. What could
  /// not be ended is tried again.
  public func sweep(_ filter: FlowFilter) {
    // An older kernel would end the answered flows of others, too.
    guard filter.scope != .unanswered || Self.knowsStatus else { return }
    let key = Key(mark: filter.mark, family: filter.family)
    // A share is no more than that: the repeat of what another group left behind still counts.
    let round = filter.share == nil ? nextRound(key) : currentRound(key)
    let now = Clock.now
    enqueue(Task(filter: filter, round: round, giveUp: now + Self.patience))
    enqueue(Task(filter: filter, round: round, giveUp: now), after: .seconds(1))
  }

  private func enqueue(_ task: Task) {
    waiting.withLock { $0.append(task) }
    queue(of: task).async { self.run(shares: task.isOfShare) }
  }

  /// Unless a later round has begun by then.
  private func enqueue(_ task: Task, after pause: Duration) {
    let due = DispatchTime.now() + .nanoseconds(Int(pause.nanoseconds))
    queue(of: task).asyncAfter(deadline: due) {
      if self.currentRound(task.key) == task.round { self.enqueue(task) }
    }
  }

  private func queue(of task: Task) -> DispatchQueue {
    task.isOfShare ? pickingQueue : queue
  }

  /// The link carries again: flows made from now on are good ones.
  public func spare(mark: UInt32, _ family: Family) {
    _ = nextRound(Key(mark: mark, family: family))
  }

  /// Since Linux 5.18 flows can be told by their status.
  private static let knowsStatus: Bool = {
    var system = utsname()
    guard uname(&system) == 0 else { return false }
    let release = withUnsafeBytes(of: system.release) { String(decoding: $0, as: UTF8.self) }
    let numbers = release.split { $0 == "." || $0 == "-" }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 18)
  }()

  private func currentRound(_ key: Key) -> Int {
    rounds.withLock { $0[key, default: 0] }
  }

  private func nextRound(_ key: Key) -> Int {
    rounds.withLock { rounds in
      rounds[key, default: 0] += 1
      return rounds[key, default: 0]
    }
  }

  /// All that wait; those who come for the same find nothing left.
  private func run(shares: Bool) {
    let due = waiting.withLock { waiting in
      defer { waiting.removeAll { $0.isOfShare == shares } }
      return waiting.filter { $0.isOfShare == shares }
    }
    for family in Family.allCases {
      let tasks = due.filter { $0.filter.family == family }
      guard !tasks.isEmpty else { continue }
      let filters = tasks.map(\.filter)
      let failure = shares ? pick(filters) : end(filters)
      for filter in filters { report(filter, failure) }
      if failure != nil { tasks.forEach(retry) }
    }
  }

  private func retry(_ task: Task) {
    guard Clock.now < task.giveUp else { return }
    var next = task
    next.pause = min(task.pause * 2, Self.longestPause)
    enqueue(next, after: task.pause)
  }

  private func pick(_ filters: [FlowFilter]) -> ChangeText? {
    do throws(SystemError) {
      return try FlowPicker().end(filters)
    } catch {
      return "\(error)"
    }
  }

  private func end(_ filters: [FlowFilter]) -> ChangeText? {
    var failure: ChangeText?
    for filter in FlowFilter.joined(filters) {
      do throws(SystemError) {
        failure = try Self.end(filter) ?? failure
      } catch {
        failure = "\(error)"
      }
    }
    return failure
  }

  /// All that the filter finds, in one call. The kernel knows nothing of shares.
  private static func end(_ filter: FlowFilter) throws(SystemError) -> ChangeText? {
    let socket = try NetlinkSocket(.netfilter)
    try socket.send(FlowMessage.delete(filter, sequence: socket.nextSequence()).bytes)
    guard case .datagram = try socket.receive(waits: true) else { return nil }
    let datagram = socket.datagram
    var reader = datagram.reader
    guard let message = try? reader.nextMessage(), message.header.type == NetlinkType.error,
      let reply = try? NetlinkReply(parsing: message)
    else { return nil }
    return reply.refusalToEnd
  }
}
