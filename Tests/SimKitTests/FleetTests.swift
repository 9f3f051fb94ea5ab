import SimKit
import Testing

/// Nodes that share addresses, in any weather.
struct FleetTests {
  /// A minute each. `make test-pure` lets a thousand live, besides.
  @Test(arguments: UInt64(1)...10)
  func `all invariants hold among nodes in any weather`(block: UInt64) {
    for seed in (block - 1) * 20 + 1...block * 20 {
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
      19,  // a node that had been deaf itself took the other for dead
      59,  // a node that was drained on the other one went on
      247,  // one that had stalled set addresses again that had ended, as it was being relieved
      639,  // of three, one that missed a holder's last word took it for a holder for ever
      788,  // a repeated announcement fell due while the node was being relieved
      912,  // a node drained twice within ten seconds stayed the second time
      1_863,  // an order to switch, given while the other was not heard, was never carried out
      2_013,  // an order within 10 s of an offer that nobody could take was not carried out at once
      4_656,  // without a channel, two orders that contradicted each other were both obeyed
    ] as [UInt64])
  func `what failed once among nodes holds`(seed: UInt64) {
    let result = FleetSimulation(seed: seed).run()
    #expect(result.violation == nil, "\(result.report)")
  }

  @Test func `the same seed gives the same history of nodes`() {
    let traces = Set((0..<3).map { _ in FleetSimulation(seed: 17).run().trace.text })
    #expect(traces.count == 1)
  }

  @Test func `a failing seed of nodes is made short, and fails in the same way`() throws {
    let whole = try #require(
      (UInt64(1)...40).lazy.map { FleetSimulation(seed: $0, flaw: .announcesNothing) }
        .first { $0.run().violation != nil })
    let shrinking = try #require(Shrinking(whole))
    #expect(shrinking.simulation.moments.isEmpty)
    #expect(shrinking.result.violation?.invariant == .linksKnow)
    #expect(shrinking.report(rerunBy: "again --keep ").contains("again: again --keep none"))
    #expect(shrinking.simulation.lastWords.contains("BROKEN"))
  }

  // MARK: - Nodes built wrongly

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
    let found = (UInt64(1)...60).lazy.compactMap {
      FleetSimulation(seed: $0, flaw: flaw).run().violation?.invariant
    }
    #expect(found.contains(invariant), "\(Set(found))")
  }
}
