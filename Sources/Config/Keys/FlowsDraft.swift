import Model

/// What the file says of flows; nil: nothing for this direction.
struct FlowsUse: Hashable, Sendable {
  let failover: FlowPolicy?
  let failback: FlowPolicy?

  init(failover: FlowPolicy?, failback: FlowPolicy?) {
    self.failover = failover
    self.failback = failback
  }

  init(_ rules: FlowRules) {
    self.init(failover: rules.failover, failback: rules.failback)
  }

  func rules(otherwise policy: FlowPolicy) -> FlowRules {
    FlowRules(failover: failover ?? policy, failback: failback ?? policy)
  }
}

/// A policy for each direction, as the file gives it.
struct FlowsDraft: SectionDraft {
  var failover: Placed<FlowPolicy?>?
  var failback: Placed<FlowPolicy?>?

  static let section = Section<FlowsDraft>(
    "flows", "A policy for each direction in which a link that lives can be left.",
    chapter: "groups.NAME.flows",
    [
      Key(
        "failover", \.failover, Form<FlowPolicy>.words().optional,
        .means(nil, "as if `flows` were left out"),
        "When a worse member or an equal one takes over, as after `siaga drain`."),
      Key(
        "failback", \.failback, Form<FlowPolicy>.words().optional,
        .means(nil, "as if `flows` were left out"),
        "When a better member gets the route back. With `drain` nobody notices a failback: what "
          + "began on the worse link ends there."),
    ])
}

extension Form<FlowsUse> {
  static let flows = Form.words(
    FlowPolicy.allCases.map { ($0.rawValue, FlowsUse(FlowRules($0))) }, or: FlowsDraft.section,
    meaning: { draft, _, _ in
      guard let failover = draft.failover, let failback = draft.failback else { return nil }
      return FlowsUse(failover: failover.value, failback: failback.value)
    },
    draft: { FlowsDraft(failover: Placed($0.failover), failback: Placed($0.failback)) })
}

extension FlowPolicy {
  /// Where a file says nothing of flows: where several members can be active, what began on one
  /// of them goes on there.
  /// - Parameter tiers: how many members each has.
  package static func usual(_ tiers: [Int], want: Int) -> FlowPolicy {
    want > 1 || tiers.contains { $0 > 1 } ? .stay : .move
  }
}
