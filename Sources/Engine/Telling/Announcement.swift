import Model

/// What hooks are told: that others hold a group now, or that its state is another.
public struct Announcement: Equatable, Sendable {
  public let group: GroupName
  public let holds: String  // `route default`
  public let at: Instant
  public let from: Told?  // what was told before; nil: nothing yet
  public let to: Told
  public let decision: UInt64  // the last one about the group
  public let reason: String
  public let node: NodeName?  // nil: the host's name

  /// How a group stands, as far as hooks are told.
  public struct Told: Equatable, Sendable {
    public var holders: [MemberID]  // as the kernel confirms it, in file order
    public var state: GroupState

    public init(holders: [MemberID], state: GroupState) {
      self.holders = holders
      self.state = state
    }
  }

  /// Whose hooks: one list of them runs in order, and no list waits for another.
  public enum Audience: Hashable, Sendable {
    case ofAll  // hooks of the file's top level
    case of(GroupName)
  }
}

extension Announcement {
  /// `internet: isp1 → isp2 (failed-over)`
  public var headline: String {
    let before = from?.holders ?? []
    let move =
      before == to.holders
      ? Decision.names(to.holders) : "\(Decision.names(before)) → \(Decision.names(to.holders))"
    return "\(group): \(move) (\(to.state.rawValue))"
  }

  /// What a hook finds in its environment.
  public func environment(host: String, clock: ClockReading) -> [String: String] {
    [
      "SIAGA_NODE": node?.text ?? host,
      "SIAGA_GROUP": group.text,
      "SIAGA_HOLDS": holds,
      "SIAGA_FROM": Self.list(from?.holders ?? []),
      "SIAGA_TO": Self.list(to.holders),
      "SIAGA_STATE_BEFORE": from?.state.rawValue ?? "",
      "SIAGA_STATE": to.state.rawValue,
      "SIAGA_REASON": reason,
      "SIAGA_DECISION": "\(decision)",
      "SIAGA_AT": clock.timestamp(of: at).text,
    ]
  }

  /// Names have no spaces.
  private static func list(_ members: [MemberID]) -> String {
    members.map(\.text).joined(separator: " ")
  }
}
