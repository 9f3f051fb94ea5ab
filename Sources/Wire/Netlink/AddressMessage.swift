import Model

/// RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR (linux/if_addr.h).
public enum AddressMessage {
  public static let new: UInt16 = 20
  public static let deleted: UInt16 = 21
  public static let get: UInt16 = 22

  private enum Attribute {
    static let address: UInt16 = 1  // IFA_ADDRESS: the peer's, on point-to-point links
    static let local: UInt16 = 2  // IFA_LOCAL
    static let lifetimes: UInt16 = 6  // IFA_CACHEINFO: preferred, valid, and when
    static let flags: UInt16 = 8
    static let origin: UInt16 = 11  // IFA_PROTO, since Linux 5.18
  }

  private enum Flag {
    static let duplicate: UInt32 = 0x08  // IFA_F_DADFAILED
    static let deprecated: UInt32 = 0x20
    static let tentative: UInt32 = 0x40
    static let optimistic: UInt32 = 0x04  // tentative, and yet good to use (RFC 4429)
    static let unasked: UInt32 = 0x02  // IFA_F_NODAD: nobody is asked whether it is free
    static let withoutRoute: UInt32 = 0x200  // IFA_F_NOPREFIXROUTE
  }

  public static func parse(_ body: consuming Reader) throws(DecodeError) -> HeldAddress? {
    var body = body
    let family = try body.byte()
    guard family == FamilyCode.ipv4 || family == FamilyCode.ipv6 else { return nil }
    let length = Int(try body.byte())
    var flags = UInt32(try body.byte())
    try body.skip(1)
    let index = InterfaceIndex(Int32(bitPattern: try body.native32()))
    var address: IPAddress?
    var local: IPAddress?
    var origin: UInt8 = 0
    var valid = UInt32.max  // seconds; this many are for ever
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.address: address = IPAddress(bytes: value.rest())
      case Attribute.local: local = IPAddress(bytes: value.rest())
      case Attribute.lifetimes:
        try value.skip(4)
        valid = try value.native32()
      case Attribute.flags: flags = try value.native32()
      case Attribute.origin: origin = try value.byte()
      default: break
      }
    }
    guard let own = local ?? address else { throw .badValue(field: "IFA_ADDRESS") }
    guard length <= own.family.bits else { throw .badLength(length) }
    return HeldAddress(
      interface: index, address: InterfaceAddress(own, length: length),
      peer: address == own ? nil : address, origin: origin, stage: stage(flags),
      isLeased: valid != .max)
  }

  private static func stage(_ flags: UInt32) -> HeldAddress.Stage {
    if flags & Flag.duplicate != 0 { return .duplicate }
    if flags & Flag.tentative != 0, flags & Flag.optimistic == 0 { return .tentative }
    return flags & Flag.deprecated != 0 ? .deprecated : .preferred
  }

  public static func dump(sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: get, flags: NetlinkFlag.dump, sequence: sequence)
    request.header { header(&$0, family: 0, length: 0, index: 0) }
    return request
  }

  public static func add(_ held: HeldAddress, sequence: UInt32) -> NetlinkRequest {
    let flags = NetlinkFlag.acknowledge | NetlinkFlag.create | NetlinkFlag.exclusive
    var request = change(held, type: new, flags: flags, sequence: sequence)
    request.attribute(Attribute.origin, bytes: [held.origin])
    if held.isShared { request.attribute(Attribute.flags, Flag.unasked | Flag.withoutRoute) }
    return request
  }

  /// It ends by itself after so long, unless this is said again; nil: it stays.
  public static func lend(
    _ held: HeldAddress, for time: Duration?, sequence: UInt32
  ) -> NetlinkRequest {
    let flags = NetlinkFlag.acknowledge | NetlinkFlag.replace
    var request = change(held, type: new, flags: flags, sequence: sequence)
    request.attribute(Attribute.origin, bytes: [held.origin])
    // Without them the kernel would drop them (linux/if_addr.h).
    request.attribute(Attribute.flags, Flag.unasked | Flag.withoutRoute)
    let seconds = time.map { UInt32(clamping: $0.components.seconds) } ?? .max
    request.attribute(Attribute.lifetimes) { writer in
      writer.native32(seconds)  // preferred
      writer.native32(seconds)  // valid
      writer.native32(0)
      writer.native32(0)
    }
    return request
  }

  public static func remove(_ held: HeldAddress, sequence: UInt32) -> NetlinkRequest {
    change(held, type: deleted, flags: NetlinkFlag.acknowledge, sequence: sequence)
  }

  private static func change(
    _ held: HeldAddress, type: UInt16, flags: UInt16, sequence: UInt32
  ) -> NetlinkRequest {
    let address = held.address
    var request = NetlinkRequest(type: type, flags: flags, sequence: sequence)
    request.header {
      header(
        &$0, family: FamilyCode.of(address.family), length: UInt8(address.length),
        index: held.interface.value)
    }
    request.attribute(Attribute.local, bytes: address.address.bytes)
    request.attribute(Attribute.address, bytes: address.address.bytes)
    return request
  }

  private static func header(
    _ writer: inout Writer, family: UInt8, length: UInt8, index: Int32
  ) {
    writer.byte(family)
    writer.byte(length)
    writer.byte(0)
    writer.byte(0)  // scope: global
    writer.native32(UInt32(bitPattern: index))
  }
}
