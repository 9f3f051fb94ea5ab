/// An ICMP echo whose payload is two numbers, and nothing else: what is asked, and read, thousands
/// of times a second. Its answer carries the same. How both look as bytes is Wire's.
public struct NumberedEcho: Hashable, Sendable {
  public var identifier: UInt16
  public var sequence: UInt16
  public var first: UInt64
  public var second: UInt64

  public init(identifier: UInt16, sequence: UInt16, first: UInt64, second: UInt64) {
    self.identifier = identifier
    self.sequence = sequence
    self.first = first
    self.second = second
  }
}
