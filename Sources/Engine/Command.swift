import Model

/// An operator's order.
public enum Command: Hashable, Sendable {
  case pin(GroupName, MemberID, isHard: Bool)
  case failback(GroupName)
  case auto(GroupName)
  case drain(MemberID, isForced: Bool)
  case undrain(MemberID)
}

/// Why an order is not carried out, and what the operator can do.
public struct CommandRefused: Error, Equatable, Sendable {
  public let sentence: String

  public init(_ sentence: String) {
    self.sentence = sentence
  }
}
