import Engine
import Model

/// How nodes and their links stand: what is so, whatever the daemons think.
struct FleetFacts: Sendable {
  struct Node: Sendable {
    let has: [Bool]  // the shared address of each link
    let carriers: [Bool]
    let isRunning: Bool
    let isFit: Bool
    let isWell: Bool
    /// What a dead one has that was not lent: nobody else was there when it died.
    let isLeft: Bool
    let stalledUntil: Instant
    let pin: MemberID?
    let drained: Set<MemberID>

    var hasAll: Bool { has.allSatisfy { $0 } }
  }

  let nodes: [Node]
  let cuts: Set<Fleet.Cut>
  let hasChannel: Bool
  let isClear: Bool  // no packet is lost but by cuts of both ways, and no stranger speaks
  let longest: Duration  // that a packet takes

  init(_ fleet: Fleet) {
    let links = 1...fleet.plan.links
    nodes = fleet.nodes.map { node in
      Node(
        has: links.map(node.holds), carriers: links.map(node.hasCarrier),
        isRunning: node.isRunning, isFit: node.isFit, isWell: node.isWell,
        isLeft: !node.isRunning && node.loans.isEmpty, stalledUntil: node.stalledUntil,
        pin: node.memory.pins[FleetPlan.group]?.member, drained: node.memory.drained)
    }
    cuts = fleet.cuts
    hasChannel = fleet.plan.cluster != nil && !fleet.keysDiffer
    let isOneWay = cuts.contains { cut in
      !fleet.cuts.contains(Fleet.Cut(from: cut.to, to: cut.from, link: cut.link))
    }
    isClear =
      !isOneWay && fleet.strangers.isEmpty && fleet.conditions.allSatisfy { $0.loss == 0 }
    longest = fleet.conditions.map(\.longest).max() ?? .zero
  }

  /// Both hear each other there.
  func areConnected(_ one: Int, _ other: Int, on link: Int) -> Bool {
    nodes[one].carriers[link - 1] && nodes[other].carriers[link - 1]
      && !cuts.contains(Fleet.Cut(from: one, to: other, link: link))
  }

  /// Who has all addresses.
  var holders: [Int] { nodes.indices.filter { nodes[$0].hasAll } }

  var fit: [Int] { nodes.indices.filter { nodes[$0].isFit } }

  /// The one that has all addresses, no other having any.
  var holder: Int? {
    let some = nodes.indices.filter { nodes[$0].has.contains(true) }
    return some.count == 1 && nodes[some[0]].hasAll ? some[0] : nil
  }

  var stalledUntil: Instant { nodes.map(\.stalledUntil).max() ?? .zero }
}
