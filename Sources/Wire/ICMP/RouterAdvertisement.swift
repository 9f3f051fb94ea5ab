import Model

/// "I am a router, and these are this link's networks" (RFC 4861 §4.2).
public struct RouterAdvertisement: Equatable, Sendable {
  public var hopLimit: UInt8?  // for what hosts send; nil: the router does not say
  public var flags: UInt8  // whoever speaks for a router says again what it says
  public var lifetime: Duration  // as a default router; zero: it is none, or not any more
  public var hardware: HardwareAddress?
  public var prefixes: [PrefixInformation]  // in the order of the message

  /// A network of this link (RFC 4861 §4.6.2).
  public struct PrefixInformation: Equatable, Sendable {
    public var prefix: Prefix
    public var isOnLink: Bool  // its hosts are reached without a router
    public var isAutonomous: Bool  // hosts may make addresses in it by themselves
    public var validFor: Duration  // 4,294,967,295 s stand for ever, here and below
    public var preferredFor: Duration

    public init(
      _ prefix: Prefix, isOnLink: Bool = true, isAutonomous: Bool = true, validFor: Duration,
      preferredFor: Duration
    ) {
      precondition(prefix.family == .ipv6, "IPv6 advertises its own networks, not \(prefix)")
      self.prefix = prefix
      self.isOnLink = isOnLink
      self.isAutonomous = isAutonomous
      self.validFor = validFor
      self.preferredFor = preferredFor
    }
  }

  /// Which of several routers hosts should take (RFC 4191 §2.1).
  public enum Preference: Int, Comparable, Sendable {
    case low, medium, high

    public static func < (left: Preference, right: Preference) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  public init(
    hopLimit: UInt8? = nil, flags: UInt8 = 0, lifetime: Duration,
    hardware: HardwareAddress? = nil, prefixes: [PrefixInformation] = []
  ) {
    self.hopLimit = hopLimit
    self.flags = flags
    self.lifetime = lifetime
    self.hardware = hardware
    self.prefixes = prefixes
  }

  public var hasManagedAddresses: Bool { flags & 0x80 != 0 }  // DHCPv6 gives addresses
  public var hasOtherConfiguration: Bool { flags & 0x40 != 0 }  // DHCPv6 gives the rest

  public var preference: Preference {
    switch flags >> 3 & 3 {
    case 1: .high
    case 3: .low
    default: .medium  // RFC 4191 §2.2: what is reserved is taken for that
    }
  }
}

// MARK: - Bytes

extension RouterAdvertisement {
  public var bytes: [UInt8] {
    var writer = Writer(capacity: 24 + 32 * prefixes.count)
    writer.neighborHeader(NeighborDiscovery.routerAdvertisement)
    writer.byte(hopLimit ?? 0)
    writer.byte(flags)
    writer.big16(UInt16(clamping: lifetime.components.seconds))
    writer.big64(0)  // reachable time and retransmission timer: as they are
    if let hardware {
      writer.linkLayerAddress(hardware, as: NeighborDiscovery.Option.sourceLinkLayerAddress)
    }
    for prefix in prefixes { writer.append(prefix.option) }
    return writer.bytes
  }

  /// - Parameter hopLimit: that the packet came with; a message from beyond the link is refused.
  public init(parsing bytes: Span<UInt8>, hopLimit: UInt8) throws(DecodeError) {
    var reader = Reader(bytes)
    try reader.neighborHeader(NeighborDiscovery.routerAdvertisement, hopLimit: hopLimit)
    let advised = try reader.byte()
    self.hopLimit = advised == 0 ? nil : advised
    flags = try reader.byte()
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
  private enum Flag {
    static let onLink: UInt8 = 0x80
    static let autonomous: UInt8 = 0x40
  }

  fileprivate var option: [UInt8] {
    var writer = Writer(capacity: 32)
    writer.byte(NeighborDiscovery.Option.prefixInformation)
    writer.byte(4)  // 32 bytes
    writer.byte(UInt8(prefix.length))
    writer.byte((isOnLink ? Flag.onLink : 0) | (isAutonomous ? Flag.autonomous : 0))
    writer.big32(UInt32(clamping: validFor.components.seconds))
    writer.big32(UInt32(clamping: preferredFor.components.seconds))
    writer.big32(0)
    writer.append(prefix.address.bytes)
    return writer.bytes
  }

  fileprivate init(_ value: consuming Reader) throws(DecodeError) {
    var value = value
    guard value.remaining == 30 else { throw .badLength(value.remaining) }
    let length = Int(try value.byte())
    guard length <= Family.ipv6.bits else { throw .badLength(length) }
    let flags = try value.byte()
    isOnLink = flags & Flag.onLink != 0
    isAutonomous = flags & Flag.autonomous != 0
    validFor = .seconds(try value.big32())
    preferredFor = .seconds(try value.big32())
    try value.skip(4)
    prefix = Prefix(.v6(high: try value.big64(), low: try value.big64()), length: length)
  }
}
