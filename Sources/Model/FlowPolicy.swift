/// What happens to the flows of a link that no longer holds the route, and lives. (Those of a dead
/// link end.)
public enum FlowPolicy: String, Hashable, Sendable, CaseIterable {
  case move  // flows NATed to the old address end at once, so that they start anew
  case drain  // they finish where they are, and new ones go by the new link
  case stay  // the same, said of links that share

  /// Flows may be on a link that does not hold, so their packets must find it.
  public var keepsFlows: Bool { self != .move }
}

/// One policy for each direction in which a link can be left.
public struct FlowRules: Hashable, Sendable {
  public let failover: FlowPolicy  // for a worse member, an equal one, or none
  public let failback: FlowPolicy  // for a better member

  public init(failover: FlowPolicy, failback: FlowPolicy) {
    self.failover = failover
    self.failback = failback
  }

  public init(_ policy: FlowPolicy) {
    self.init(failover: policy, failback: policy)
  }

  public static let move = FlowRules(.move)
  public static let drain = FlowRules(.drain)
  public static let stay = FlowRules(.stay)
}

extension Group {
  /// Whether flows may stay on this member after it has been left. One of the first tier is never
  /// left for a better one, and the last of all never for a worse or an equal one. (Of one in the
  /// middle, for which one direction says `move`, flows that are not translated stay either way:
  /// the firewall does not know of switches.)
  public func keepsFlows(of id: MemberID) -> Bool {
    guard let tier = seat(of: id)?.tier else { return false }
    let hasBetter = members.contains { $0.tier < tier }
    let hasOthers = members.contains { $0.id != id && $0.tier >= tier }
    return hasBetter && flows.failback.keepsFlows
      || (hasOthers || !hasBetter) && flows.failover.keepsFlows
  }
}
