import ArgumentParser
import Client
import Model

struct Probe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a member's checks now, and show each answer.",
    discussion: """
      Each target is asked once, besides the probes that are due anyway; no verdict changes by \
      it. The exit code is 1 if some did not answer.
      """)

  @Argument(help: "The member.") var member: String
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let probe = try await daemon.client.probe(member: member)
    try daemon.show(probe) { text(probe) }
    guard probe.answers.allSatisfy(\.answered) else { throw ExitCode(Exit.failed) }
  }

  private func text(_ probe: MemberProbe) -> String {
    let names = probe.answers.map { "\($0.check) \($0.target)" }
    let width = names.map(\.count).max() ?? 0
    return zip(names, probe.answers).map { name, answer in
      let padding = String(repeating: " ", count: width - name.count)
      let time = answer.rttMs.map { "answered after \(Duration.milliseconds($0).spoken)" }
      return "\(name)\(padding)  \(answer.family.name)  \(answer.error ?? time ?? "no answer")"
    }.joined(separator: "\n")
  }
}
