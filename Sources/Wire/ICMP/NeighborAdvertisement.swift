import Model

/// "I have this address" (RFC 4861 §4.4): what an ARP reply says in IPv4.
public struct NeighborAdvertisement: Equatable, Sendable {
  public var target: IPAddress  // the address that the sender has
  public var hardware: HardwareAddress?  // where it is; may be left out when the asker knows it
  public var isFromRouter: Bool
  public var isSolicited: Bool  // sent because it was asked for
  public var isOverriding: Bool  // what caches hold of the target is to be replaced

  public init(
    target: IPAddress, hardware: HardwareAddress?, isFromRouter: Bool = false,
    isSolicited: Bool = true, isOverriding: Bool = true
  ) {
    precondition(target.family == .ipv6, "neighbours have IPv6 addresses, not \(target)")
    self.target = target
    self.hardware = hardware
    self.isFromRouter = isFromRouter
    self.isSolicited = isSolicited
    self.isOverriding = isOverriding
  }

  /// Is this the answer that the solicitation asked for? One that nobody asked for proves
  /// nothing of now.
  public func answers(_ solicitation: NeighborSolicitation) -> Bool {
    isSolicited && target == solicitation.target
  }
}

// MARK: - Bytes

extension NeighborAdvertisement {
  private enum Flag {
    static let router: UInt32 = 1 << 31
    static let solicited: UInt32 = 1 << 30
    static let override: UInt32 = 1 << 29
  }

  public var bytes: [UInt8] {
    var writer = Writer(capacity: 32)
    writer.neighborHeader(NeighborDiscovery.neighborAdvertisement)
    writer.big32(
      (isFromRouter ? Flag.router : 0) | (isSolicited ? Flag.solicited : 0)
        | (isOverriding ? Flag.override : 0))
    writer.append(target.bytes)
    if let hardware {
      writer.linkLayerAddress(hardware, as: NeighborDiscovery.Option.targetLinkLayerAddress)
    }
    return writer.bytes
  }

  /// - Parameter hopLimit: that the packet came with; a message from beyond the link is refused.
  public init(parsing bytes: Span<UInt8>, hopLimit: UInt8) throws(DecodeError) {
    var reader = Reader(bytes)
    try reader.neighborHeader(NeighborDiscovery.neighborAdvertisement, hopLimit: hopLimit)
    let flags = try reader.big32()
    isFromRouter = flags & Flag.router != 0
    isSolicited = flags & Flag.solicited != 0
    isOverriding = flags & Flag.override != 0
    target = try reader.neighborTarget()
    hardware = nil
    while let option = try reader.nextNeighborOption() {
      if option.type == NeighborDiscovery.Option.targetLinkLayerAddress {
        hardware = try option.linkLayerAddress()
      }
    }
  }
}
