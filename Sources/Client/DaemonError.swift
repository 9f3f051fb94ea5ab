import Model

/// Why the daemon did not do what it was asked.
public enum DaemonError: Error, Equatable {
  /// Nobody listens on the socket, or we may not speak to whoever does.
  case unreachable(socket: String, reason: UnreachableReason)
  /// The daemon understood and said no.
  case refused(Refusal, status: Int)
  /// It took the request and did not answer in time.
  case timedOut(socket: String, after: Duration)
  /// An answer that this version does not understand, or half of one.
  case unexpected(String)
  /// The caller's task was cancelled.
  case cancelled
}

public enum UnreachableReason: Hashable, Sendable {
  case noSuchFile  // ENOENT
  case nobodyListens  // ECONNREFUSED: a socket left behind
  case notAllowed  // EACCES, EPERM
  case pathTooLong  // sun_path holds 107 bytes
  case busy  // EAGAIN: its backlog is full
  case other(String)
}

extension DaemonError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable(let socket, let reason):
      "cannot reach the daemon at \(socket) \(reason)"
    case .refused(let refusal, _):
      ([refusal.error] + (refusal.problems ?? [])).joined(separator: "\n")
    case .timedOut(let socket, let timeout):
      "the daemon at \(socket) did not answer within \(timeout.text); is it stopped or overloaded?"
    case .unexpected(let text):
      text
    case .cancelled:
      "cancelled before the daemon answered"
    }
  }
}

extension UnreachableReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchFile: "(no such file); is `siaga run` running?"
    case .nobodyListens: "(nobody listens there); did the daemon end? Start it with `siaga run`"
    case .notAllowed: "(permission denied); try as root or as a member of the group `siaga`"
    case .pathTooLong: "(the path is longer than 107 bytes); choose a shorter --socket"
    case .busy: "(too many wait there to be served); try again, or see who holds connections open"
    case .other(let text): "(\(text)); is `siaga run` running?"
    }
  }
}
