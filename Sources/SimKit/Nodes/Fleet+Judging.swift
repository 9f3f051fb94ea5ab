import Model

extension Fleet {
  /// Compares what is with what must be, after something has changed.
  mutating func look() {
    let seen = nodes.reduce(into: lookedFor) { $0 += $1.shell.kernel.version }
    guard seen != lastSeen else { return }
    lastSeen = seen
    let facts = FleetFacts(self)
    watch.looked(facts, at: now)
  }

  /// What a node has after its turn, before what it said is heard of.
  mutating func noteGains(_ node: Int) {
    let has = (1...plan.links).map { nodes[node].holds(on: $0) }
    watch.gained(node, has, at: now)
  }
}
