import Dispatch
import Kernel
import Logging
import Model
import Synchronization

/// Tells this machine's programs whom to ask for names, off the loop: nobody waits for it. Looks now and then
/// whether it still stands so, for DHCP clients write the same file.
final class NameServerKeeper: Sendable {
  private static let pause = DispatchTimeInterval.seconds(5)

  private let record: String
  private let logger: Logger
  private let tell: @Sendable (String?) -> Void
  private let queue = DispatchQueue(label: "siaga.names")
  private let wanted = Mutex<NameServers?>(nil)  // the newest
  private let work = Mutex(Work())  // the queue's own

  private struct Work {
    var links = ResolvedLinks()
    var written: NameServers.Place?  // where ours stood when it was last looked
    var looksAgain = false
  }

  /// - Parameters:
  ///   - record: where it is kept what was so before.
  ///   - tell: called off the loop after each attempt: why it failed, or nil.
  init(record: String, logger: Logger, tell: @escaping @Sendable (String?) -> Void) {
    self.record = record
    self.logger = logger
    self.tell = tell
  }

  /// - Parameter servers: nil: as it was without us.
  func resolve(_ servers: NameServers?) {
    wanted.withLock { $0 = servers }
    queue.async { self.work.withLock { self.keep(&$0) } }
  }

  /// Waits for what is being written.
  func flush() {
    queue.sync {}
  }

  private func keep(_ work: inout Work) {
    do throws(SystemError) {
      if let wanted = wanted.withLock({ $0 }) {
        try write(wanted, &work)
      } else {
        try restore(&work)
      }
      tell(nil)
    } catch {
      tell("\(error); programs go on asking for names as before, and it is tried again")
    }
    guard !work.looksAgain else { return }
    work.looksAgain = wanted.withLock { $0 != nil }
    guard work.looksAgain else { return }
    queue.asyncAfter(deadline: .now() + Self.pause) {
      self.work.withLock { work in
        work.looksAgain = false
        self.keep(&work)
      }
    }
  }

  private func write(_ servers: NameServers, _ work: inout Work) throws(SystemError) {
    if let before = work.written, before != servers.place { try restore(&work) }
    defer { work.written = servers.place }
    if servers.place == .system, ResolvedLinks.isInUse {
      return try work.links.tell(servers.sources, keeping: record)
    }
    let path = servers.place.path
    let outcome = try ResolvFile(path).write(servers, keeping: record)
    if outcome == .taken, work.written != nil {
      logger.warning("somebody else wrote \(path); the name servers are there again")
    }
  }

  private func restore(_ work: inout Work) throws(SystemError) {
    if let name = try NameServerRecord.restore(from: record) {
      logger.notice("\(name) is as it was before siaga told it name servers")
    }
    work = Work(looksAgain: work.looksAgain)
  }
}

extension NameServers.Place {
  fileprivate var path: String {
    switch self {
    case .system: ResolvFile.ofSystem
    case .file(let path): path
    }
  }
}
