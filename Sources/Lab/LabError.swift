import Glibc

/// Why the laboratory could not do something to the world.
public enum LabError: Error, CustomStringConvertible {
  /// A call to the system failed: what we tried, on what, and the reason.
  case system(String, errno: Int32)
  /// A program said no.
  case failed(command: String, exit: Exit, output: String)
  case timedOut(String, after: Duration)
  /// Something that had to become true did not.
  case never(String, within: Duration)

  public var description: String {
    switch self {
    case .system(let attempt, let code):
      "cannot \(attempt): \(String(cString: strerror(code)))"
    case .failed(let command, let exit, let output):
      "`\(command)` \(exit)\(output.isEmpty ? "" : ": \(output)")"
    case .timedOut(let attempt, let timeout):
      "\(attempt) took longer than \(timeout)"
    case .never(let what, let bound):
      "\(what) did not come true within \(bound)"
    }
  }
}

/// Turns the `-errno` of a shim into an error.
@discardableResult
func checked(_ result: Int32, _ attempt: @autoclosure () -> String) throws(LabError) -> Int32 {
  guard result < 0 else { return result }
  throw .system(attempt(), errno: -result)
}
