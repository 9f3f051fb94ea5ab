/// How Siaga's things in the kernel are told from everybody else's.
public enum Ours {
  /// Route, rule and address protocol number.
  public static let origin: UInt8 = 83
  /// The group of interfaces: the kernel takes it with a new interface, in one step.
  public static let linkGroup: UInt32 = 83
  /// Tables 8100–8355: uplinks from the start, route groups from 8300.
  public static let tables: ClosedRange<UInt32> = 8100...8355
  public static let rulePriorities: ClosedRange<UInt32> = 8000...8999
  public static let firewallTable = "siaga"
  public static let mainTable: UInt32 = 254
  public static let localTable: UInt32 = 255  // the kernel's: addresses of this machine
  public static let maximumUplinks = 200
  public static let maximumGroups = 56

  public static func table(uplink slot: Int) -> UInt32 { 8100 + UInt32(slot) }
  public static func table(group slot: Int) -> UInt32 { 8300 + UInt32(slot) }

  /// The order in which the kernel asks (spec: main's better routes, probes, link
  /// addresses, marks, resolvers, groups).
  public enum Priority {
    public static let main: UInt32 = 8000
    public static func probe(_ slot: Int) -> UInt32 { 8100 + UInt32(slot) }
    public static func from(_ slot: Int) -> UInt32 { 8300 + UInt32(slot) }
    public static func mark(_ slot: Int) -> UInt32 { 8500 + UInt32(slot) }
    public static func resolvers(_ slot: Int) -> UInt32 { 8700 + UInt32(slot) }
    public static func group(_ rank: Int) -> UInt32 { 8900 + UInt32(rank) }
  }
}

/// The bits of packet and flow marks that are ours, and the value that stands for a link.
public struct MarkSpace: Hashable, Sendable {
  public let mask: UInt32

  public static let standard = MarkSpace(mask: 0x3f00)

  public init(mask: UInt32) {
    self.mask = mask
  }

  /// How many links can be told apart; 0 means "no link".
  public var capacity: Int { (1 << mask.nonzeroBitCount) - 1 }

  /// The mark of a link; the mask's bits are contiguous.
  public func mark(_ slot: Int) -> UInt32 {
    UInt32(slot + 1) << UInt32(mask.trailingZeroBitCount)
  }
}
