import Model

/// "Who has this address?" (RFC 4861 §4.3): what ARP asks in IPv4.
public struct NeighborSolicitation: Equatable, Sendable {
  public let target: IPAddress
  public let source: HardwareAddress?  // the asker's; nil where links have no addresses

  public init(for target: IPAddress, from source: HardwareAddress?) {
    precondition(target.family == .ipv6, "neighbours are asked for IPv6, not for \(target)")
    self.target = target
    self.source = source
  }

  /// Where it is sent to.
  public var destination: IPAddress { target.solicitedNode ?? target }

  public var bytes: [UInt8] {
    var writer = Writer(capacity: 32)
    writer.neighborHeader(NeighborDiscovery.neighborSolicitation)
    writer.big32(0)
    writer.append(target.bytes)
    if let source {
      writer.linkLayerAddress(source, as: NeighborDiscovery.Option.sourceLinkLayerAddress)
    }
    return writer.bytes
  }

  /// - Parameter hopLimit: that the packet came with; a message from beyond the link is refused.
  public init(parsing bytes: Span<UInt8>, hopLimit: UInt8) throws(DecodeError) {
    var reader = Reader(bytes)
    try reader.neighborHeader(NeighborDiscovery.neighborSolicitation, hopLimit: hopLimit)
    try reader.skip(4)
    target = try reader.neighborTarget()
    var source: HardwareAddress?
    while let option = try reader.nextNeighborOption() {
      if option.type == NeighborDiscovery.Option.sourceLinkLayerAddress {
        source = try option.linkLayerAddress()
      }
    }
    self.source = source
  }
}

extension IPAddress {
  /// The group that whoever has this IPv6 address listens to, ff02::1:ff00:0/104 with the
  /// address's last 24 bits (RFC 4291 §2.7.1); nil for IPv4.
  public var solicitedNode: IPAddress? {
    switch self {
    case .v4: nil
    case .v6(_, let low):
      .v6(high: 0xff02_0000_0000_0000, low: 0x0000_0001_ff00_0000 | low & 0xff_ffff)
    }
  }
}
