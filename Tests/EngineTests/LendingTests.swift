import Model
import Testing
import Wire

@testable import Engine

/// Held addresses that end with the daemon, for as long as another node would have them.
struct LendingTests {
  private static let held = zip([NodeRig.lan, NodeRig.wan], NodeRig.host(1)).map {
    HeldAddress.shared($1, on: $0)
  }

  /// Node a holds, and b is there.
  private static func holder() -> NodeRig {
    var rig = NodeRig(NodeRig.pair(cluster: NodeRig.cluster))
    rig.meet()
    rig.run(for: .milliseconds(1))
    rig.says(.backup, 150)
    return rig
  }

  private static func loans(_ rig: inout NodeRig) -> [Effect] {
    rig.takeEffects().filter { if case .lend = $0 { true } else { false } }
  }

  @Test func `what is held is lent for two seconds, again each half second`() {
    var rig = Self.holder()
    rig.run(for: .milliseconds(1))
    #expect(Self.loans(&rig) == [.lend(Self.held, for: .seconds(2))])
    rig.run(for: .milliseconds(498))
    #expect(Self.loans(&rig) == [])
    rig.run(for: .milliseconds(1_002))
    #expect(Self.loans(&rig).count == 3)
  }

  @Test func `it is renewed in time, however rarely nodes speak`() {
    let slow = Cluster(keyFile: "/key", heartbeat: .seconds(2), fall: 3, port: 8_383)
    var rig = NodeRig(NodeRig.pair(cluster: slow))
    rig.meet()
    rig.run(for: .milliseconds(1))
    rig.says(.backup, 150)
    _ = rig.takeEffects()
    rig.run(for: .milliseconds(1_501))
    #expect(Self.loans(&rig).count >= 3)
  }

  @Test func `without another node it is nobody's, and stays`() {
    var rig = Self.holder()
    rig.run(for: .seconds(1))
    _ = rig.takeEffects()
    rig.part()
    rig.run(for: .milliseconds(199))
    #expect(!Self.loans(&rig).contains(.lend(Self.held, for: nil)))
    rig.run(for: .milliseconds(101))
    #expect(Self.loans(&rig).last == .lend(Self.held, for: nil))
    rig.run(for: .seconds(5))
    #expect(Self.loans(&rig) == [])
    var alone = NodeRig(NodeRig.pair())
    alone.run(for: .seconds(5))
    #expect(Self.loans(&alone) == [])
  }

  @Test func `what is held no longer is not lent, nor given back`() {
    var rig = Self.holder()
    rig.run(for: .seconds(1))
    _ = rig.takeEffects()
    rig.carrier(NodeRig.lan, "lan", false)
    #expect(Self.loans(&rig) == [.lend([], for: nil)])
    rig.run(for: .seconds(5))
    #expect(Self.loans(&rig) == [])
  }

  // MARK: - Leaving

  @Test func `who leaves offers what it holds, and bids no more`() {
    var rig = Self.holder()
    rig.run(for: .seconds(1))
    #expect(!rig.engine.isBeingRelieved)
    rig.handle(.leaving)
    #expect(rig.engine.isBeingRelieved && rig.engine.heldAtLast == Self.held)
    #expect(rig.status.members[0].health == .down)
    rig.says(.active, 150)
    rig.hear(150, on: NodeRig.lan)
    rig.run(for: .milliseconds(60))
    #expect(!rig.engine.isBeingRelieved && rig.engine.heldAtLast == [])
  }

  /// Their channel may be broken, and another make's router needs none.
  @Test func `it is offered where nobody is known to be there, and held to the end`() {
    var rig = Self.holder()
    rig.part()
    rig.run(for: .seconds(1))
    rig.handle(.leaving)
    #expect(rig.takeSaid().suffix(2) == NodeRig.both(0)[...])
    #expect(rig.engine.isBeingRelieved)
    rig.run(for: .milliseconds(201))
    #expect(!rig.engine.isBeingRelieved && rig.engine.heldAtLast == Self.held)
  }

  @Test func `who leaves offers what it holds badly, and has offered before`() {
    var rig = Self.holder()
    rig.run(for: .seconds(1))
    rig.part()
    rig.carrier(NodeRig.ether1, "ether1", false)
    rig.run(for: .seconds(1))
    #expect(!rig.engine.isBeingRelieved && rig.held.count == 2)
    rig.handle(.leaving)
    #expect(rig.engine.isBeingRelieved)
  }
}
