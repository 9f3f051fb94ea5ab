import Model

/// What becomes of a group when something fails and comes back.
public struct Course: Equatable, Sendable {
  public let group: GroupName
  public let before: [MemberID]
  public let during: [MemberID]
  public let after: [MemberID]
  /// From the failure to the decision that moved the group; nil: it stayed.
  public let left: Duration?
  /// From the end of the failure to the decision that moved it back.
  public let returned: Duration?
  /// How long none of its packets got through, from the failure until all is judged again.
  public let outage: Duration
  /// How long only a part of them did.
  public let partly: Duration
  /// What failed takes all that it has: nothing gets through until it is back.
  public let isLostMeanwhile: Bool
}

/// What becomes of all groups.
public struct Forecast: Equatable, Sendable {
  public let failures: [SingleFailure]
  public let courses: [Course]
  /// What is left in the kernel that should not be, or another promise that is broken: a mistake of
  /// ours. Nil: none.
  public let trouble: String?
}

extension [MemberID] {
  /// Who holds together, for sentences: `isp1 + isp2`, or `nobody`.
  public var spoken: String {
    isEmpty ? "nobody" : map(\.text).joined(separator: " + ")
  }
}
