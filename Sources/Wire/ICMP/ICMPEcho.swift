/// An ICMP Echo or Echo Reply message (RFC 792), IPv4.
public struct ICMPEcho: Equatable, Sendable {
  public enum Kind: UInt8, Sendable {
    case reply = 0
    case request = 8
  }

  public var kind: Kind
  public var identifier: UInt16
  public var sequence: UInt16
  public var payload: [UInt8]

  public init(kind: Kind, identifier: UInt16, sequence: UInt16, payload: [UInt8]) {
    self.kind = kind
    self.identifier = identifier
    self.sequence = sequence
    self.payload = payload
  }

  /// The message with its checksum.
  public var bytes: [UInt8] {
    var writer = Writer(capacity: 8 + payload.count)
    writer.byte(kind.rawValue)
    writer.byte(0)
    writer.big16(0)
    writer.big16(identifier)
    writer.big16(sequence)
    writer.append(payload)
    writer.patchBig16(InternetChecksum.of(writer.bytes), at: 2)
    return writer.bytes
  }

  /// - Throws: `badValue` for any ICMP message that is not an echo or its reply.
  public init(parsing bytes: [UInt8]) throws(DecodeError) {
    guard bytes.count >= 8 else { throw .truncated }
    var reader = Reader(bytes.span)
    guard let kind = Kind(rawValue: try reader.byte()) else { throw .badValue(field: "type") }
    guard try reader.byte() == 0 else { throw .badValue(field: "code") }
    // A message whose checksum is in place sums to zero.
    guard InternetChecksum.of(bytes) == 0 else { throw .badChecksum }
    try reader.skip(2)
    self.kind = kind
    identifier = try reader.big16()
    sequence = try reader.big16()
    payload = reader.rest()
  }
}
