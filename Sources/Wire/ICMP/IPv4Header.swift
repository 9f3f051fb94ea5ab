import Model

/// What stands before what a raw IPv4 socket delivers (RFC 791), and where that lies.
public struct IPv4Header: Equatable, Sendable {
  public static let icmp: UInt8 = 1

  public var source: IPAddress
  public var destination: IPAddress
  public var timeToLive: UInt8
  public var transport: UInt8  // 1 is ICMP
  public var payload: Range<Int>  // among the packet's bytes

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
    payload = headerLength..<totalLength
  }
}
