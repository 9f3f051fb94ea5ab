import Config
import Engine
import Kernel
import Model

/// What hooks came to, for /metrics.
struct HookTally: Sendable {
  private(set) var run = 0
  private(set) var failed = 0
  var dropped = 0

  mutating func ran(failed hasFailed: Bool) {
    run += 1
    if hasFailed { failed += 1 }
  }
}

/// What is wrong with one list of hooks.
struct HookRecord: Sendable {
  private var failing: (hook: Hook, why: String)?  // the last that failed and has not worked since
  private var untold = 0  // of those handed in since the list last had nothing to do

  /// - Parameter failure: nil when it worked.
  mutating func ran(_ hook: Hook, _ failure: String?) {
    if let failure {
      failing = (hook, failure)
    } else if failing?.hook == hook {
      failing = nil
    }
  }

  mutating func dropped() {
    untold += 1
  }

  /// A change came, and nothing was waiting.
  mutating func caughtUp() {
    untold = 0
  }

  /// - Parameters:
  ///   - place: `on-change`, as the file has it.
  ///   - hooks: those in force; what others came to troubles nobody any more.
  func troubles(of place: String, _ hooks: [Hook]) -> [String] {
    guard !hooks.isEmpty else { return [] }
    var sentences: [String] = []
    if let failing, hooks.contains(failing.hook) {
      sentences.append("hook \(failing.hook.words[0]) (\(place)): \(failing.why)")
    }
    if untold > 0 {
      sentences.append(
        "\(place): \(untold) \(untold == 1 ? "change was" : "changes were") told to no hook, "
          + "because too many waited; the hooks take too long, or hang: see `timeout`")
    }
    return sentences
  }
}

/// Copied for readers on other threads.
struct HookReport: Sendable {
  let tally: HookTally
  let records: [Announcement.Audience: HookRecord]

  func troubles(_ configuration: Configuration) -> [String] {
    let ofAll = records[.ofAll]?.troubles(of: "`on-change`", configuration.hooks) ?? []
    return ofAll
      + configuration.kept.flatMap { group in
        records[.of(group.name)]?.troubles(of: "`on-change` of \(group.name)", group.hooks) ?? []
      }
  }
}

/// Why a hook failed, in a sentence that fits a log and a terminal.
enum HookFailure {
  static let longest = 4_096  // bytes that are kept of what it says
  private static let lines = 3
  private static let width = 200

  static func sentence(_ outcome: ChildProgram.Outcome) -> String {
    let said = outcome.output.split(whereSeparator: \.isNewline).prefix(lines)
      .map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(width).map(printable))) }
    guard !said.isEmpty else { return "it \(outcome.ending), and said nothing" }
    return "it \(outcome.ending), and said: \(said.joined(separator: " / "))"
  }

  /// What a hook says must not steer the terminal of whoever reads it.
  private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: "?"
    default: scalar
    }
  }
}
