import ArgumentParser

/// The one binary: each command is a small file in `Commands/`.
@main
struct Siaga: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "siaga",
    abstract: "Failover for Linux networks: on watch, ready.",
    discussion: """
      One daemon and one file. It watches links and gateways, decides, and makes the kernel \
      agree, in milliseconds; and it can say why.

      Exit codes: 0 done, 1 failed, 2 wrong usage or config, 3 the daemon cannot be reached.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(
        name: "The daemon",
        subcommands: [
          Run.self, Init.self, ImportCommand.self, Export.self, Check.self, Plan.self, Apply.self,
          Confirm.self, KeyGen.self,
        ]),
      CommandGroup(
        name: "Look",
        subcommands: [Status.self, Explain.self, Probe.self, DoctorCommand.self, Simulate.self]),
      CommandGroup(
        name: "By hand",
        subcommands: [Switch.self, FailBack.self, Auto.self, Drain.self, Undrain.self]),
      CommandGroup(name: "Learn", subcommands: [DemoCommand.self, Schema.self, Guard.self]),
    ])

  static func main() async {
    do {
      try Later.refuse(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot()
      if var async = command as? any AsyncParsableCommand {
        try await async.run()
      } else {
        try command.run()
      }
    } catch {
      Exit.with(error)
    }
  }
}
