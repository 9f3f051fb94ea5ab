import Model

/// As an Echo or Echo Reply message: ICMP's (RFC 792), or ICMPv6's (RFC 4443 §4).
///
/// The two have the same shape, and differ in their type numbers and in who does the checksum.
/// ICMPv6's covers the addresses too, which only the kernel knows when it sends: on a raw
/// socket it fills the checksum in and drops what comes with a wrong one (RFC 3542 §3.1).
extension NumberedEcho {
  public static let count = 24  // bytes of a message

  public enum Kind: Sendable, CaseIterable {
    case request, reply
  }

  /// The message with its checksum, which for IPv6 is left zero.
  public func message(_ kind: Kind, _ family: Family) -> InlineArray<24, UInt8> {
    var head =
      UInt64(kind.type(in: family)) << 56 | UInt64(identifier) << 16 | UInt64(sequence)
    if family == .ipv4 { head |= UInt64(InternetChecksum.of(head, first, second)) << 32 }
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
  public init(reply bytes: Span<UInt8>, _ family: Family) throws(DecodeError) {
    guard bytes.count == Self.count else { throw .badLength(bytes.count) }
    let head = bytes.big64(at: 0)
    let (first, second) = (bytes.big64(at: 8), bytes.big64(at: 16))
    guard head[byte: 0] == Kind.reply.type(in: family) else { throw .badValue(field: "type") }
    guard head[byte: 1] == 0 else { throw .badValue(field: "code") }
    // A message whose checksum is in place sums to zero.
    guard family == .ipv6 || InternetChecksum.of(head, first, second) == 0 else {
      throw .badChecksum
    }
    self.init(
      identifier: UInt16(truncatingIfNeeded: head >> 16),
      sequence: UInt16(truncatingIfNeeded: head), first: first, second: second)
  }
}

extension NumberedEcho.Kind {
  fileprivate func type(in family: Family) -> UInt8 {
    switch (family, self) {
    case (.ipv4, .request): 8
    case (.ipv4, .reply): 0
    case (.ipv6, .request): 128
    case (.ipv6, .reply): 129
    }
  }
}

extension UInt64 {
  /// In network order.
  fileprivate subscript(byte place: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: self >> (56 - 8 * place))
  }
}
