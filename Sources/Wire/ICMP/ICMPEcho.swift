import Model

/// An Echo or Echo Reply message: ICMP's (RFC 792), or ICMPv6's (RFC 4443 §4).
///
/// The two have the same shape, and differ in their type numbers and in who does the checksum.
/// ICMPv6's covers the addresses too, which only the kernel knows when it sends: on a raw
/// socket it fills the checksum in and drops what comes with a wrong one (RFC 3542 §3.1).
public struct ICMPEcho: Equatable, Sendable {
  public enum Kind: Sendable, CaseIterable {
    case request, reply
  }

  public var kind: Kind
  public var family: Family
  public var identifier: UInt16
  public var sequence: UInt16
  public var payload: [UInt8]

  public init(
    kind: Kind, family: Family = .ipv4, identifier: UInt16, sequence: UInt16, payload: [UInt8]
  ) {
    self.kind = kind
    self.family = family
    self.identifier = identifier
    self.sequence = sequence
    self.payload = payload
  }

  /// The message with its checksum, which for IPv6 is left zero.
  public var bytes: [UInt8] {
    var writer = Writer(capacity: Head.count + payload.count)
    writer.byte(kind.type(in: family))
    writer.byte(0)
    writer.big16(0)
    writer.big16(identifier)
    writer.big16(sequence)
    writer.append(payload)
    return Self.summed(writer.bytes, family)
  }

  /// With its checksum, where it is not the kernel's.
  private static func summed(_ bytes: consuming [UInt8], _ family: Family) -> [UInt8] {
    guard family == .ipv4 else { return bytes }
    let sum = InternetChecksum.of(bytes)
    bytes[2] = UInt8(sum >> 8)
    bytes[3] = UInt8(truncatingIfNeeded: sum)
    return bytes
  }

  /// - Parameter family: of the socket that the message came by.
  /// - Throws: `badValue` for any ICMP message that is not an echo or its reply.
  public init(parsing bytes: [UInt8], family: Family = .ipv4) throws(DecodeError) {
    let head = try Head(parsing: bytes.span, family: family)
    kind = head.kind
    self.family = family
    identifier = head.identifier
    sequence = head.sequence
    payload = Array(bytes[Head.count...])
  }
}

extension ICMPEcho {
  /// What stands before the payload.
  struct Head: Sendable {
    static let count = 8

    let kind: Kind
    let identifier: UInt16
    let sequence: UInt16

    init(parsing bytes: Span<UInt8>, family: Family) throws(DecodeError) {
      guard bytes.count >= Self.count else { throw .truncated }
      var reader = Reader(bytes)
      guard let kind = Kind(type: try reader.byte(), in: family) else {
        throw .badValue(field: "type")
      }
      guard try reader.byte() == 0 else { throw .badValue(field: "code") }
      // A message whose checksum is in place sums to zero.
      guard family == .ipv6 || InternetChecksum.of(bytes) == 0 else { throw .badChecksum }
      try reader.skip(2)
      self.kind = kind
      identifier = try reader.big16()
      sequence = try reader.big16()
    }
  }

  /// The same message as a reply, as an honest host sends it back.
  public static func reply(
    to request: consuming [UInt8], _ family: Family
  ) throws(DecodeError) -> [UInt8] {
    let head = try Head(parsing: request.span, family: family)
    guard head.kind == .request else { throw .badValue(field: "type") }
    let asked = request[0]
    var reply = request
    reply[0] = Kind.reply.type(in: family)
    guard family == .ipv4 else { return reply }
    // RFC 1624 §3: the type alone is another, and stands in the upper byte of its word.
    var sum = UInt32(~(UInt16(reply[2]) << 8 | UInt16(reply[3])))
    sum += UInt32(~(UInt16(asked) << 8)) + UInt32(reply[0]) << 8
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    reply[2] = ~UInt8(sum >> 8)
    reply[3] = ~UInt8(truncatingIfNeeded: sum)
    return reply
  }
}

extension ICMPEcho.Kind {
  fileprivate init?(type: UInt8, in family: Family) {
    switch type {
    case Self.request.type(in: family): self = .request
    case Self.reply.type(in: family): self = .reply
    default: return nil
    }
  }

  func type(in family: Family) -> UInt8 {
    switch (family, self) {
    case (.ipv4, .request): 8
    case (.ipv4, .reply): 0
    case (.ipv6, .request): 128
    case (.ipv6, .reply): 129
    }
  }
}
