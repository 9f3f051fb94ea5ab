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

  private let rounds = Mutex<[Key: Int]>([:])  // a later one ends the repeats
  private let report: @Sendable (FlowFilter, ChangeText?) -> Void

  public typealias ChangeText = String

  /// - Parameter report: what came of a sweep; nil is success.
  public init(report: @escaping @Sendable (FlowFilter, ChangeText?) -> Void) {
    self.report = report
  }

  /// What is refused is tried again after so long, for so long.
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
    let queue = filter.share == nil ? queue : pickingQueue
    let end = Clock.now + Self.patience
    queue.async { self.run(filter, again: (queue, round, Self.firstPause, until: end)) }
    queue.asyncAfter(deadline: .now() + .seconds(1)) {
      if self.currentRound(key) == round { self.run(filter, again: nil) }
    }
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

  private typealias Repeat = (
    queue: DispatchQueue, round: Int, pause: Duration, until: Instant
  )

  private func run(_ filter: FlowFilter, again: Repeat?) {
    let failure: ChangeText?
    do throws(SystemError) {
      failure = filter.share == nil ? try Self.end(filter) : try FlowPicker().end(filter)
    } catch {
      failure = "\(error)"
    }
    report(filter, failure)
    guard failure != nil, var again, Clock.now < again.until else { return }
    let due = DispatchTime.now() + .nanoseconds(Int(again.pause.nanoseconds))
    again.pause = min(again.pause * 2, Self.longestPause)
    again.queue.asyncAfter(deadline: due) { [again] in
      let key = Key(mark: filter.mark, family: filter.family)
      if self.currentRound(key) == again.round { self.run(filter, again: again) }
    }
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
