/// One thing that is wrong in the file.
public struct ConfigProblem: Hashable, Sendable {
  public let position: ConfigPosition
  public let message: String
  public let suggestion: String?  // what was probably meant

  public init(_ message: String, at position: ConfigPosition, didYouMean suggestion: String? = nil)
  {
    self.position = position
    self.message = message
    self.suggestion = suggestion
  }

  /// `FILE:LINE:COL: what is wrong; did you mean …`
  public func description(in file: String) -> String {
    "\(file):\(self)"
  }
}

extension ConfigProblem {
  /// `LINE:COL: warning: what is probably not meant`
  public var warning: String { "\(position): warning: \(message)" }
}

extension ConfigProblem: CustomStringConvertible {
  /// Without the file's name: `LINE:COL: what is wrong; did you mean …`
  public var description: String {
    "\(position): \(message)" + (suggestion.map { "; did you mean \($0.shown)?" } ?? "")
  }
}

/// All that is wrong in a file, by position: never empty, and never more than a person reads.
public struct ConfigProblems: Error, Hashable, Sendable {
  public static let maximum = 100

  public let listed: [ConfigProblem]
  public let unlisted: Int  // how many more there are

  public init(_ problems: [ConfigProblem], unlisted: Int = 0) {
    precondition(!problems.isEmpty, "no problem is no error")
    let sorted = problems.sorted { ($0.position, $0.message) < ($1.position, $1.message) }
    listed = Array(sorted.prefix(Self.maximum))
    self.unlisted = unlisted + sorted.count - listed.count
  }

  public init(_ message: String, at position: ConfigPosition) {
    self.init([ConfigProblem(message, at: position)])
  }

  /// One line per problem, and one that counts those left out.
  public func lines(in file: String) -> [String] {
    listed.map { $0.description(in: file) }
      + (unlisted > 0
        ? ["\(file): and \(unlisted) more \(unlisted == 1 ? "problem" : "problems")"] : [])
  }
}

extension ConfigProblems: CustomStringConvertible {
  public var description: String {
    lines(in: "config").joined(separator: "\n")
  }
}

/// The problems found so far. Reading goes on after each, so that all are told at once.
struct Findings {
  /// A hostile file has hundreds of thousands; a few hundred are enough to sort the first from.
  private static let bound = 4 * ConfigProblems.maximum

  private(set) var warnings: [ConfigProblem] = []
  private var problems: [ConfigProblem] = []
  private var uncollected = 0

  var failure: ConfigProblems? {
    problems.isEmpty ? nil : ConfigProblems(problems, unlisted: uncollected)
  }

  /// - Parameter suggestion: searched for only if the problem is kept.
  mutating func report(
    _ message: @autoclosure () -> String, at position: ConfigPosition,
    didYouMean suggestion: @autoclosure () -> String? = nil
  ) {
    guard problems.count < Self.bound else {
      uncollected += 1
      return
    }
    problems.append(ConfigProblem(message(), at: position, didYouMean: suggestion()))
  }

  /// What another look at the file found, but for what is known.
  /// - Parameter where: said before what was found.
  mutating func add(_ others: Findings, seenFrom place: String) {
    let known = (Set(problems), Set(warnings))
    for problem in others.problems where !known.0.contains(problem) {
      report("\(place): \(problem.message)", at: problem.position, didYouMean: problem.suggestion)
    }
    for warning in others.warnings where !known.1.contains(warning) {
      warn("\(place): \(warning.message)", at: warning.position)
    }
  }

  /// Something valid that is probably not meant.
  mutating func warn(_ message: @autoclosure () -> String, at position: ConfigPosition) {
    guard warnings.count < ConfigProblems.maximum else { return }
    warnings.append(ConfigProblem(message(), at: position))
  }
}
