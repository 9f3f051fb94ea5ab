import ArgumentParser
import Client
import Config
import Daemon
import Model

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Validate a configuration; print all its problems at once.")

  @Argument(help: "The file (default: \(StandardPaths.config)).") var file = StandardPaths.config
  @Flag(help: "Print the file with every default filled in.") var resolved = false
  @Flag(help: "Print JSON: whether it is valid, and its problems.") var json = false

  func run() async throws {
    if json { return try report() }
    let reading = try ConfigText(file).reading()
    let configuration = reading.configuration
    guard !resolved else { return print(configuration.resolved, terminator: "") }
    for warning in reading.warnings { print("\(file):\(warning.warning)") }
    print("\(file) is valid: \(configuration.summary)")
    for check in configuration.checks {
      print("  check \(check.name): a mute target is down within \(check.detectionBound.text)")
    }
    for group in configuration.kept {
      for sentence in configuration.timerSentences(of: group) {
        print("  group \(group.name): \(sentence)")
      }
    }
    for sentence in configuration.budgetSentences { print("  \(sentence)") }
  }
}

extension Check {
  private struct Report: Encodable {
    let valid: Bool
    let problems: [String]
    let warnings: [String]
  }

  private func report() throws {
    do {
      let warnings = try ConfigText(file).reading().warnings.map { "\(file):\($0)" }
      print(try JSONText.of(Report(valid: true, problems: [], warnings: warnings)))
    } catch let failure as Exit.Failure {
      let problems = failure.text.split(separator: "\n").map { String($0) }
      print(try JSONText.of(Report(valid: false, problems: problems, warnings: [])))
      throw ExitCode(failure.code)
    }
  }
}

struct Plan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what `apply` would change in the kernel, as lines to type; change nothing.")

  @Argument(help: "The file (default: \(StandardPaths.config)).") var file = StandardPaths.config
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let text = try ConfigText(file)
    let configuration = try text.reading().configuration
    let answer: Answer
    do {
      answer = try await daemon.client.plan(configuration: text.text)
    } catch .unreachable(_, .noSuchFile), .unreachable(_, .nobodyListens) {
      // Without a daemon the kernel is looked at from here; nothing has been probed.
      answer = try KernelPlan.answer(for: configuration)
    }
    try daemon.show(answer) {
      let notes = [answer.message] + (answer.interruptions ?? []).map { "foreseen: \($0)" }
      return ((answer.changes ?? []) + notes.map { "# \($0)" }).joined(separator: "\n")
    }
  }
}

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of the configuration file, for editors.")

  func run() {
    print(Configuration.schema, terminator: "")
  }
}

extension Configuration {
  fileprivate var summary: String {
    let names = groups.map { group in
      let tiers = Dictionary(grouping: group.members, by: \.tier).sorted { $0.key < $1.key }
      let text = tiers.map { $0.value.map(\.id.text).joined(separator: " + ") }
      return "\(group.name) by \(text.joined(separator: ", then "))"
    }
    let bonds = bonds.map { bond in
      let text = bond.tiers.map { $0.map(\.text).joined(separator: " + ") }
      return "bond \(bond.name) by \(text.joined(separator: ", then "))"
    }
    return (names + bonds).joined(separator: "; ")
  }
}
