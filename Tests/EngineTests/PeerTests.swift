import Config
import Election
import Model
import Testing
import Wire

@testable import Engine

/// What a node does besides VRRP, for it hears another's own words.
struct PeerTests {
  private static let shared = ["10.1.0.1/32", "10.2.0.1/32"]

  private static func pair(
    _ node: NodeName = "a", failback: Failback = .auto, needs: [GroupName] = ["internet"]
  ) -> Configuration {
    NodeRig.pair(node, failback: failback, needs: needs, cluster: NodeRig.cluster)
  }

  /// It knows the other node, which has said how it stands.
  private static func met(
    _ configuration: Configuration = pair(), saying role: PeerMessage.GroupWord.Role,
    _ priority: UInt8, wants: Bool = false
  ) -> NodeRig {
    var rig = NodeRig(configuration)
    rig.meet()
    rig.run(for: .milliseconds(1))
    rig.says(role, priority, wants: wants)
    return rig
  }

  /// Node a holds, b would come next, and all is said.
  private static func holder(
    _ configuration: Configuration = pair(), wants: Bool = false
  ) -> NodeRig {
    var rig = met(configuration, saying: .backup, 150, wants: wants)
    rig.run(for: .seconds(10))
    _ = rig.takeEffects()
    return rig
  }

  // MARK: - What it says

  @Test func `a node is told at once of the role, the bid, and whether it is to hold`() throws {
    var rig = Self.holder()
    #expect(
      rig.told == .init(group: stableHash("gateway"), role: .active, priority: 200, wants: true))
    rig.carrier(NodeRig.ether1, "ether1", false)
    #expect(rig.told?.role == .active && rig.told?.priority == 8)
    #expect(rig.told?.wants == false)
    rig.carrier(NodeRig.lan, "lan", false)
    #expect(rig.told?.role == .waiting)
    rig.carrier(NodeRig.lan, "lan", true)
    #expect(rig.told?.role != .waiting)
  }

  @Test func `the channel is met with the cluster, and left with it`() {
    var rig = NodeRig(Self.pair())
    #expect(rig.takeEffects().contains(.meet(NodeRig.cluster)))
    rig.handle(.configured(Self.pair(failback: .manual)))
    #expect(!rig.takeEffects().contains { if case .meet = $0 { true } else { false } })
    rig.handle(.configured(NodeRig.pair()))
    #expect(rig.takeEffects().contains(.meet(nil)))
  }

  @Test func `nodes that have the same file say so, whichever each of them is`() {
    let digests = ["a", "b"].map { NodeRig(Self.pair($0)).engine.channel?.digest }
    #expect(digests[0] == digests[1] && digests[0] != nil)
    #expect(NodeRig(Self.pair(failback: .manual)).engine.channel?.digest != digests[0])
  }

  // MARK: - Taking what nobody has

  @Test func `who is to hold takes at once what the other says it does not hold`() {
    var rig = Self.met(saying: .backup, 150)
    rig.run(for: .milliseconds(1))
    #expect(rig.held == Self.shared)
    var waiting = Self.met(saying: .waiting, 150)
    waiting.run(for: .milliseconds(1))
    #expect(waiting.held == Self.shared)
  }

  @Test func `what the other holds, or still has, is not taken`() {
    for role in [PeerMessage.GroupWord.Role.active, .yielding] {
      var rig = Self.met(Self.pair(failback: .manual), saying: .active, 150)
      rig.run(for: .milliseconds(200))
      rig.says(role, 150)
      #expect(rig.held == [] && rig.status.active == ["b"])
    }
  }

  @Test func `who is not to hold takes nothing`() {
    var rig = Self.met(Self.pair("b"), saying: .backup, 200, wants: true)
    rig.run(for: .milliseconds(200))
    #expect(rig.held == [])
  }

  @Test func `while a stranger is heard nobody is alone`() {
    var rig = NodeRig(Self.pair(failback: .manual))
    rig.hear(100, on: NodeRig.lan, from: IPAddress("10.1.0.9")!)
    rig.hear(100, on: NodeRig.wan, from: IPAddress("10.2.0.9")!)
    rig.meet()
    rig.run(for: .milliseconds(1))
    rig.says(.backup, 150)
    rig.run(for: .milliseconds(100))
    #expect(rig.held == [])
    // Nor is it one of the nodes, whose words tell more.
    var node = NodeRig(Self.pair())
    node.hear(100, on: NodeRig.lan)
    node.meet()
    node.run(for: .milliseconds(1))
    node.says(.backup, 150)
    #expect(node.held == Self.shared)
  }

  // MARK: - Silence

  @Test func `who held, and is silent on every path, is replaced after the span`() {
    var rig = Self.met(Self.pair("b"), saying: .active, 200, wants: true)
    rig.other = 200
    rig.run(for: .seconds(1))
    #expect(rig.held == [] && rig.status.active == ["a"])
    let last = rig.engine.channel?.session(with: "a")?.lastHeard ?? .zero
    rig.other = nil
    rig.part()
    rig.run(for: last + .nanoseconds(299_999_999) - rig.now)
    #expect(rig.held == [])
    rig.run(for: .milliseconds(12))
    #expect(rig.held == Self.shared && rig.status.active == ["b"])
    #expect(rig.status.members[0].obstacles == [.peerSilent])
    #expect(rig.engine.decisions.last?.reason.contains("a says nothing any more") == true)
  }

  @Test func `who advertises still, though the channel is broken, goes on`() {
    var rig = Self.met(Self.pair("b"), saying: .active, 200, wants: true)
    rig.other = 200
    rig.run(for: .seconds(1))
    rig.part()
    rig.run(for: .seconds(5))
    #expect(rig.held == [] && rig.status.active == ["a"])
    #expect(rig.status.members[0].obstacles == [] && rig.status.members[0].health == .up)
    rig.other = nil
    rig.run(for: .milliseconds(299))
    #expect(rig.held == [], "of the channel's silence nothing follows: it was silent before")
    rig.run(for: .milliseconds(200))
    #expect(rig.held == Self.shared)
  }

  @Test func `a node that was deaf itself does not take the other for dead`() {
    var rig = Self.met(Self.pair("b"), saying: .active, 200, wants: true)
    rig.run(for: .milliseconds(100))
    rig.carrier(NodeRig.lan, "lan", false)
    rig.part()
    rig.run(for: .seconds(1))
    rig.carrier(NodeRig.lan, "lan", true)
    rig.run(for: .milliseconds(299))
    #expect(rig.held == [])
    rig.run(for: .milliseconds(2))
    #expect(rig.held == Self.shared)
  }

  @Test func `a node of which nothing was ever heard is waited for as by VRRP alone`() {
    var rig = NodeRig(Self.pair("b"))
    rig.run(for: .milliseconds(341))
    #expect(rig.held == [])
    rig.run(for: .milliseconds(1))
    #expect(rig.held == Self.shared)
  }

  // MARK: - Holding unheard

  @Test func `who says that it holds is not fought, though no advertisement comes`() {
    var rig = Self.met(Self.pair(failback: .manual), saying: .active, 150)
    rig.run(for: .seconds(5))
    #expect(rig.held == [] && rig.status.active == ["b"])
    #expect(rig.takeSaid() == [])
    rig.says(.yielding, 150)
    rig.run(for: .milliseconds(400))
    #expect(rig.held == Self.shared)
  }

  @Test func `who was heard by both, and then by the channel alone, is not fought`() {
    var rig = Self.met(Self.pair(failback: .manual), saying: .active, 150)
    rig.other = 150
    rig.run(for: .seconds(1))
    rig.other = nil
    rig.run(for: .seconds(5))
    #expect(rig.held == [] && rig.status.active == ["b"])
  }

  @Test func `who is to preempt does so, whether or not the other is heard`() {
    var rig = Self.met(saying: .active, 150)
    rig.run(for: .milliseconds(400))
    #expect(rig.held == Self.shared)
  }

  @Test(arguments: [
    ("a", UInt8(254), true), ("a", 201, true), ("a", 200, true), ("a", 199, false),
    ("b", 151, true), ("b", 150, false), ("b", 149, false),
  ])
  func `a holder that VRRP does not let it hear, with a better bid, is left to it`(
    node: String, priority: UInt8, gives: Bool
  ) {
    var rig = Self.met(Self.pair(NodeName(node)), saying: .backup, 9)
    rig.run(for: .seconds(10))
    #expect(rig.held == Self.shared)
    _ = rig.takeEffects()
    rig.says(.active, priority)
    rig.run(for: .milliseconds(60))
    #expect((rig.held == []) == gives)
    #expect(rig.takeSaid().contains { $0.priority == 0 } == gives)
  }

  // MARK: - Handing over

  @Test func `whoever cannot serve hands it to a node that would take it`() {
    var rig = Self.holder(wants: true)
    rig.carrier(NodeRig.ether1, "ether1", false)
    #expect(rig.takeSaid().contains { $0.priority == 0 })
    #expect(rig.engine.isBeingRelieved && rig.held == Self.shared)
    rig.says(.active, 150, wants: true)
    rig.hear(150, on: NodeRig.lan)
    rig.run(for: .milliseconds(60))
    #expect(rig.held == [] && rig.status.active == ["b"])
  }

  @Test func `nothing is handed to a node that would not take it`() {
    var rig = Self.holder()
    rig.carrier(NodeRig.ether1, "ether1", false)
    #expect(!rig.takeSaid().contains { $0.priority == 0 })
    #expect(rig.status.active == ["a"] && !rig.engine.isBeingRelieved)
    // Once it would, it has it.
    rig.says(.backup, 150, wants: true)
    #expect(rig.engine.isBeingRelieved)
  }

  @Test func `an operator's word hands it to a node whose own policy would leave it here`() throws {
    var rig = Self.holder()
    try rig.order(.pin("gateway", NodeRig.b, isHard: false))
    #expect(rig.takeSaid().contains { $0.priority == 0 } && rig.engine.isBeingRelieved)
  }

  @Test func `an order that the other cannot follow moves nothing, until it can`() throws {
    var rig = Self.holder()
    rig.says(.waiting, 150)
    try rig.order(.pin("gateway", NodeRig.b, isHard: true))
    #expect(!rig.engine.isBeingRelieved)
    rig.says(.backup, 150)
    rig.run(for: .milliseconds(1))
    #expect(rig.engine.isBeingRelieved)
  }

  @Test func `what was offered in vain is offered again after ten seconds`() {
    var rig = Self.holder(wants: true)
    rig.carrier(NodeRig.ether1, "ether1", false)
    #expect(rig.engine.isBeingRelieved)
    rig.run(for: .milliseconds(201))
    #expect(!rig.engine.isBeingRelieved && rig.held == Self.shared)
    _ = rig.takeEffects()
    rig.run(for: .seconds(9))
    rig.says(.backup, 149, wants: true)
    #expect(!rig.takeSaid().contains { $0.priority == 0 })
    rig.run(for: .seconds(1))
    rig.says(.backup, 148, wants: true)
    #expect(rig.engine.isBeingRelieved)
  }

  @Test func `a node that has come since is offered it at once`() {
    var rig = Self.holder(wants: true)
    rig.carrier(NodeRig.ether1, "ether1", false)
    rig.part()
    rig.run(for: .seconds(2))
    #expect(!rig.engine.isBeingRelieved && rig.held == Self.shared)
    rig.meet(epoch: 33)
    rig.run(for: .milliseconds(100))
    rig.says(.backup, 150, wants: true)
    #expect(rig.engine.isBeingRelieved)
  }

  // MARK: - What is known of it

  @Test(arguments: [
    (PeerMessage.GroupWord.Role.waiting, UInt8(150), [Obstacle.peerUnfit], Health.unknown),
    (.backup, 150, [], .up), (.backup, 9, [], .down), (.backup, 10, [], .up),
  ])
  func `a node stands as its own word has it`(
    role: PeerMessage.GroupWord.Role, priority: UInt8, obstacles: [Obstacle], health: Health
  ) {
    var rig = Self.holder()
    rig.says(role, priority)
    #expect(rig.status.members[1].obstacles == obstacles)
    #expect(rig.status.members[1].health == health)
  }

  @Test func `a silent node is in nobody's way, and is well again once it speaks`() {
    var rig = Self.holder()
    rig.part()
    rig.run(for: .seconds(1))
    #expect(rig.status.members[1].obstacles == [.peerSilent])
    rig.meet(epoch: 33)
    rig.run(for: .milliseconds(200))
    rig.says(.backup, 150)
    #expect(rig.status.members[1].obstacles == [] && rig.status.members[1].health == .up)
  }

  @Test func `who resigned is the cause of what follows`() {
    var rig = Self.met(Self.pair("b", failback: .manual), saying: .active, 200, wants: true)
    rig.run(for: .milliseconds(200))
    #expect(rig.status.active == ["a"])
    rig.says(.backup, 9)
    rig.run(for: .milliseconds(1))
    #expect(rig.held == Self.shared)
    #expect(rig.engine.decisions.last?.reason == "a gives it up")
  }

  @Test func `a node's own word is a cause`() {
    var rig = Self.met(Self.pair("b"), saying: .active, 200, wants: true)
    rig.run(for: .milliseconds(200))
    let before = rig.engine.decisions.count
    rig.says(.active, 8)
    rig.run(for: .milliseconds(1))
    let reasons = rig.engine.decisions.dropFirst(before).map(\.reason)
    #expect(reasons == ["a says that it should not hold"])
  }

  @Test func `who went on advertising is missed a span after its last word`() {
    var rig = Self.met(Self.pair("b"), saying: .active, 200, wants: true)
    rig.other = 200
    rig.run(for: .seconds(1))
    rig.part()
    rig.run(for: .milliseconds(150))
    let last = rig.engine.addressKeepers[0].nodes["a"]?.lastHeard ?? .zero
    rig.other = nil
    rig.run(for: last + .nanoseconds(299_999_999) - rig.now)
    #expect(rig.held == [])
    rig.run(for: .nanoseconds(1))
    #expect(rig.held == Self.shared)
  }

  // MARK: - Bids

  @Test func `a soft pin is not bid by a node that is not well, and a hard one is`() throws {
    for isHard in [false, true] {
      var rig = Self.holder()
      try rig.order(.pin("gateway", NodeRig.a, isHard: isHard))
      #expect(rig.told?.priority == 254)
      rig.carrier(NodeRig.ether1, "ether1", false)
      #expect(rig.told?.priority == (isHard ? 254 : 8))
    }
  }

  @Test
  func `who is sent away bids less than all who would have it, and more than who is not well`()
    throws
  {
    var rig = Self.holder()
    try rig.order(.pin("gateway", NodeRig.b, isHard: false))
    #expect(rig.told?.priority == 9 && rig.told?.role == .yielding)
  }

  @Test func `whoever drains the weaker node outbids nobody`() throws {
    var rig = Self.holder()
    try rig.order(.drain(NodeRig.b, isForced: false))
    #expect(rig.told?.priority == 200)
  }

  @Test func `an order to fail back hands it to a node that did not ask for it`() throws {
    var rig = Self.met(Self.pair("b", failback: .manual), saying: .waiting, 200)
    rig.run(for: .seconds(1))
    #expect(rig.held == Self.shared && rig.status.active == ["b"])
    try rig.order(.failback("gateway"))
    #expect(!rig.engine.isBeingRelieved, "that node is not fit")
    rig.says(.backup, 200)
    #expect(!rig.engine.isBeingRelieved)
    try rig.order(.failback("gateway"))
    #expect(rig.engine.isBeingRelieved && rig.held == Self.shared)
  }

  @Test func `no run of a daemon is numbered 0, for that is none`() {
    #expect(Engine(seed: 0).epoch != 0)
  }
}
