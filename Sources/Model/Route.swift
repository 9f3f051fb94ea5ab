/// A route as far as deciding goes; `Wire.RouteMessage` keeps every attribute.
public struct Route: Hashable, Sendable {
  public var destination: Prefix
  public var table: UInt32
  public var hops: [NextHop]
  public var metric: UInt32
  public var origin: UInt8  // rtm_protocol
  public var tag: UInt32  // 12 bits that mean nothing to the kernel; 0: none

  public init(
    _ destination: Prefix, table: UInt32, hops: [NextHop], metric: UInt32 = 0,
    origin: UInt8 = Ours.origin, tag: UInt32 = 0
  ) {
    self.destination = destination
    self.table = table
    self.hops = hops
    self.metric = metric
    self.origin = origin
    self.tag = tag
  }

  public var isOurs: Bool { origin == Ours.origin }

  /// Somebody's default, elsewhere than in our tables.
  public var isForeignDefault: Bool {
    destination.length == 0 && !isOurs && !Ours.tables.contains(table)
  }

  /// Ours, where ours are, or a default.
  public var concernsUs: Bool {
    isOurs || Ours.tables.contains(table) || destination.length == 0
  }

  public func leads(by index: InterfaceIndex) -> Bool {
    hops.contains { $0.interface == index }
  }
}

extension Route {
  /// The kernel would put the other in this one's place (NLM_F_REPLACE), by the same links.
  func isReplaced(by other: Route) -> Bool {
    destination == other.destination && table == other.table && metric == other.metric
      && hops.map(\.interface) == other.hops.map(\.interface)
  }

  /// Ours, so that the kernel tells it from others of ours to the same destination: an IPv4
  /// route by a tag, an IPv6 route by its metric.
  public static func ours(_ destination: Prefix, table: UInt32, hops: [NextHop]) -> Route {
    switch destination.family {
    case .ipv4: Route(destination, table: table, hops: hops, tag: tag(for: hops))
    case .ipv6: Route(destination, table: table, hops: hops, metric: metric(for: hops))
    }
  }

  /// Linux puts IPv6 routes of equal metric together into one of several hops
  /// (fib6_add_rt2node), so other hops need another metric: then a new way can stand beside
  /// the old one until that is removed. Should two have the same one, once in 16 million, the
  /// next reconciliation mends it.
  static func metric(for hops: [NextHop]) -> UInt32 {
    let hash = hops.reduce(UInt32(2_166_136_261)) { hash, hop in
      let words = [UInt32(bitPattern: hop.interface.value), UInt32(hop.weight)]
      return (words + (hop.gateway?.bytes ?? []).map { UInt32($0) })
        .reduce(hash) { ($0 ^ $1) &* 16_777_619 }
    }
    return 1_024 + hash % (1 << 24)
  }

  /// The tag of ours for a list of hops, 1…4095; a single way needs none.
  ///
  /// When the kernel deletes an IPv4 route it compares hops only as far as the shorter list
  /// goes, and weights not at all (fib_nh_match), so another of ours could be hit. A tag it
  /// compares exactly.
  public static func tag(for hops: [NextHop]) -> UInt32 {
    guard hops.count > 1 else { return 0 }
    // FNV-1a over number and weights: lists of other hops are told apart by their hops.
    let hash = hops.reduce(UInt32(2_166_136_261) ^ UInt32(hops.count)) {
      ($0 ^ UInt32($1.weight)) &* 16_777_619
    }
    return hash % 4_095 + 1
  }
}

public struct NextHop: Hashable, Sendable {
  public var interface: InterfaceIndex
  public var gateway: IPAddress?  // nil: the destination is on the link
  public var weight: Int  // 1…256

  public init(interface: InterfaceIndex, gateway: IPAddress?, weight: Int = 1) {
    self.interface = interface
    self.gateway = gateway
    self.weight = weight
  }
}

extension Route: Comparable {
  public static func < (left: Route, right: Route) -> Bool {
    left.sortKey.lexicographicallyPrecedes(right.sortKey)
  }

  private var sortKey: [Int64] {
    var key: [Int64] = [
      Int64(table), Int64(destination.length), Int64(metric), Int64(origin), Int64(tag),
    ]
    key += destination.address.bytes.map { Int64($0) }
    for hop in hops {
      key += [Int64(hop.interface.value), Int64(hop.weight)]
      key += (hop.gateway?.bytes ?? []).map { Int64($0) }
    }
    return key
  }
}

/// A policy rule: which packets look into which table.
public struct Rule: Hashable, Sendable {
  public enum Selector: Hashable, Sendable {
    case all
    case from(Prefix)
    case outgoing(InterfaceName)  // `oif`: sockets bound to the device
    case mark(UInt32, mask: UInt32)
  }

  public var priority: UInt32
  public var family: Family
  public var selector: Selector
  public var table: UInt32
  public var suppressPrefixLength: Int?
  public var origin: UInt8  // FRA_PROTOCOL

  public init(
    priority: UInt32, family: Family, selector: Selector, table: UInt32,
    suppressPrefixLength: Int? = nil, origin: UInt8 = Ours.origin
  ) {
    self.priority = priority
    self.family = family
    self.selector = selector
    self.table = table
    self.suppressPrefixLength = suppressPrefixLength
    self.origin = origin
  }

  public var isOurs: Bool { origin == Ours.origin }

  /// Ours, or where ours are: there somebody's same rule stands in for ours while it is there.
  public var concernsUs: Bool { isOurs || Ours.rulePriorities.contains(priority) }

  public func isSame(as other: Rule) -> Bool {
    var other = other
    other.origin = origin
    return self == other
  }
}

extension Rule: Comparable {
  public static func < (left: Rule, right: Rule) -> Bool {
    left.sortKey < right.sortKey
  }

  /// Everything, so that no two rules are left to the order of a set.
  private var sortKey: (Family, UInt32, String, UInt32, Int, UInt8) {
    (family, priority, selector.text, table, suppressPrefixLength ?? -1, origin)
  }
}

extension Rule.Selector {
  /// As `ip rule` writes it.
  public var text: String {
    switch self {
    case .all: "from all"
    case .from(let prefix):
      prefix.length == prefix.family.bits ? "from \(prefix.address)" : "from \(prefix)"
    case .outgoing(let name): "from all oif \(name)"
    case .mark(let mark, let mask):
      "from all fwmark 0x\(String(mark, radix: 16))/0x\(String(mask, radix: 16))"
    }
  }
}
