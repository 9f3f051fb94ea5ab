import ArgumentParser
import Client
import Glibc
import Model

struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show groups, members, health, who holds what, since when.")

  @Flag(help: "Show it anew each second, until Ctrl-C.") var watch = false
  @OptionGroup var daemon: DaemonOptions

  func run() async throws {
    repeat {
      let status = try await daemon.client.status()
      let isTerminal = isatty(STDOUT_FILENO) != 0
      if watch, isTerminal, !daemon.json { print("\u{1b}[H\u{1b}[2J", terminator: "") }
      try daemon.show(status) {
        StatusText(isColored: isTerminal && getenv("NO_COLOR") == nil).of(status)
      }
      fflush(nil)
      if watch { try await Task.sleep(for: .seconds(1)) }
    } while watch
  }
}
