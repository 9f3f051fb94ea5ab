import ArgumentParser
import Client
import Glibc
import Model

struct Apply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hand the running daemon a new configuration, which it stores as its own file.",
    discussion: """
      With --confirm it is on trial: unless `siaga confirm` follows in time, all goes back to what \
      was before, also when the daemon dies, the machine restarts or your connection is lost.
      """)

  @Argument(help: "The file (default: \(StandardPaths.config)).") var file = StandardPaths.config
  @Option(help: ArgumentHelp("Go back after so long, unless confirmed.", valueName: "time"))
  var confirm: TrialTime?
  @Flag(help: "With --confirm: confirm by itself once all holders are judged and up.")
  var confirmWhenHealthy = false
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    guard !confirmWhenHealthy || confirm != nil else {
      throw ValidationError("--confirm-when-healthy needs --confirm TIME, such as --confirm 60s")
    }
  }

  func run() async throws {
    let text = try ConfigText(file)
    _ = try text.reading()
    let answer = try await daemon.client.apply(
      configuration: text.text, trial: confirm?.seconds,
      confirmingWhenHealthy: confirmWhenHealthy, by: Caller.name)
    try daemon.show(answer) {
      ((answer.changes ?? []) + ["# \(answer.message)"]).joined(separator: "\n")
    }
  }
}

struct Confirm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep the configuration that is on trial, and store it.")

  @Argument(help: "Its number, as `apply` printed it (default: whichever it is, if it is yours).")
  var number: UInt64?
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    let answer = try await daemon.client.confirm(number, by: Caller.name)
    try daemon.show(answer) { answer.message }
  }
}

/// `60s`, `5m`, `1h`: whole seconds.
struct TrialTime: ExpressibleByArgument {
  let seconds: Int64

  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600]
    guard let unit = argument.last.flatMap({ units[$0] }),
      let count = Int64(argument.dropLast()), (1...86_400).contains(count), count * unit <= 86_400
    else { return nil }
    seconds = count * unit
  }
}

/// Who types: for other operators to know.
enum Caller {
  static var name: String {
    for variable in ["SUDO_USER", "LOGNAME", "USER"] {
      if let value = getenv(variable), value.pointee != 0 { return String(cString: value) }
    }
    return "uid \(getuid())"
  }
}
