/// A check as the file defines it. Who runs it, and by which link, is the engine's business.
public struct CheckDefinition: Hashable, Sendable {
  public let name: CheckName
  public let kind: CheckKind
  public let every: Duration
  public let timeout: Duration
  public let fall: Int  // probes lost in a row, by the order of sending, until down
  public let rise: Int  // probes answered in a row until up

  public init(
    name: CheckName, kind: CheckKind, every: Duration, timeout: Duration, fall: Int, rise: Int
  ) {
    self.name = name
    self.kind = kind
    self.every = every
    self.timeout = timeout
    self.fall = fall
    self.rise = rise
  }

  /// A mute target is down at most this long after its last answer.
  public var detectionBound: Duration { every * fall + timeout }
}

/// What a probe is.
public enum CheckKind: Hashable, Sendable {
  case ping(CheckTarget)
}

public enum CheckTarget: Hashable, Sendable {
  case gateway  // the gateway of the link that is judged
  case address(IPAddress)
}

extension CheckTarget: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gateway: "gateway"
    case .address(let address): "\(address)"
    }
  }
}
