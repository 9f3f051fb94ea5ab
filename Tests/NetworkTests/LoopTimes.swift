import Client
import Testing

/// How long the turns of a daemon's loop took, and how late it woke, as it counts them itself.
struct LoopTimes {
  private var turns: [(bound: Double, count: Int)] = []  // in seconds
  private var lateness: [(bound: Double, count: Int)] = []

  init(_ client: DaemonClient) async throws {
    let lines = try await client.metrics().split(separator: "\n")
    turns = try Self.counts("siaga_loop_turn_seconds", lines)
    lateness = try Self.counts("siaga_loop_lateness_seconds", lines)
  }

  private static func counts(
    _ name: String, _ lines: [Substring]
  ) throws -> [(bound: Double, count: Int)] {
    try lines.filter { $0.hasPrefix("\(name)_bucket") }.map { line in
      let count = try #require(line.split(separator: " ").last.flatMap { Int($0) })
      return (Double(line.split(separator: "\"")[1]) ?? .infinity, count)
    }
  }

  /// The bounds, in seconds, that the longest turn since then, and the latest one, stayed below.
  func most(since earlier: LoopTimes) -> (turn: Double, lateness: Double) {
    (Self.most(turns, earlier.turns), Self.most(lateness, earlier.lateness))
  }

  private static func most(
    _ now: [(bound: Double, count: Int)], _ then: [(bound: Double, count: Int)]
  ) -> Double {
    let since = zip(now, then).map { ($0.bound, $0.count - $1.count) }
    return since.first { $0.1 == since.last?.1 }?.0 ?? .infinity
  }
}
