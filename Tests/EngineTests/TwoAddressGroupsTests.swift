import Config
import Election
import Model
import Testing
import Wire

@testable import Engine

/// Two groups of addresses on the same nodes: what is one's is not the other's.
struct TwoAddressGroupsTests {
  private static func pair(
    isUnicast: Bool = false, files number: UInt8 = 53, cluster: Cluster? = nil
  ) -> Configuration {
    var configuration = NodeRig.pair(needs: [], isUnicast: isUnicast, cluster: cluster)
    configuration.groups.append(
      Group(
        name: "files", holding: .addresses([NodeRig.router("lan", number, "10.1.0.5")]),
        members: [Member(NodeRig.b, tier: 1), Member(NodeRig.a, tier: 2)], damping: nil))
    return configuration
  }

  private static func roles(_ rig: NodeRig) -> [SyncGroup.Role] {
    rig.engine.addressKeepers.map(\.sync.role)
  }

  private static func bids(_ rig: NodeRig) -> [UInt8] {
    rig.engine.addressKeepers.map(\.sync.bid.priority)
  }

  private static func holder(_ configuration: Configuration = pair()) -> NodeRig {
    var rig = NodeRig(configuration)
    rig.run(for: .seconds(10))
    return rig
  }

  /// 3 × 100 ms and the skew of RFC 9568 §6.1, by the tier that this node has in each.
  @Test func `each is taken in its own time, by its own bid`() {
    var rig = NodeRig(Self.pair())
    rig.run(for: .nanoseconds(321_874_999))
    #expect(Self.roles(rig) == [.backup, .backup])
    rig.run(for: .nanoseconds(1))
    #expect(Self.roles(rig) == [.active, .backup])
    rig.run(for: .nanoseconds(341_406_249 - 321_875_000))
    #expect(Self.roles(rig) == [.active, .backup])
    rig.run(for: .nanoseconds(1))
    #expect(Self.roles(rig) == [.active, .active])
    #expect(Self.bids(rig) == [200, 150])
  }

  @Test func `each is advertised at its own pace`() {
    var rig = Self.holder()
    _ = rig.takeSaid()
    rig.run(for: .seconds(1))
    let said = rig.takeSaid()
    #expect(said.count { $0.priority == 200 } == 20, "on both of its links")
    #expect(said.count { $0.priority == 150 } == 10)
  }

  /// Whoever begins anew listens for an interval before it says anything.
  @Test func `a reload that changes one leaves the other as it stands`() {
    func saidAfter(_ configuration: Configuration) -> Set<UInt8> {
      var rig = Self.holder()
      _ = rig.takeSaid()
      rig.handle(.configured(configuration))
      rig.run(for: .milliseconds(99))
      return Set(rig.takeSaid().map(\.priority))
    }
    #expect(saidAfter(Self.pair(files: 54)) == [200])
    #expect(saidAfter(Self.pair(isUnicast: true)) == [150])
    var turned = Self.pair()
    turned.groups.swapAt(1, 2)
    #expect(saidAfter(turned) == [150, 200])
  }

  @Test func `an order is the one's that it names`() throws {
    for (place, name) in [GroupName("gateway"), "files"].enumerated() {
      var rig = Self.holder()
      let before = Self.bids(rig)
      try rig.order(.pin(name, NodeRig.b, isHard: false))
      #expect(Self.bids(rig)[place] < before[place])
      #expect(Self.bids(rig)[1 - place] == before[1 - place])
    }
  }

  @Test func `another node's word is of the group that it names`() {
    var rig = NodeRig(Self.pair(cluster: NodeRig.cluster))
    rig.meet()
    rig.run(for: .milliseconds(10))
    rig.says(.active, 254)
    rig.run(for: .milliseconds(10))
    #expect(rig.engine.addressKeepers.map { $0.nodes["b"]?.isActive ?? false } == [true, false])
    #expect(rig.engine.addressKeepers[0].nodes["b"]?.lastHeard != nil)
  }
}
