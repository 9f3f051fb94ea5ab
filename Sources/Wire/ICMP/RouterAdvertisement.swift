import Model

/// "I am a router, and these are this link's networks" (RFC 4861 §4.2).
public struct RouterAdvertisement: Equatable, Sendable {
  public let hopLimit: UInt8?  // for what hosts send; nil: the router does not say
  public let hasManagedAddresses: Bool  // DHCPv6 gives addresses
  public let hasOtherConfiguration: Bool  // DHCPv6 gives the rest
  public let lifetime: Duration  // as a default router; zero: it is none, or not any more
  public let hardware: HardwareAddress?
  public let prefixes: [PrefixInformation]  // in the order of the message

  /// A network of this link (RFC 4861 §4.6.2).
  public struct PrefixInformation: Equatable, Sendable {
    public let prefix: Prefix
    public let isOnLink: Bool  // its hosts are reached without a router
    public let isAutonomous: Bool  // hosts may make addresses in it by themselves
    public let validFor: Duration  // 4,294,967,295 s stand for ever, here and below
    public let preferredFor: Duration
  }

  /// - Parameter hopLimit: that the packet came with; a message from beyond the link is refused.
  public init(parsing bytes: Span<UInt8>, hopLimit: UInt8) throws(DecodeError) {
    var reader = Reader(bytes)
    try reader.neighborHeader(NeighborDiscovery.routerAdvertisement, hopLimit: hopLimit)
    let advised = try reader.byte()
    self.hopLimit = advised == 0 ? nil : advised
    let flags = try reader.byte()
    hasManagedAddresses = flags & 0x80 != 0
    hasOtherConfiguration = flags & 0x40 != 0
    lifetime = .seconds(try reader.big16())
    try reader.skip(8)  // reachable time and retransmission timer: the kernel's business
    var hardware: HardwareAddress?
    var prefixes: [PrefixInformation] = []
    while let option = try reader.nextNeighborOption() {
      switch option.type {
      case NeighborDiscovery.Option.sourceLinkLayerAddress:
        hardware = try option.linkLayerAddress()
      case NeighborDiscovery.Option.prefixInformation:
        prefixes.append(try PrefixInformation(option.value))
      default:
        break  // RFC 4861 §6.1.2: unknown options are passed over
      }
    }
    self.hardware = hardware
    self.prefixes = prefixes
  }
}

extension RouterAdvertisement.PrefixInformation {
  fileprivate init(_ value: consuming Reader) throws(DecodeError) {
    var value = value
    guard value.remaining == 30 else { throw .badLength(value.remaining) }
    let length = Int(try value.byte())
    guard length <= Family.ipv6.bits else { throw .badLength(length) }
    let flags = try value.byte()
    isOnLink = flags & 0x80 != 0
    isAutonomous = flags & 0x40 != 0
    validFor = .seconds(try value.big32())
    preferredFor = .seconds(try value.big32())
    try value.skip(4)
    prefix = Prefix(.v6(high: try value.big64(), low: try value.big64()), length: length)
  }
}
