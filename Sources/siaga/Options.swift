import ArgumentParser
import Client
import FoundationEssentials

/// For the commands that speak to the daemon.
struct DaemonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path"))
  var socket = DaemonClient.standardSocket

  @Flag(help: "Print JSON.")
  var json = false

  var client: DaemonClient { DaemonClient(socket: socket) }

  /// JSON when it was asked for, else `text`.
  func show(_ value: some Encodable, _ text: () -> String) throws {
    guard json else { return print(text()) }
    print(try JSONText.of(value))
  }
}

enum JSONText {
  static func of(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

/// The file a command reads: named, or the standard one.
enum StandardPaths {
  static let config = "/etc/siaga/siaga.yaml"
  static let state = "/var/lib/siaga"
}
