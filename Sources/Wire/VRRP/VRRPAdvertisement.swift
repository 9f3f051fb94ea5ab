import Model

/// "I forward for this virtual router" (VRRPv3: RFC 9568 §5; VRRPv2: RFC 3768 §5).
///
///     version, type 1 │ VRID │ priority │ count of addresses
///     3: zeros, interval in 1/100 s │ 2: no authentication, interval in s │ checksum
///     the addresses │ 2: eight bytes of the authentication that there is not
///
/// With which hop limit it came is for whoever received it to check.
public struct VRRPAdvertisement: Equatable, Sendable {
  public var version: VRRPVersion
  public var router: UInt8  // VRID, 1…255
  public var priority: UInt8  // 255: the addresses' owner; 0: it stops
  public var interval: Duration  // 3: 10 ms…40.95 s in 1/100 s; 2: 1…255 s in seconds
  public var addresses: [IPAddress]  // of one family, 1…255

  public static let transport: UInt8 = 112  // the protocol's number

  public init(
    version: VRRPVersion, router: UInt8, priority: UInt8, interval: Duration,
    addresses: [IPAddress]
  ) {
    self.version = version
    self.router = router
    self.priority = priority
    self.interval = interval
    self.addresses = addresses
  }

  /// Where all virtual routers of a link listen (RFC 9568 §5.1.1.2, §5.1.2.2).
  public static func multicastGroup(_ family: Family) -> IPAddress {
    switch family {
    case .ipv4: .v4(224 << 24 | 18)
    case .ipv6: .v6(high: 0xff02 << 48, low: 0x12)
    }
  }
}

// MARK: - Bytes

extension VRRPAdvertisement {
  private static let type: UInt8 = 1
  private static let header = 8
  private static let checksumOffset = 6

  /// - Parameter form: of version 3 over IPv4; the others have one form.
  public func bytes(
    from source: IPAddress, to destination: IPAddress, checksum form: VRRPChecksumForm
  ) -> [UInt8] {
    precondition((1...255).contains(addresses.count), "\(addresses.count) addresses")
    var writer = Writer(capacity: 16 + addresses.count * source.family.bits / 8)
    writer.byte(version.rawValue << 4 | Self.type)
    writer.byte(router)
    writer.byte(priority)
    writer.byte(UInt8(addresses.count))
    let ticks = interval.nanoseconds / version.tick.nanoseconds
    writer.big16(UInt16(min(max(ticks, 1), version.mostTicks)))
    writer.big16(0)
    for address in addresses { writer.append(address.bytes) }
    if version == .two { writer.big64(0) }
    let sum = checksum(of: writer.bytes, from: source, to: destination, form)
    writer.patchBig16(sum, at: Self.checksumOffset)
    return writer.bytes
  }

  /// - Parameter bytes: what follows the IP header.
  /// - Returns: what it says, and which form its checksum has.
  public static func parse(
    _ bytes: [UInt8], from source: IPAddress, to destination: IPAddress
  ) throws(VRRPRefusal) -> (VRRPAdvertisement, VRRPChecksumForm) {
    guard bytes.count >= header else { throw .tooShort }
    guard let version = VRRPVersion(rawValue: bytes[0] >> 4),
      version == .three || source.family == .ipv4
    else { throw .version }
    guard bytes[0] & 0xf == type else { throw .type }
    let size = source.family.bits / 8
    let end = header + Int(bytes[3]) * size
    guard bytes[3] > 0 else { throw .count }
    // What follows is passed over: Ethernet pads short frames, and some routers authenticate.
    guard bytes.count >= end else { throw .count }
    if version == .two, bytes[4] != 0 { throw .authentication }
    let field = Int64(bytes[4]) << 8 | Int64(bytes[5])
    let ticks = version == .two ? Int64(bytes[5]) : field & 0xfff
    guard ticks > 0 else { throw .interval }
    let advertisement = VRRPAdvertisement(
      version: version, router: bytes[1], priority: bytes[2],
      interval: .nanoseconds(ticks * version.tick.nanoseconds),
      addresses: stride(from: header, to: end, by: size).compactMap {
        IPAddress(bytes: bytes[$0..<$0 + size])
      })
    let form = VRRPChecksumForm.allCases.first {
      advertisement.checksum(of: bytes, from: source, to: destination, $0) == 0
    }
    guard let form else { throw .checksum }
    return (advertisement, form)
  }

  /// Over bytes that have a checksum already, it is zero when that is right.
  private func checksum(
    of bytes: [UInt8], from source: IPAddress, to destination: IPAddress,
    _ form: VRRPChecksumForm
  ) -> UInt16 {
    switch (version, source.family) {
    case (.two, _): return InternetChecksum.of(bytes)
    case (.three, .ipv4) where form == .message: return InternetChecksum.of(bytes)
    case (.three, .ipv4), (.three, .ipv6): break
    }
    // RFC 8200 §8.1; of IPv4 the same in fewer bytes.
    var pseudo = Writer(capacity: 40 + bytes.count)
    pseudo.append(source.bytes)
    pseudo.append(destination.bytes)
    switch source.family {
    case .ipv4:
      pseudo.big16(UInt16(Self.transport))
      pseudo.big16(UInt16(bytes.count))
    case .ipv6:
      pseudo.big32(UInt32(bytes.count))
      pseudo.big32(UInt32(Self.transport))
    }
    pseudo.append(bytes)
    return InternetChecksum.of(pseudo.bytes)
  }
}
