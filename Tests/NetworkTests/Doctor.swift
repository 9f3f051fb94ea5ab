import Foundation
import Lab

/// What `siaga doctor --json` said.
struct DoctorReport: Decodable {
  struct Finding: Decodable {
    let name: String
    let severity: String
    let what: String
    let why: String
    let remedy: String
  }

  /// Of the machine that the tests run on, not of the namespace.
  private static let ofMachine: Set = [
    "clock-unsynchronized", "clock-wrong", "tasks-full", "memory-full", "buffer-small",
    "files-few", "tracking-full", "tracking-small",
  ]

  let healthy: Bool
  let findings: [Finding]
  let unseen: [String]

  var ofNetwork: [Finding] { findings.filter { !Self.ofMachine.contains($0.name) } }

  subscript(name: String) -> Finding? { findings.first { $0.name == name } }
}

/// `siaga doctor` in a namespace.
struct Doctor {
  let namespace: Namespace
  var socket = "/tmp/siaga-nobody.sock"
  var file: String?
  var mounts: [Mount] = []
  var wrapper: [String] = []  // what it runs under

  func outcome(_ arguments: String...) throws -> Command.Outcome {
    let line =
      wrapper + [Scene.executable, "doctor"] + (file.map { [$0] } ?? []) + ["--socket", socket]
      + arguments
    return try Command(namespace.command(line, seeing: mounts)).outcome()
  }

  func report() throws -> DoctorReport {
    let outcome = try outcome("--json")
    do {
      let report = try JSONDecoder().decode(DoctorReport.self, from: Data(outcome.output.utf8))
      guard outcome.exit == .status(report.healthy ? 0 : 1) else { throw Strange(outcome) }
      return report
    } catch {
      throw Strange(outcome)
    }
  }

  struct Strange: Error, CustomStringConvertible {
    let description: String

    init(_ outcome: Command.Outcome) {
      description = "siaga doctor \(outcome.exit): \(outcome.output) \(outcome.errors)"
    }
  }
}

extension Scene {
  var doctor: Doctor { Doctor(namespace: network.gateway, socket: daemon.socket) }
}
