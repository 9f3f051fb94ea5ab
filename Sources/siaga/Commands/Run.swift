import ArgumentParser
import Client
import Daemon
import Logging

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the daemon, in the foreground.",
    discussion: """
      Without a file it watches the machine's own default routes as one group, in metric \
      order. SIGHUP reads the file again; SIGTERM ends the daemon and leaves the network as \
      it stands.
      """)

  @Option(
    help: ArgumentHelp("The configuration (default: \(StandardPaths.config)).", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Where to listen for commands.", valueName: "path"))
  var socket = DaemonClient.standardSocket

  @Option(
    help: ArgumentHelp("Where to keep pins, drains and the record of settings.", valueName: "dir"))
  var stateDir = StandardPaths.state

  @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error.", valueName: "level"))
  var logLevel = "notice"

  @Flag(help: "Remove all that is Siaga's from the kernel, restore what it set, and end.")
  var cleanup = false

  func run() async throws {
    if cleanup {
      let lines = try Cleanup.run(stateDirectory: stateDir)
      return print(lines.isEmpty ? "there was nothing to remove" : lines.joined(separator: "\n"))
    }
    guard let level = Logger.Level(rawValue: logLevel) else {
      throw Exit.Failure("there is no log level \(logLevel)", code: Exit.wrongUsage)
    }
    LoggingSystem.bootstrap { _ in LineLog() }
    var logger = Logger(label: "siaga")
    logger.logLevel = level
    let options = Daemon.Options(
      config: config ?? StandardPaths.config, mustExist: config != nil, socket: socket,
      stateDirectory: stateDir, version: Siaga.version)
    try await Daemon(options: options, logger: logger).run()
  }
}
