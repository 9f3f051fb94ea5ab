import Client
import Lab
import Model

extension DaemonClient {
  /// Waits until the daemon's status satisfies; returns it.
  /// - Parameter pause: between two questions.
  @discardableResult
  func await(
    _ what: String, within bound: Duration, every pause: Duration = .milliseconds(5),
    _ isTrue: (StatusSnapshot) -> Bool
  ) async throws -> StatusSnapshot {
    let end = Moment.now + bound
    var last: StatusSnapshot?
    while Moment.now < end {
      // While the daemon starts there is nobody to ask.
      last = (try? await status()) ?? last
      if let last, isTrue(last) { return last }
      try await Task.sleep(for: pause)
    }
    throw Never(what: what, bound: bound, last: last)
  }

  struct Never: Error, CustomStringConvertible {
    let what: String
    let bound: Duration
    let last: StatusSnapshot?

    var description: String {
      "\(what) did not come true within \(bound); the last status was \(last.map { "\($0.groups)" } ?? "none")"
    }
  }
}
