import Dispatch
import Glibc
import Logging

/// One line a message on standard error, with the level that journald understands (sd-daemon:
/// `<5>` is notice). Written on a queue of its own: the loop never waits for a reader.
struct LineLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.notice

  private static let queue = DispatchQueue(label: "siaga.log")
  private static let isJournal = getenv("JOURNAL_STREAM") != nil
  /// More than this many bytes that nobody reads are dropped.
  private static let backlog = Backlog(limit: 1 << 20)

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let prefix = Self.isJournal ? "<\(event.level.syslog)>" : "\(event.level.rawValue): "
    let line = Array("\(prefix)\(event.message)\n".utf8)
    guard Self.backlog.add(line.count) else { return }
    Self.queue.async {
      var rest = line[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        guard count > 0 || errno == EINTR else { break }
        rest = rest.dropFirst(max(0, count))
      }
      Self.backlog.remove(line.count)
    }
  }
}

extension Logger.Level {
  fileprivate var syslog: Int {
    switch self {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
