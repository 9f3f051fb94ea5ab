import Model

/// An IPv4 or IPv6 route as rtnetlink has it, with every attribute kept
/// (linux/rtnetlink.h, struct rtmsg).
public struct RouteMessage: Equatable, Sendable {
  public static let new: UInt16 = 24
  public static let deleted: UInt16 = 25
  public static let get: UInt16 = 26

  public static let unicast: UInt8 = 1  // RTN_UNICAST
  public static let blackhole: UInt8 = 6
  public static let unreachable: UInt8 = 7

  public struct Attribute: Equatable, Sendable {
    public let type: UInt16
    public let value: [UInt8]
  }

  public var family: UInt8
  public var destinationLength: UInt8
  public var sourceLength: UInt8
  public var typeOfService: UInt8
  public var table: UInt32
  public var origin: UInt8
  public var scope: UInt8
  public var type: UInt8
  public var flags: UInt32
  public var attributes: [Attribute]  // in the kernel's order

  /// The header's facts alone: enough to pass over foreign routes without building them.
  public struct Glance: Equatable, Sendable {
    public let family: UInt8
    public let destinationLength: UInt8
    public let table: UInt8
    public let origin: UInt8
    public let type: UInt8
    public let flags: UInt32

    public init(_ body: borrowing Reader) throws(DecodeError) {
      var body = copy body
      family = try body.byte()
      destinationLength = try body.byte()
      try body.skip(2)
      table = try body.byte()
      origin = try body.byte()
      try body.skip(1)
      type = try body.byte()
      flags = try body.native32()
    }

    /// Whether it is worth being read: ours, perhaps in our tables, or a default.
    public var concernsUs: Bool {
      guard !isCached else { return false }
      switch type {
      case RouteMessage.unicast: return isOurs || mayBeInOurTables || destinationLength == 0
      case RouteMessage.blackhole, RouteMessage.unreachable: return isOurs || mayBeInOurTables
      default: return false
      }
    }

    /// RTM_F_CLONED: a cached exception, not a route of a table.
    private var isCached: Bool { flags & 0x200 != 0 }
    private var isOurs: Bool { origin == Ours.origin }
    /// RT_TABLE_COMPAT stands for every table above 255; the attribute tells which.
    private var mayBeInOurTables: Bool { table == 252 }
    public var isForeignDefault: Bool {
      !isCached && type == RouteMessage.unicast && destinationLength == 0 && !isOurs
    }
  }

  public init(parsing body: consuming Reader) throws(DecodeError) {
    var body = body
    family = try body.byte()
    destinationLength = try body.byte()
    sourceLength = try body.byte()
    typeOfService = try body.byte()
    table = UInt32(try body.byte())
    origin = try body.byte()
    scope = try body.byte()
    type = try body.byte()
    flags = try body.native32()
    attributes = []
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      if attribute.type == RouteAttribute.table {
        table = try value.native32()
      } else {
        attributes.append(Attribute(type: attribute.type, value: value.rest()))
      }
    }
  }
}

enum RouteAttribute {
  static let destination: UInt16 = 1  // RTA_DST
  static let outgoing: UInt16 = 4  // RTA_OIF
  static let gateway: UInt16 = 5
  static let priority: UInt16 = 6
  static let metrics: UInt16 = 8
  static let multipath: UInt16 = 9
  static let table: UInt16 = 15
}

/// Inside RTA_METRICS (linux/rtnetlink.h, RTAX_*).
enum RouteMetric {
  static let lock: UInt16 = 1
  static let tagShift: UInt32 = 20  // the kernel's own bits end at 17 (RTAX_FASTOPEN_NO_COOKIE)
}

public enum FamilyCode {
  public static let ipv4: UInt8 = 2
  public static let ipv6: UInt8 = 10

  public static func of(_ family: Family) -> UInt8 {
    family == .ipv4 ? ipv4 : ipv6
  }
}
