import Model

/// What the messages of IPv6 neighbour discovery (RFC 4861) have in common: an ICMPv6 header,
/// a body of their own, options.
///
/// They go over a raw ICMPv6 socket, so the kernel fills in the checksum, and drops what comes
/// with a wrong one.
enum NeighborDiscovery {
  static let routerSolicitation: UInt8 = 133
  static let routerAdvertisement: UInt8 = 134
  static let neighborSolicitation: UInt8 = 135
  static let neighborAdvertisement: UInt8 = 136

  enum Option {
    static let sourceLinkLayerAddress: UInt8 = 1
    static let targetLinkLayerAddress: UInt8 = 2
    static let prefixInformation: UInt8 = 3
  }

  /// No router forwards a packet without counting its hop limit down, so one that still has
  /// all was sent on this very link (RFC 4861 §3.1). Whoever sends sets it on the socket.
  static let hopLimit: UInt8 = 255
}

/// One option, borrowed.
struct NeighborOption: ~Escapable {
  let type: UInt8
  var value: Reader

  @_lifetime(copy value)
  init(type: UInt8, value: consuming Reader) {
    self.type = type
    self.value = value
  }

  /// An Ethernet address fills its option.
  func linkLayerAddress() throws(DecodeError) -> HardwareAddress {
    guard value.remaining == 6 else { throw .badLength(value.remaining) }
    var value = value
    return try value.hardwareAddress()
  }
}

extension Reader {
  /// Passes the ICMPv6 header of the message that is expected.
  /// - Parameter hopLimit: that the packet came with.
  @_lifetime(self: copy self)
  mutating func neighborHeader(_ type: UInt8, hopLimit: UInt8) throws(DecodeError) {
    guard hopLimit == NeighborDiscovery.hopLimit else { throw .badValue(field: "hop limit") }
    guard try byte() == type else { throw .badValue(field: "type") }
    guard try byte() == 0 else { throw .badValue(field: "code") }
    try skip(2)
  }

  /// The next option, nil at the end. One of length zero makes the whole message invalid
  /// (RFC 4861 §4.6), and would otherwise never be passed.
  @_lifetime(copy self)
  mutating func nextNeighborOption() throws(DecodeError) -> NeighborOption? {
    guard !isAtEnd else { return nil }
    let type = try byte()
    let eights = Int(try byte())
    guard eights > 0 else { throw .badLength(0) }
    let value = try slice(eights * 8 - 2)
    return NeighborOption(type: type, value: value)
  }

  /// Whom a solicitation or an advertisement is about: one host (RFC 4861 §7.1).
  @_lifetime(self: copy self)
  mutating func neighborTarget() throws(DecodeError) -> IPAddress {
    let target = IPAddress.v6(high: try big64(), low: try big64())
    guard target.bytes[0] != 0xff else { throw .badValue(field: "target") }
    return target
  }
}

extension IPAddress {
  /// Everybody on a link, and its routers (RFC 4291 §2.7.1).
  public static let allNodes = IPAddress.v6(high: 0xff02 << 48, low: 1)
  public static let allRouters = IPAddress.v6(high: 0xff02 << 48, low: 2)
}

extension Writer {
  mutating func neighborHeader(_ type: UInt8) {
    byte(type)
    byte(0)
    big16(0)
  }

  mutating func linkLayerAddress(_ address: HardwareAddress, as option: UInt8) {
    byte(option)
    byte(1)  // eight bytes
    append(address.bytes)
  }
}
