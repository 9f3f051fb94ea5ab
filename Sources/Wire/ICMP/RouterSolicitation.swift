import Model

/// "Who routes here?" (RFC 4861 §4.1): asked once by whoever is new on a link.
public struct RouterSolicitation: Equatable, Sendable {
  public let source: HardwareAddress?  // the asker's; nil where links have no addresses

  public init(from source: HardwareAddress?) {
    self.source = source
  }

  public var bytes: [UInt8] {
    var writer = Writer(capacity: 16)
    writer.neighborHeader(NeighborDiscovery.routerSolicitation)
    writer.big32(0)
    if let source {
      writer.linkLayerAddress(source, as: NeighborDiscovery.Option.sourceLinkLayerAddress)
    }
    return writer.bytes
  }

  /// - Parameter hopLimit: that the packet came with; a message from beyond the link is refused.
  public init(parsing bytes: Span<UInt8>, hopLimit: UInt8) throws(DecodeError) {
    var reader = Reader(bytes)
    try reader.neighborHeader(NeighborDiscovery.routerSolicitation, hopLimit: hopLimit)
    try reader.skip(4)
    var source: HardwareAddress?
    while let option = try reader.nextNeighborOption() {
      if option.type == NeighborDiscovery.Option.sourceLinkLayerAddress {
        source = try option.linkLayerAddress()
      }
    }
    self.source = source
  }
}
