import ArgumentParser
import Client
import Doctor
import Glibc
import Surroundings

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what on this machine would get in the way, each with the command that mends it.",
    discussion: """
      Looks and changes nothing; with or without a daemon, best as root. Exit code 0: nothing is \
      wrong, though there may be advice; 1: there are problems. docs/doctor.md lists what is \
      looked for.
      """)

  @Argument(help: "The file (default: the daemon's own, or \(StandardPaths.config)).")
  var file: String?
  @Option(help: ArgumentHelp("Where the daemon keeps pins and drains.", valueName: "dir"))
  var stateDir = StandardPaths.state
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    if let file, access(file, F_OK) != 0 {
      throw Exit.Failure("\(file): there is no such file", code: Exit.wrongUsage)
    }
    var survey = Survey(
      file: file, standardFile: StandardPaths.config, socket: daemon.socket,
      stateDirectory: stateDir)
    let facts = await survey.facts()
    let findings = diagnose(facts)
    try daemon.show(DoctorReport(findings, unseen: facts.unseen)) {
      DoctorText(findings, unseen: facts.unseen).text
    }
    guard !findings.contains(where: { $0.severity == .problem }) else {
      throw ExitCode(Exit.failed)
    }
  }
}
