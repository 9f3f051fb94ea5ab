/// One probe of one target of a check by one member's link.
public struct ProbeID: Hashable, Sendable {
  public let member: MemberID
  public let check: CheckName
  public let family: Family
  public let place: Int  // of the target among those that the check asks by the link
  public let sequence: UInt64

  public init(
    member: MemberID, check: CheckName, family: Family, place: Int, sequence: UInt64
  ) {
    self.member = member
    self.check = check
    self.family = family
    self.place = place
    self.sequence = sequence
  }

  /// Of the same target by the same link.
  public func isOfSameRun(as other: ProbeID) -> Bool {
    member == other.member && check == other.check && family == other.family
      && place == other.place
  }
}

/// A probe that is a packet. A pair of its own, for one without a name is copied slowly.
public struct ProbePacket: Hashable, Sendable {
  public let datagram: Datagram
  public let probe: ProbeID

  public init(_ datagram: Datagram, _ probe: ProbeID) {
    self.datagram = datagram
    self.probe = probe
  }
}

/// A conversation that the shell holds; what comes of it is the answer.
public struct ProbeRequest: Hashable, Sendable {
  public enum Task: Hashable, Sendable {
    case connect(to: IPAddress, port: UInt16, from: IPAddress?, by: InterfaceIndex)
    case run([String], environment: [String])  // its path and arguments; `NAME=value`
    case read(path: String)
    case hear(InterfaceIndex, atLeast: Int)  // its access point, in dBm
  }

  public let task: Task
  public let timeout: Duration  // whatever takes longer is given up

  public init(_ task: Task, timeout: Duration) {
    self.task = task
    self.timeout = timeout
  }
}
