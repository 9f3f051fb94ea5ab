import Client
import Lab

/// How long the turns of the daemon's loop took, as it counts them itself.
struct LoopTurns {
  private let bounds: [Double]  // ms, of each bucket but the last
  private let counts: [Int]  // of turns that took at most so long; all, at the end

  static func read(_ client: DaemonClient) async throws -> LoopTurns {
    var bounds: [Double] = []
    var counts: [Int] = []
    for line in try await client.metrics().split(separator: "\n") {
      guard line.hasPrefix("siaga_loop_turn_seconds_bucket"), let number = line.lastNumber else {
        continue
      }
      counts.append(Int(number))
      if let bound = Double(line.split(separator: "\"")[1]), bound.isFinite {
        bounds.append(bound * 1_000)
      }
    }
    guard bounds.count + 1 == counts.count else {
      throw LabError.never("siaga_loop_turn_seconds in the metrics", within: .zero)
    }
    return LoopTurns(bounds: bounds, counts: counts)
  }

  /// The bound that the longest turn since an earlier look stayed below; nil: it took longer than
  /// the last one.
  func longest(since earlier: LoopTurns) -> Double? {
    let since = zip(counts, earlier.counts).map { $0 - $1 }
    return since.dropLast().firstIndex { $0 == since.last }.map { bounds[$0] }
  }

  /// In milliseconds; what is longer than all bounds counts as a second.
  static func longest(
    _ client: DaemonClient, _ body: () async throws -> Void
  ) async throws -> Double {
    let before = try await read(client)
    try await body()
    return try await read(client).longest(since: before) ?? 1_000
  }
}

/// A number of the daemon's that has no labels.
func counter(_ name: String, _ client: DaemonClient) async throws -> Int {
  let lines = try await client.metrics().split(separator: "\n")
  guard let number = lines.first(where: { $0.hasPrefix("\(name) ") })?.lastNumber else {
    throw LabError.never("\(name) in the metrics", within: .zero)
  }
  return Int(number)
}

extension Substring {
  fileprivate var lastNumber: Double? {
    split(separator: " ").last.flatMap { Double($0) }
  }
}
