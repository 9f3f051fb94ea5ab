/// The network settings of the machine itself, to show afterwards that they were left alone.
public struct HostNetwork: Equatable, Sendable {
  /// What was looked at, and what it said; a program that is not there is left out.
  public let answers: [String: String]

  private static let questions: [[String]] = [
    ["ip", "-4", "route", "show", "table", "all"],
    ["ip", "-6", "route", "show", "table", "all"],
    ["ip", "-4", "rule"],
    ["ip", "-6", "rule"],
    ["nft", "--stateless", "list", "ruleset"],
  ]

  /// Reads the namespace that we run in.
  public static func read() throws -> HostNetwork {
    var answers: [String: String] = [:]
    for question in questions where Command.exists(question[0]) {
      let outcome = try Command(question).outcome()
      let name = question.joined(separator: " ")
      answers[name] = outcome.exit.isSuccess ? stable(outcome.output) : outcome.errors
    }
    return HostNetwork(answers: answers)
  }

  public var knowsFirewall: Bool { answers.keys.contains { $0.hasPrefix("nft ") } }

  /// The commands whose answers differ.
  public func differences(from other: HostNetwork) -> [String] {
    Set(answers.keys).union(other.answers.keys)
      .filter { answers[$0] != other.answers[$0] }
      .sorted()
  }

  /// Without what changes by itself: the seconds that a learned IPv6 route has left.
  private static func stable(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var words = line.split(separator: " ")
      if let at = words.firstIndex(of: "expires"), at + 1 < words.endIndex {
        words.removeSubrange(at...at + 1)
      }
      return words.joined(separator: " ")
    }.joined(separator: "\n")
  }
}
