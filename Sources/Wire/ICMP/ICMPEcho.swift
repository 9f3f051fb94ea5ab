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
    Self.bytes(kind, family, identifier, sequence, count: payload.count) { $0.append(payload) }
  }

  /// The same, with a payload that is written where it stands.
  /// - Parameter count: of the payload's bytes.
  public static func bytes(
    _ kind: Kind, _ family: Family, _ identifier: UInt16, _ sequence: UInt16, count: Int,
    _ payload: (inout Writer) -> Void
  ) -> [UInt8] {
    var writer = Writer(capacity: 8 + count)
    writer.byte(kind.type(in: family))
    writer.byte(0)
    writer.big16(0)
    writer.big16(identifier)
    writer.big16(sequence)
    payload(&writer)
    if family == .ipv4 { writer.patchBig16(InternetChecksum.of(writer.bytes), at: 2) }
    return writer.bytes
  }

  /// - Parameter family: of the socket that the message came by.
  /// - Throws: `badValue` for any ICMP message that is not an echo or its reply.
  public init(parsing bytes: [UInt8], family: Family = .ipv4) throws(DecodeError) {
    guard bytes.count >= 8 else { throw .truncated }
    var reader = Reader(bytes.span)
    guard let kind = Kind(type: try reader.byte(), in: family) else {
      throw .badValue(field: "type")
    }
    guard try reader.byte() == 0 else { throw .badValue(field: "code") }
    // A message whose checksum is in place sums to zero.
    guard family == .ipv6 || InternetChecksum.of(bytes) == 0 else { throw .badChecksum }
    try reader.skip(2)
    self.kind = kind
    self.family = family
    identifier = try reader.big16()
    sequence = try reader.big16()
    payload = reader.rest()
  }
}

extension ICMPEcho.Kind {
  fileprivate init?(type: UInt8, in family: Family) {
    guard let kind = Self.allCases.first(where: { $0.type(in: family) == type }) else {
      return nil
    }
    self = kind
  }

  fileprivate func type(in family: Family) -> UInt8 {
    switch (family, self) {
    case (.ipv4, .request): 8
    case (.ipv4, .reply): 0
    case (.ipv6, .request): 128
    case (.ipv6, .reply): 129
    }
  }
}
