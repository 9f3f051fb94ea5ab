import Model

/// Who rules a group.
public enum Mode: Hashable, Sendable {
  case policy
  case failingBack  // an operator asked for the best now, whatever `failback` says
  case pinned(MemberID, isHard: Bool)
}

/// What policy wants of a group, and why not otherwise.
public struct Choice: Equatable, Sendable {
  public var preferred: [MemberID]  // file order
  public var state: GroupState
  public var lacking: [Lack]  // of each member that is not preferred, in file order
  public var nextWake: Wake?

  public init(preferred: [MemberID], state: GroupState, lacking: [Lack], nextWake: Wake?) {
    self.preferred = preferred
    self.state = state
    self.lacking = lacking
    self.nextWake = nextWake
  }
}

/// When something is due, and what.
public struct Wake: Equatable, Sendable {
  public let at: Instant
  public let why: Reason

  public enum Reason: Equatable, Sendable {
    case probe(MemberID, CheckName)
    case trust(MemberID)
    case failback(MemberID)  // it gets the holding back
    case clock  // the local time is to be read again
    case router(UplinkName)  // one has ended, or they are to be asked
    case prefixes(InterfaceName)  // hosts are to be told which are good
    case heartbeat  // nodes tell each other that they are there, or are missed
    case announcement(UplinkName)  // hosts are to be told who answers for its addresses
    case election(GroupName)  // an advertisement is due, or was waited for in vain
  }

  public init(at: Instant, why: Reason) {
    self.at = at
    self.why = why
  }

  /// The earlier of two, either of which may be absent.
  public static func earlier(_ left: Wake?, _ right: Wake?) -> Wake? {
    guard let left, let right else { return left ?? right }
    return right.at < left.at ? right : left
  }
}

/// Why a member is not preferred.
public struct Lack: Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    case obstacles([Obstacle])
    case down
    case drained
    case trustedFrom(Instant)
    case unjudged  // unknown never displaces a holder
    case failbackIsManual
    case failbackAfter(Instant)  // it has not been good for long enough yet
    case failbackBetween(DailyWindow)  // this is not the time of day for it
    case pinnedElsewhere(MemberID)
    case notNeeded  // eligible, but enough better ones hold
  }

  public let member: MemberID
  public let reason: Reason

  public init(member: MemberID, reason: Reason) {
    self.member = member
    self.reason = reason
  }
}
