/// Something on this machine that is, or may come, in Siaga's way.
public struct Finding: Equatable, Sendable {
  public let name: String  // of the examination: docs/doctor.md lists them
  public let severity: Severity
  public let what: String  // what is wrong here, in one sentence
  public let why: String  // why it matters
  public let remedy: String  // the command that mends it
}

public enum Severity: String, Comparable, Sendable, Codable {
  case problem  // something does not work, or will not when it is needed
  case advice  // it may be meant so

  public static func < (left: Severity, right: Severity) -> Bool {
    left == .problem && right == .advice
  }
}
