import Lab
import Model

/// What fping costs that asks the same targets as often.
enum Fping {
  /// - Parameter gap: between two packets.
  static func cost(
    of targets: [String], every: Duration, gap: Duration, in namespace: Namespace, spans: Int,
    of span: Duration
  ) async throws -> Series {
    let scratch = try ScratchDirectory(tag: "fping")
    try scratch.write(targets.joined(separator: "\n") + "\n", to: "targets")
    let settled = Duration.seconds(2)  // what its start costs is past by then
    let rounds = Int((settled + span * spans) / every) + 10
    let program = try Program(
      [
        "fping", "-q", "-c\(rounds)", "-p\(Int(every.milliseconds))", "-i\(gap.milliseconds)", "-f",
        scratch.file("targets"),
      ], in: namespace, log: "/dev/null")
    return try await finally({ program.end(patience: .zero) }) {
      try await Task.sleep(for: settled)
      return try await Cost.measured(program.pid, spans: spans, of: span).cpu
    }
  }
}
