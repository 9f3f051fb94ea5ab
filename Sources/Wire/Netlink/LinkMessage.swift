import Model

/// RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK (linux/if_link.h).
public enum LinkMessage {
  public static let new: UInt16 = 16
  public static let deleted: UInt16 = 17
  public static let get: UInt16 = 18

  enum Attribute {
    static let address: UInt16 = 1  // IFLA_ADDRESS
    static let name: UInt16 = 3  // IFLA_IFNAME
    static let mtu: UInt16 = 4  // IFLA_MTU
    static let below: UInt16 = 5  // IFLA_LINK
    static let counters: UInt16 = 7  // IFLA_STATS
    static let master: UInt16 = 10  // IFLA_MASTER
    static let operState: UInt16 = 16  // IFLA_OPERSTATE
    static let info: UInt16 = 18  // IFLA_LINKINFO
    static let counters64: UInt16 = 23  // IFLA_STATS64
    static let group: UInt16 = 27  // IFLA_GROUP
    static let extendedMask: UInt16 = 29  // IFLA_EXT_MASK
  }

  private enum Flag {
    static let up: UInt32 = 0x1
    static let pointToPoint: UInt32 = 0x10
    static let withoutARP: UInt32 = 0x80
    static let port: UInt32 = 0x800
    static let lowerUp: UInt32 = 0x10000
  }

  private static let ethernet: UInt16 = 1  // ARPHRD_ETHER; Wi-Fi, bonds and VLANs say so too

  /// The answer need not count all there is to count: RTEXT_FILTER_SKIP_STATS.
  private static let withoutStatistics: UInt32 = 1 << 3

  /// nil for messages of other families (a bridge's, a Wi-Fi card's events).
  public static func parse(_ body: consuming Reader) throws(DecodeError) -> Link? {
    var body = body
    guard try body.byte() == 0 else { return nil }  // AF_UNSPEC
    try body.skip(1)
    let isEthernet = try body.native16() == ethernet
    let index = InterfaceIndex(Int32(bitPattern: try body.native32()))
    let flags = try body.native32()
    try body.skip(4)
    var name: InterfaceName?
    var operState: UInt8 = 0
    var hardware: HardwareAddress?
    var mtu: Int?
    var below = InterfaceIndex(0)
    var group: UInt32 = 0
    var master: InterfaceIndex?
    var info = LinkInfo()
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.address: hardware = HardwareAddress(bytes: value.rest())
      case Attribute.name: name = InterfaceName(value.text())
      case Attribute.mtu: mtu = Int(try value.native32())
      case Attribute.operState: operState = try value.byte()
      case Attribute.below: below = InterfaceIndex(Int32(bitPattern: try value.native32()))
      case Attribute.group: group = try value.native32()
      case Attribute.master: master = InterfaceIndex(Int32(bitPattern: try value.native32()))
      case Attribute.info: info = try LinkInfo(parsing: value)
      default: break
      }
    }
    // The kernel allows names of any bytes. One that nobody can write down is nobody's uplink.
    guard let name else { return nil }
    return Link(
      index: index, name: name, isUp: flags & Flag.up != 0,
      hasCarrier: flags & Flag.lowerUp != 0,
      // IF_OPER_UNKNOWN is what loopback, tunnels and PPP say when they work.
      isOperational: operState == 6 || operState == 0,
      isPointToPoint: flags & Flag.pointToPoint != 0,
      hardwareAddress: isEthernet && flags & Flag.withoutARP == 0 ? hardware : nil, mtu: mtu,
      group: group,
      macvlan: info.macvlanMode.map {
        Macvlan(parent: below, mode: Macvlan.Mode(rawValue: $0))
      }, bond: info.bond, isPort: flags & Flag.port != 0, master: master, port: info.port)
  }

  /// Where a datagram with one such message says what passing packets do not change. The kernel
  /// counts a link's packets in every answer, asked for or not.
  public static func steadyParts(of datagram: consuming Reader) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = datagram.offset
    let end = start + datagram.remaining
    // What cannot be read is steady as a whole: the next one is then compared to the last byte.
    guard var body = try? datagram.nextMessage()?.body, (try? body.skip(headerSize)) != nil else {
      return [start..<end]
    }
    while let attribute = try? body.nextAttribute() {
      guard attribute.type == Attribute.counters || attribute.type == Attribute.counters64 else {
        continue
      }
      parts.append(start..<attribute.value.offset)
      start = attribute.value.offset + attribute.value.remaining
    }
    return parts + [start..<end]
  }

  private static let headerSize = 16  // struct ifinfomsg

  public static func dump(sequence: UInt32) -> NetlinkRequest {
    request(index: nil, flags: NetlinkFlag.dump, sequence: sequence)
  }

  /// Asking for one link also makes the kernel settle its carrier at once
  /// (rtnl_getlink calls linkwatch_sync_dev).
  public static func get(_ index: InterfaceIndex, sequence: UInt32) -> NetlinkRequest {
    request(index: index, flags: 0, sequence: sequence)
  }

  /// It is set down until it is raised, so that nothing leaves by it before its settings stand.
  public static func add(_ link: VirtualLink, sequence: UInt32) -> NetlinkRequest {
    let flags = NetlinkFlag.acknowledge | NetlinkFlag.create | NetlinkFlag.exclusive
    var request = change(nil, type: new, flags: flags, sequence: sequence)
    request.attribute(Attribute.below, UInt32(bitPattern: link.parent.value))
    request.attribute(Attribute.name, text: link.name.text)
    request.attribute(Attribute.address, bytes: link.hardware.bytes)
    request.attribute(Attribute.group, Ours.linkGroup)
    request.attribute(Attribute.info) { info in
      info.attribute(LinkInfo.Attribute.kind) { $0.append(LinkInfo.Kind.macvlan.utf8) }
      info.attribute(LinkInfo.Attribute.data) { data in
        data.attribute(LinkInfo.macvlanMode) { $0.native32(Macvlan.Mode.bridge.rawValue) }
      }
    }
    return request
  }

  public static func raise(_ index: InterfaceIndex, sequence: UInt32) -> NetlinkRequest {
    change(
      index, type: new, flags: NetlinkFlag.acknowledge, up: (Flag.up, Flag.up),
      sequence: sequence)
  }

  public static func lower(_ index: InterfaceIndex, sequence: UInt32) -> NetlinkRequest {
    change(
      index, type: new, flags: NetlinkFlag.acknowledge, up: (0, Flag.up), sequence: sequence)
  }

  public static func remove(_ index: InterfaceIndex, sequence: UInt32) -> NetlinkRequest {
    change(index, type: deleted, flags: NetlinkFlag.acknowledge, sequence: sequence)
  }

  /// - Parameter up: the flags as they should be, and those of them that change.
  static func change(
    _ index: InterfaceIndex?, type: UInt16, flags: UInt16,
    up: (value: UInt32, mask: UInt32) = (0, 0), sequence: UInt32
  ) -> NetlinkRequest {
    var request = NetlinkRequest(type: type, flags: flags, sequence: sequence)
    request.header {
      $0.native32(0)
      $0.native32(UInt32(bitPattern: index?.value ?? 0))
      $0.native32(up.value)
      $0.native32(up.mask)
    }
    return request
  }

  private static func request(
    index: InterfaceIndex?, flags: UInt16, sequence: UInt32
  ) -> NetlinkRequest {
    var request = NetlinkRequest(type: get, flags: flags, sequence: sequence)
    request.header {
      $0.native32(0)
      $0.native32(UInt32(bitPattern: index?.value ?? 0))
      $0.native32(0)
      $0.native32(0)
    }
    request.attribute(Attribute.extendedMask, withoutStatistics)
    return request
  }
}
