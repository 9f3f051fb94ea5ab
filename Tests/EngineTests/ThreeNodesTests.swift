import Config
import Model
import Testing

@testable import Engine

/// Of more than two nodes, each takes the orders that are about itself.
struct ThreeNodesTests {
  private static let c = MemberID.node("c")

  /// The manual's pair, and one more behind them.
  private static func three(_ node: NodeName) -> NodeRig {
    var configuration = NodeRig.pair(node, failback: .manual, needs: [])
    configuration.nodes.append(Node(name: "c", addresses: NodeRig.host(4)))
    let pair = configuration.groups[1]
    configuration.groups[1] = Group(
      name: pair.name, holding: pair.holding, members: pair.members + [Member(c, tier: 3)],
      failback: pair.failback, damping: nil)
    return NodeRig(configuration)
  }

  @Test(arguments: [
    Command.pin("gateway", c, isHard: false), .pin("gateway", c, isHard: true),
    .drain(c, isForced: true),
  ])
  func `an order about another is refused, with where to give it, and changes nothing`(
    order: Command
  ) {
    var rig = Self.three("a")
    rig.run(for: .seconds(10))
    let before = (rig.engine.memory, rig.status)
    #expect(throws: CommandRefused("gateway has 3 nodes, and this is a: give that order on c")) {
      try rig.order(order)
    }
    #expect(before == (rig.engine.memory, rig.status))
  }

  @Test func `an order about itself, and what ends one, is taken`() throws {
    var rig = Self.three("a")
    rig.run(for: .seconds(10))
    try rig.order(.pin("gateway", NodeRig.a, isHard: false))
    try rig.order(.auto("gateway"))
    try rig.order(.drain(NodeRig.a, isForced: false))
    try rig.order(.undrain(NodeRig.a))
    try rig.order(.undrain(Self.c))
  }

  /// Who has it gives it, and the best takes it; all others have no say.
  @Test func `it fails back by who has it or is to have it`() throws {
    var holder = Self.three("b")
    holder.run(for: .seconds(10))
    try holder.order(.failback("gateway"))

    var best = Self.three("a")
    best.other = 120
    best.run(for: .seconds(10))
    try best.order(.failback("gateway"))

    var second = Self.three("b")
    second.other = 120
    second.run(for: .seconds(10))
    #expect(throws: CommandRefused("gateway has 3 nodes, and this is b: give that order on a")) {
      try second.order(.failback("gateway"))
    }
  }
}
