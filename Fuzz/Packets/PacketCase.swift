import Model
import Wire

/// What every parser of packets must hold, whatever the bytes: it ends, and what it read says the
/// same once it is written and read again. The fuzzer asks it of bytes that it makes up, the tests
/// of those that are kept.
public struct PacketCase {
  /// How many parsers could read the bytes.
  public private(set) var readers = 0
  /// What reads back as something else; nil: nothing does.
  public private(set) var complaint: String?
  private let bytes: [UInt8]

  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    echoes()
    neighbors()
    routers()
    attempt { _ = try DNSResponse(parsing: $0.span) }
    attempt { _ = try IPv4Header(parsing: $0.span) }
    kernel()
  }

  private mutating func attempt(_ parse: ([UInt8]) throws -> Void) {
    if (try? parse(bytes)) != nil { readers += 1 }
  }

  private mutating func attempt<Message: Equatable>(
    _ parse: ([UInt8]) throws -> Message, writtenAs write: (Message) -> [UInt8]
  ) {
    guard let read = try? parse(bytes) else { return }
    readers += 1
    let again = try? parse(write(read))
    guard again != read else { return }
    complaint = "\(read) reads back as \(again.map { "\($0)" } ?? "nothing")"
  }

  private mutating func echoes() {
    for family in Family.allCases {
      attempt {
        try NumberedEcho(reply: $0.span, family)
      } writtenAs: {
        let message = $0.message(.reply, family)
        return message.indices.map { message[$0] }
      }
    }
  }

  private mutating func neighbors() {
    attempt {
      try ARPPacket(parsing: $0.span)
    } writtenAs: {
      $0.bytes
    }
    attempt {
      try NeighborSolicitation(parsing: $0.span, hopLimit: 255)
    } writtenAs: {
      $0.bytes
    }
    attempt {
      try NeighborAdvertisement(parsing: $0.span, hopLimit: 255)
    } writtenAs: {
      $0.bytes
    }
    attempt {
      try RouterSolicitation(parsing: $0.span, hopLimit: 255)
    } writtenAs: {
      $0.bytes
    }
    attempt {
      try RouterAdvertisement(parsing: $0.span, hopLimit: 255)
    } writtenAs: {
      $0.bytes
    }
  }

  private mutating func routers() {
    attempt {
      try PeerMessage(parsing: $0.span)
    } writtenAs: {
      $0.bytes
    }
    for source in [IPAddress("10.1.0.2"), IPAddress("fe80::a")].compactMap({ $0 }) {
      let group = VRRPAdvertisement.multicastGroup(source.family)
      attempt {
        try VRRPAdvertisement.parse($0, from: source, to: group).0
      } writtenAs: {
        $0.bytes(from: source, to: group, checksum: .message)
      }
    }
  }

  private mutating func kernel() {
    attempt { _ = try RouteMessage(parsing: Reader($0.span)).route }
    attempt { _ = try RouteMessage.Glance(Reader($0.span)) }
    attempt { _ = try RuleMessage.parse(Reader($0.span)) }
    attempt { _ = try AddressMessage.parse(Reader($0.span)) }
    attempt { _ = try LinkMessage.parse(Reader($0.span)) }
    _ = LinkMessage.steadyParts(of: Reader(bytes.span))
    attempt { _ = try TrackedFlow(parsing: Reader($0.span)) }
    attempt { try Self.messages($0) { _ = try NetlinkReply(parsing: $0) } }
    attempt { try Self.messages($0) { _ = try FirewallNotice.tableName($0) } }
  }

  private static func messages(
    _ bytes: [UInt8], _ parse: (consuming NetlinkMessage) throws -> Void
  ) throws {
    let datagram = NetlinkDatagram(bytes, count: bytes.count)
    var reader = datagram.reader
    while let message = try reader.nextMessage() { try parse(message) }
  }
}
