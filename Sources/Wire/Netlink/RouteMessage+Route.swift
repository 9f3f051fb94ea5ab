import Model

extension RouteMessage {
  /// The route as far as deciding goes; nil for kinds that Siaga never makes
  /// (local, broadcast, through a nexthop object).
  public var route: Route? {
    guard let kind = Route.Kind(code: type),
      family == FamilyCode.ipv4 || family == FamilyCode.ipv6
    else { return nil }
    let family: Family = family == FamilyCode.ipv4 ? .ipv4 : .ipv6
    // IPv6's unreachable routes lead to `lo`, which says nothing.
    let hops = kind == .unicast ? hops : []
    guard hops.isEmpty != (kind == .unicast), Int(destinationLength) <= family.bits else {
      return nil
    }
    let address = bytes(RouteAttribute.destination).flatMap(IPAddress.init(bytes:)) ?? .any(family)
    guard address.family == family else { return nil }
    return Route(
      Prefix(address, length: Int(destinationLength)), table: table, hops: hops,
      metric: number(RouteAttribute.priority) ?? 0, origin: origin, tag: tag, kind: kind)
  }

  /// The way that the kernel answers with, whatever kind it is of.
  var firstHop: NextHop? { hops.first }

  /// The upper bits of RTAX_LOCK: each bit locks one route metric, and there are but 17.
  private var tag: UInt32 {
    guard let metrics = bytes(RouteAttribute.metrics) else { return 0 }
    var reader = Reader(metrics.span)
    // Metrics that cannot be read are not ours.
    while let attribute = try? reader.nextAttribute() {
      var value = attribute.value
      guard attribute.type == RouteMetric.lock, value.remaining == 4 else { continue }
      return ((try? value.native32()) ?? 0) >> RouteMetric.tagShift
    }
    return 0
  }

  private var hops: [NextHop] {
    if let multipath = bytes(RouteAttribute.multipath) {
      // A path that cannot be read makes the route one we did not make.
      guard let hops = try? Self.parseMultipath(multipath) else { return [] }
      return hops
    }
    guard let index = number(RouteAttribute.outgoing) else { return [] }
    return [
      NextHop(
        interface: InterfaceIndex(Int32(bitPattern: index)),
        gateway: bytes(RouteAttribute.gateway).flatMap(IPAddress.init(bytes:)))
    ]
  }

  /// struct rtnexthop: length, flags, hops (the weight less one), interface, attributes.
  private static func parseMultipath(_ bytes: [UInt8]) throws(DecodeError) -> [NextHop] {
    var reader = Reader(bytes.span)
    var hops: [NextHop] = []
    while reader.remaining >= 8 {
      let length = Int(try reader.native16())
      try reader.skip(1)
      let weight = Int(try reader.byte()) + 1
      let index = InterfaceIndex(Int32(bitPattern: try reader.native32()))
      guard length >= 8 else { throw .badLength(length) }
      var inner = try reader.slice(length - 8)
      reader.skipPadding(length.paddingTo4)
      var gateway: IPAddress?
      while let attribute = try inner.nextAttribute() {
        var value = attribute.value
        if attribute.type == RouteAttribute.gateway { gateway = IPAddress(bytes: value.rest()) }
      }
      hops.append(NextHop(interface: index, gateway: gateway, weight: weight))
    }
    return hops
  }

  private func bytes(_ type: UInt16) -> [UInt8]? {
    attributes.first { $0.type == type }?.value
  }

  private func number(_ type: UInt16) -> UInt32? {
    guard let bytes = bytes(type), bytes.count == 4 else { return nil }
    var reader = Reader(bytes.span)
    return try? reader.native32()  // cannot fail: four bytes are there
  }
}

extension RouteMessage {
  /// RTM_NEWROUTE that stands before routes of the same metric and replaces none of them:
  /// a replace at equal metric would overwrite a foreign route.
  ///
  /// An IPv4 gateway is said to be on the link. The kernel would look for its network in the
  /// main table, and refuse it where a DHCP client keeps its routes in a table of its own
  /// (systemd-networkd's `RouteTable=`, NetworkManager's `ipv4.route-table`).
  public static func add(_ route: Route, sequence: UInt32) -> NetlinkRequest {
    change(
      route, type: new, flags: NetlinkFlag.acknowledge | NetlinkFlag.create, sequence: sequence)
  }

  /// RTM_DELROUTE that names protocol, gateway and interface, so that only ours fits.
  /// - Parameter hasLists: whether the kernel knows lists of hops. Then a hop is written as a list
  ///   of one, for a hop alone would fit any list that begins with it.
  public static func remove(
    _ route: Route, hasLists: Bool = true, sequence: UInt32
  ) -> NetlinkRequest {
    change(
      route, type: deleted, flags: NetlinkFlag.acknowledge, asList: hasLists, sequence: sequence)
  }

  /// - Parameter table: with NETLINK_GET_STRICT_CHK the kernel sends this table alone; 0 is all.
  public static func dump(family: Family, table: UInt32, sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: get, flags: NetlinkFlag.dump, sequence: sequence)
    request.header {
      header(&$0, family: family, length: 0, origin: 0, scope: 0, type: 0)
    }
    if table != 0 { request.attribute(RouteAttribute.table, table) }
    return request
  }

  private static func change(
    _ route: Route, type: UInt16, flags: UInt16, asList: Bool = false, sequence: UInt32
  ) -> NetlinkRequest {
    let destination = route.destination
    let isDirect = route.kind == .unicast && !route.hops.contains { $0.gateway != nil }
    let scope: UInt8 = isDirect ? 253 : 0  // link, universe
    var request = NetlinkRequest(type: type, flags: flags, sequence: sequence)
    request.header {
      header(
        &$0, family: destination.family, length: UInt8(destination.length), origin: route.origin,
        scope: scope, type: route.kind.code,
        flags: type == new && route.hops.count == 1 ? UInt32(onLink(route.hops[0])) : 0)
    }
    request.attribute(RouteAttribute.table, route.table)
    if destination.length > 0 {
      request.attribute(RouteAttribute.destination, bytes: destination.address.bytes)
    }
    if route.metric > 0 { request.attribute(RouteAttribute.priority, route.metric) }
    if route.tag > 0 {
      request.attribute(RouteAttribute.metrics) { writer in
        writer.native16(8)
        writer.native16(RouteMetric.lock)
        writer.native32(route.tag << RouteMetric.tagShift)
      }
    }
    if route.hops.isEmpty
      || (destination.family == .ipv6 && type == deleted && route.hops.count > 1)
    {
      // IPv6: without a hop the kernel takes all of them; the metric tells whose they are.
      return request
    }
    if route.hops.count == 1, let hop = route.hops.first,
      !asList || destination.family == .ipv6
    {
      request.attribute(RouteAttribute.outgoing, UInt32(bitPattern: hop.interface.value))
      if let gateway = hop.gateway {
        request.attribute(RouteAttribute.gateway, bytes: gateway.bytes)
      }
    } else {
      request.attribute(RouteAttribute.multipath) { writer in
        for hop in route.hops { write(hop, flags: type == new ? onLink(hop) : 0, to: &writer) }
      }
    }
    return request
  }

  /// RTNH_F_ONLINK, of a hop whose gateway is of IPv4.
  private static func onLink(_ hop: NextHop) -> UInt8 {
    hop.gateway?.family == .ipv4 ? 4 : 0
  }

  private static func write(_ hop: NextHop, flags: UInt8, to writer: inout Writer) {
    let start = writer.bytes.count
    writer.native16(0)
    writer.byte(flags)
    writer.byte(UInt8(clamping: hop.weight - 1))
    writer.native32(UInt32(bitPattern: hop.interface.value))
    if let gateway = hop.gateway {
      writer.native16(UInt16(4 + gateway.bytes.count))
      writer.native16(RouteAttribute.gateway)
      writer.append(gateway.bytes)
    }
    writer.patch16(UInt16(writer.bytes.count - start), at: start)
  }

  private static func header(
    _ writer: inout Writer, family: Family, length: UInt8, origin: UInt8, scope: UInt8, type: UInt8,
    flags: UInt32 = 0
  ) {
    writer.byte(FamilyCode.of(family))
    writer.byte(length)
    writer.byte(0)
    writer.byte(0)
    writer.byte(0)  // the table is an attribute: ours do not fit a byte
    writer.byte(origin)
    writer.byte(scope)
    writer.byte(type)
    writer.native32(flags)
  }
}

extension Route.Kind {
  fileprivate init?(code: UInt8) {
    switch code {
    case RouteMessage.unicast: self = .unicast
    case RouteMessage.unreachable: self = .unreachable
    case RouteMessage.blackhole: self = .blackhole
    default: return nil
    }
  }

  fileprivate var code: UInt8 {
    switch self {
    case .unicast: RouteMessage.unicast
    case .unreachable: RouteMessage.unreachable
    case .blackhole: RouteMessage.blackhole
    }
  }
}
