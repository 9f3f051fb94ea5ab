/// A route as far as deciding goes; `Wire.RouteMessage` keeps every attribute.
public struct Route: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case unicast
    case unreachable  // packets are refused with a word
    case blackhole  // packets vanish
  }

  public var kind: Kind
  public var destination: Prefix
  public var table: UInt32
  public var hops: [NextHop]  // empty unless unicast
  public var metric: UInt32
  public var origin: UInt8  // rtm_protocol
  public var tag: UInt32  // 12 bits that mean nothing to the kernel; 0: none

  public init(
    _ destination: Prefix, table: UInt32, hops: [NextHop], metric: UInt32 = 0,
    origin: UInt8 = Ours.origin, tag: UInt32 = 0, kind: Kind = .unicast
  ) {
    self.kind = kind
    self.destination = destination
    self.table = table
    self.hops = hops
    self.metric = metric
    self.origin = origin
    self.tag = tag
  }

  public var isOurs: Bool { origin == Ours.origin }

  /// Made of a router advertisement: RTPROT_RA.
  public var isAdvertised: Bool { origin == 9 }

  /// Somebody's default, elsewhere than in our tables.
  public var isForeignDefault: Bool {
    destination.length == 0 && kind == .unicast && !isOurs && !Ours.tables.contains(table)
  }

  /// Ours, where ours are, or a default.
  public var concernsUs: Bool {
    isOurs || Ours.tables.contains(table) || isForeignDefault
  }

  public func leads(by index: InterfaceIndex) -> Bool {
    hops.contains { $0.interface == index }
  }
}

extension Route {
  /// The kernel would put the other in this one's place (NLM_F_REPLACE), by the same links.
  func isReplaced(by other: Route) -> Bool {
    // Of what is advertised, each router has a route of its own beside the others'.
    if isAdvertised || other.isAdvertised { return self == other }
    return destination == other.destination && table == other.table && metric == other.metric
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

  /// What becomes of packets where nothing else in the table takes them. It stands there all the
  /// time, so that not one of them slips past while a holder is exchanged.
  public static func lastResort(_ destination: Prefix, table: UInt32, _ kind: Kind) -> Route {
    Route(destination, table: table, hops: [], metric: .max, kind: kind)
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
      kind.order,
    ]
    key += destination.address.bytes.map { Int64($0) }
    for hop in hops {
      key += [Int64(hop.interface.value), Int64(hop.weight)]
      key += (hop.gateway?.bytes ?? []).map { Int64($0) }
    }
    return key
  }
}

extension Route.Kind {
  fileprivate var order: Int64 {
    switch self {
    case .unicast: 0
    case .unreachable: 1
    case .blackhole: 2
    }
  }
}
