import Checks
import Model

/// A change of who should hold a group or of the state it is in, with all that led to it.
public struct Decision: Equatable, Sendable {
  public let id: UInt64
  public let group: GroupName
  public let at: Instant
  public let from: [MemberID]
  public let preferred: [MemberID]
  public let state: GroupState
  public let causes: [Cause]
  public let readings: [MemberReading]
  public let lacking: [Lack]
}

/// An event that made the engine think again.
public struct Cause: Equatable, Sendable {
  public enum Event: Equatable, Sendable {
    case started
    case configured
    case becameUnusable(MemberID, Family, [Obstacle])
    case becameUsable(MemberID, Family)
    case judged(MemberID, CheckReading)  // its health says what it went to
    case suspected(CheckName, Family, Endpoint)
    case trustedTarget(CheckName, Family, Endpoint)
    case trusted(MemberID, GroupName)  // each group counts its returns
    case wasGood(MemberID, GroupName, for: Duration)
    case windowOpened(MemberID, GroupName, DailyWindow)
    case portBecameUsable(InterfaceName, GroupName)
    case portBecameUnusable(InterfaceName, GroupName, [Obstacle])
    case nodeBecameUsable(NodeName, GroupName)
    case nodeBecameUnusable(NodeName, GroupName, [Obstacle])
    case nodeAdvertised(NodeName, GroupName, UInt8)  // that it holds, with this priority
    case nodeResigned(NodeName, GroupName)
    case nobodyAdvertised(GroupName, NodeName?)  // whoever did last
    case nodeFellSilent(NodeName)  // on every path of the channel
    case nodeCame(NodeName)
    case nodeSaid(NodeName, GroupName, NodeSaying)
    case ordered(Command)
  }

  public let at: Instant
  public let event: Event

  /// Does it concern this group?
  /// - Parameters:
  ///   - readings: how its members stand now.
  ///   - judges: those who judge a member of it.
  func concerns(
    _ group: Group, _ readings: [MemberReading], judges: (MemberID) -> Judge?
  ) -> Bool {
    switch event {
    case .started, .configured:
      true
    case .becameUnusable(let id, let family, _), .becameUsable(let id, let family):
      group.seat(of: id) != nil && group.holding.family == family
    case .judged(let id, let reading):
      group.seat(of: id) != nil && group.holding.judgedFamily == reading.family
        && judges(id)?.checks.contains(reading.check) ?? false
    case .suspected(let check, let family, let endpoint):
      readings.contains { $0.asks(endpoint, check, family) }
    case .trustedTarget(let check, let family, _):  // whoever asked may have ceased to
      group.holding.judgedFamily == family
        && group.members.contains { judges($0.id)?.checks.contains(check) ?? false }
    case .nodeFellSilent(let node), .nodeCame(let node):
      group.seat(of: .node(node)) != nil
    case .portBecameUsable(_, let name), .portBecameUnusable(_, let name, _),
      .nodeBecameUsable(_, let name), .nodeBecameUnusable(_, let name, _),
      .nodeAdvertised(_, let name, _), .nodeResigned(_, let name), .nobodyAdvertised(let name, _),
      .nodeSaid(_, let name, _):
      name == group.name
    case .ordered(.pin(let name, _, _)), .ordered(.failback(let name)), .ordered(.auto(let name)),
      .trusted(_, let name), .wasGood(_, let name, _), .windowOpened(_, let name, _):
      name == group.name
    case .ordered(.drain(let id, _)), .ordered(.undrain(let id)):
      group.seat(of: id) != nil
    }
  }
}

/// How a member stood when a decision fell.
public struct MemberReading: Equatable, Sendable {
  public let member: MemberID
  public let standing: Standing
  public let checks: [CheckReading]

  fileprivate func asks(_ endpoint: Endpoint, _ check: CheckName, _ family: Family) -> Bool {
    checks.contains { $0.endpoint == endpoint && $0.check == check && $0.family == family }
  }
}
