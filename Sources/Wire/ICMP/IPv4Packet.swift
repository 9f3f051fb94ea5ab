import Model

/// What a raw IPv4 socket delivers: the header's facts and what is inside (RFC 791).
public struct IPv4Packet: Equatable, Sendable {
  public static let icmp: UInt8 = 1

  public var source: IPAddress
  public var destination: IPAddress
  public var timeToLive: UInt8
  public var transport: UInt8  // 1 is ICMP
  public var payload: [UInt8]

  /// - Throws: `truncated` when the buffer ends before the packet's own total length.
  public init(parsing bytes: Span<UInt8>) throws(DecodeError) {
    var reader = Reader(bytes)
    let versionAndLength = try reader.byte()
    guard versionAndLength >> 4 == 4 else { throw .badValue(field: "version") }
    let headerLength = Int(versionAndLength & 0xf) * 4
    guard headerLength >= 20 else { throw .badLength(headerLength) }
    try reader.skip(1)
    let totalLength = Int(try reader.big16())
    guard totalLength >= headerLength, totalLength <= bytes.count else { throw .truncated }
    try reader.skip(4)
    timeToLive = try reader.byte()
    transport = try reader.byte()
    try reader.skip(2)
    source = .v4(try reader.big32())
    destination = .v4(try reader.big32())
    try reader.skip(headerLength - 20)
    var inside = try reader.slice(totalLength - headerLength)
    payload = inside.rest()
  }
}
