import Model
import Testing

@testable import Election

/// However badly links lost, delayed and cut: once they are well, one node holds, and goes on.
struct AgreementTests {
  /// Whoever yields waits for an interval and 100 ms; then nobody may be heard for four intervals
  /// at most; then two may have come at once, and one of them gives way at the next advertisement.
  private static func bound(_ segments: Segments) -> Duration {
    (segments.intervals.max() ?? .zero) * 8 + .milliseconds(200)
  }

  private static func came(
    nodes: Int, preempts: Bool, seed: UInt64, _ verify: (Segments) -> Void
  ) {
    var segments = Segments(nodes: nodes, preempts: preempts, seed: seed)
    for _ in 0..<20 {
      segments.run(for: .milliseconds(337))
      segments.strike(preempts: preempts)
    }
    segments.clearUp()
    segments.run(for: bound(segments))
    verify(segments)
    let holders = segments.holders
    segments.run(for: .seconds(10)) { later in
      #expect(later.holders == holders, "seed \(seed), at \(later.now)")
    }
  }

  @Test(arguments: [2, 3], UInt64(1)...100)
  func `on a segment that is well one node holds, the best of all`(nodes: Int, seed: UInt64) {
    Self.came(nodes: nodes, preempts: true, seed: seed) { segments in
      #expect(segments.holders.count == 1, "seed \(seed)")
      let bids = segments.holders.map { segments.nodes[$0].sync.bid.priority }
      #expect(bids == [segments.bestBid], "seed \(seed)")
    }
  }

  @Test(arguments: [2, 3], UInt64(1)...100)
  func `without preemption one node holds, and it is well if any is`(nodes: Int, seed: UInt64) {
    Self.came(nodes: nodes, preempts: false, seed: seed) { segments in
      #expect(segments.holders.count == 1, "seed \(seed)")
      let areWilling = segments.holders.map { segments.nodes[$0].sync.bid.isWilling }
      #expect(areWilling == [segments.bestBid > Bid.aside], "seed \(seed)")
    }
  }
}
