/// One probe of one target of a check by one link.
public struct ProbeID: Hashable, Sendable {
  public let uplink: UplinkName
  public let check: CheckName
  public let family: Family
  public let place: Int  // of the target among the check's
  public let sequence: UInt64

  public init(
    uplink: UplinkName, check: CheckName, family: Family, place: Int, sequence: UInt64
  ) {
    self.uplink = uplink
    self.check = check
    self.family = family
    self.place = place
    self.sequence = sequence
  }

  /// Of the same target by the same link.
  public func isOfSameRun(as other: ProbeID) -> Bool {
    uplink == other.uplink && check == other.check && family == other.family
      && place == other.place
  }
}

/// What came of a probe.
public enum ProbeResult: Hashable, Sendable {
  case ok
  case refused(String)  // answered, and badly: why
  case unsent(String)  // it never left, so it says nothing: why
}
