/// A check as the file defines it. Who runs it, and by which link, is the engine's business.
public struct CheckDefinition: Hashable, Sendable {
  public let name: CheckName
  public let kind: CheckKind
  public let targets: [CheckTarget]  // file order; never empty
  public let need: Int  // how many of the targets of a family must be up
  public let every: Duration
  public let timeout: Duration
  public let fall: Int  // probes lost in a row, by the order of sending, until down
  public let rise: Int  // probes answered in a row until up
  public var quality: Quality?  // nil: being answered is enough

  public init(
    name: CheckName, kind: CheckKind, targets: [CheckTarget], need: Int = 1, every: Duration,
    timeout: Duration, fall: Int, rise: Int, quality: Quality? = nil
  ) {
    precondition(!targets.isEmpty && need > 0, "check \(name) asks nobody")
    self.name = name
    self.kind = kind
    self.targets = targets
    self.need = need
    self.every = every
    self.timeout = timeout
    self.fall = fall
    self.rise = rise
    self.quality = quality
  }

  /// A mute target is down at most this long after its last answer.
  public var detectionBound: Duration { every * fall + timeout }

  /// Whom to ask about a link in this family.
  public func targets(_ family: Family) -> [CheckTarget] {
    targets.filter { $0.isOf(family) }
  }
}

/// What a probe is.
public enum CheckKind: Hashable, Sendable {
  case ping  // an ICMP echo
  case arp  // who has this address? By neighbour discovery in IPv6
  case tcp  // a connection, closed at once
  case dns(DNSQuestion)
  case exec(arguments: [String])  // the program is the target
  case file
  case wifi(atLeast: Int)  // dBm; the radio is the target

  public var isProgram: Bool {
    if case .exec = self { true } else { false }
  }
}
