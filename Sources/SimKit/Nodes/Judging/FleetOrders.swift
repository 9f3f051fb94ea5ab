import Engine
import Model

/// Operators' orders, and what policy promises, among nodes.
extension FleetWatch {
  /// What is wrong with who holds, should it stay so; nil: nothing.
  func entitled(_ facts: FleetFacts) -> Violation? {
    let fit = facts.fit
    guard let holder = facts.holder, !fit.isEmpty, areTogether(facts) else { return nil }
    let pins = Set(fit.compactMap { facts.nodes[$0].pin })
    let well = fit.filter { facts.nodes[$0].isWell }
    guard pins.count <= 1 else { return nil }
    if let pin = pins.first {
      guard let pinned = well.first(where: { .node(plan.names[$0]) == pin }), pinned != holder,
        // Without the channel nobody hears that one is back whom he was to leave it to.
        plan.cluster != nil || facts.nodes[pinned].pin == pin
      else { return nil }
      return Violation(
        invariant: .ordersHold, sentence: "node \(holder) holds, and \(pin) is pinned")
    }
    let drained = fit.reduce(into: Set<MemberID>()) { $0.formUnion(facts.nodes[$1].drained) }
    let eligible = well.filter { !drained.contains(.node(plan.names[$0])) }
    guard let best = eligible.first else { return nil }
    guard eligible.contains(holder) else {
      return Violation(
        invariant: .ordersHold,
        sentence: "node \(holder) holds, which is drained or unwell, and node \(best) could")
    }
    guard plan.failback != .manual, plan.older == nil, best != holder else { return nil }
    return Violation(
      invariant: .nodesFailBack, sentence: "node \(holder) holds, and node \(best) is better")
  }

  /// All who run hear each other on every link, and no dead one has anything.
  private func areTogether(_ facts: FleetFacts) -> Bool {
    facts.cuts.isEmpty
      && facts.nodes.allSatisfy { $0.isRunning ? $0.isFit : !$0.has.contains(true) }
  }

  // MARK: - Manual failback

  /// - Parameter settled: how all stood before it, if it was calm.
  mutating func watchStayer(befell incident: NodeIncident, after settled: FleetFacts?) {
    if let settled, mayStay(settled), let holder = settled.holder, settled.nodes[holder].isFit,
      settled.nodes[holder].isWell
    {
      stayer = holder
    }
    guard let stayer else { return }
    switch incident {
    case .cable(let node, _, _), .uplink(let node, _), .power(let node, _),
      .killed(let node, _, _), .stops(let node, _), .stalls(let node, _):
      if node == stayer { self.stayer = nil }
    case .conditions(_, let conditions):
      if conditions.loss > 0 { self.stayer = nil }
    case .keys:
      // Who waited for rarer advertisements would be late where a node is dead.
      if plan.cluster.map({ $0.heartbeat * $0.fall < plan.interval * 2 }) ?? false {
        self.stayer = nil
      }
    case .cut, .stranger, .order:
      self.stayer = nil
    }
  }

  private func mayStay(_ facts: FleetFacts) -> Bool {
    plan.failback == .manual && plan.older == nil && facts.isClear && facts.cuts.isEmpty
      && facts.nodes.allSatisfy { $0.pin == nil && $0.drained.isEmpty }
  }

  mutating func watchStayer(_ facts: FleetFacts) {
    guard let stayer else { return }
    guard mayStay(facts), facts.nodes[stayer].isFit, facts.nodes[stayer].isWell else {
      return self.stayer = nil
    }
    if let holder = facts.holder, holder != stayer {
      broke(.nodesStay, "node \(holder) took it from node \(stayer), which could hold")
    }
  }
}
