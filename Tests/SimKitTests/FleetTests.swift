import SimKit
import Testing

/// Nodes that share addresses, in any weather.
struct FleetTests {
  /// `make soak NODES=12` runs as many as you like.
  @Test(arguments: UInt64(1)...20)
  func `all invariants hold among nodes in any weather`(block: UInt64) {
    for seed in (block - 1) * 50 + 1...block * 50 {
      let result = FleetSimulation(seed: seed).run()
      #expect(result.violation == nil, "\(result.report)")
    }
  }

  /// Seeds that found something once, and what it was.
  @Test(
    arguments: [
      4,  // a broken channel was taken for a dead node each time anew, though it advertised
      6,  // a cable that was put back within a second was noticed only when that was over
      8,  // an order was told to the other node with the next heartbeat only
      59,  // a node that was drained on the other one went on
    ] as [UInt64])
  func `what failed once among nodes holds`(seed: UInt64) {
    let result = FleetSimulation(seed: seed).run()
    #expect(result.violation == nil, "\(result.report)")
  }

  @Test func `the same seed gives the same history of nodes`() {
    let traces = Set((0..<3).map { _ in FleetSimulation(seed: 17).run().trace.text })
    #expect(traces.count == 1)
  }

  // MARK: - Nodes built wrongly

  private static func found(_ flaw: NodeFlaw) -> Set<Invariant> {
    Set(
      (UInt64(1)...60).compactMap {
        FleetSimulation(seed: $0, flaw: flaw).run().violation?.invariant
      })
  }

  @Test(
    arguments: [
      (NodeFlaw.keepsAddresses, Invariant.oneHolder),
      (.holdsNothing, .someHolder),
      (.dawdles, .quickHandover),
      (.doubtsSilence, .deadIsReplaced),
      (.announcesNothing, .linksKnow),
      (.forgetsOrders, .ordersHold),
      (.comesBack, .nodesStay),
      (.staysAway, .nodesFailBack),
      (.isDeaf, .nodesRest),
    ])
  func `a node built wrongly is caught`(flaw: NodeFlaw, invariant: Invariant) {
    #expect(Self.found(flaw).contains(invariant), "\(Self.found(flaw))")
  }
}
