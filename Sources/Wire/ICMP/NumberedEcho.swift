import Model

/// An echo whose payload is two numbers, and nothing else: what is asked, and read, thousands of
/// times a second.
public struct NumberedEcho: Equatable, Sendable {
  private static let count = ICMPEcho.Head.count + 16

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

  /// The message with its checksum, which for IPv6 is left zero.
  public func request(_ family: Family) -> [UInt8] {
    var head =
      UInt64(ICMPEcho.Kind.request.type(in: family)) << 56 | UInt64(identifier) << 16
      | UInt64(sequence)
    if family == .ipv4 { head |= UInt64(InternetChecksum.of(head, first, second)) << 32 }
    // A literal is written where it will stand.
    return [
      head[byte: 0], head[byte: 1], head[byte: 2], head[byte: 3],
      head[byte: 4], head[byte: 5], head[byte: 6], head[byte: 7],
      first[byte: 0], first[byte: 1], first[byte: 2], first[byte: 3],
      first[byte: 4], first[byte: 5], first[byte: 6], first[byte: 7],
      second[byte: 0], second[byte: 1], second[byte: 2], second[byte: 3],
      second[byte: 4], second[byte: 5], second[byte: 6], second[byte: 7],
    ]
  }

  /// - Throws: for whatever is no reply, or carries anything else.
  public init(reply message: [UInt8], _ family: Family) throws(DecodeError) {
    guard message.count == Self.count else { throw .badLength(message.count) }
    let bytes = message.span
    let head = bytes.big64(at: 0)
    first = bytes.big64(at: 8)
    second = bytes.big64(at: 16)
    guard head[byte: 0] == ICMPEcho.Kind.reply.type(in: family) else {
      throw .badValue(field: "type")
    }
    guard head[byte: 1] == 0 else { throw .badValue(field: "code") }
    // A message whose checksum is in place sums to zero.
    guard family == .ipv6 || InternetChecksum.of(head, first, second) == 0 else {
      throw .badChecksum
    }
    identifier = UInt16(truncatingIfNeeded: head >> 16)
    sequence = UInt16(truncatingIfNeeded: head)
  }
}

extension UInt64 {
  /// In network order.
  fileprivate subscript(byte place: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: self >> (56 - 8 * place))
  }
}
