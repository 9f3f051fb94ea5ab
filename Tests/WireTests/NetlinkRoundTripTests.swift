import Model
import Testing
import Wire

/// What we ask the kernel for reads back as what we meant.
struct NetlinkRoundTripTests {
  private static let lan = InterfaceIndex(7)
  private static let wan = InterfaceIndex(300)

  private static func address(_ text: String) -> IPAddress { IPAddress(text)! }
  private static func prefix(_ text: String, _ length: Int) -> Prefix {
    Prefix(address(text), length: length)
  }

  static let routes: [Route] = [
    Route(.defaultV4, table: 8100, hops: [NextHop(interface: lan, gateway: address("10.0.0.1"))]),
    Route(.defaultV4, table: 8300, hops: [NextHop(interface: wan, gateway: nil)]),
    Route(
      prefix("203.0.113.0", 24), table: 8355,
      hops: [NextHop(interface: wan, gateway: address("10.0.0.1"))], metric: 77),
    Route(
      .defaultV4, table: 8300,
      hops: [
        NextHop(interface: lan, gateway: address("10.0.0.1"), weight: 3),
        NextHop(interface: wan, gateway: nil, weight: 256),
        NextHop(interface: wan, gateway: address("10.0.0.9"), weight: 1),
      ]),
    Route(
      .defaultV6, table: 8100, hops: [NextHop(interface: lan, gateway: address("fe80::1"))],
      metric: 1_024),
    Route(
      prefix("2001:db8::", 32), table: 8301,
      hops: [
        NextHop(interface: lan, gateway: address("fe80::1"), weight: 2),
        NextHop(interface: wan, gateway: address("fe80::2")),
      ]),
  ]

  static let rules: [Rule] = [
    Rule(priority: 8000, family: .ipv4, selector: .all, table: 254, suppressPrefixLength: 0),
    Rule(
      priority: 8100, family: .ipv4, selector: .outgoing(InterfaceName("wan.100")!), table: 8100),
    Rule(priority: 8300, family: .ipv4, selector: .from(.host(address("10.0.0.2"))), table: 8100),
    Rule(priority: 8300, family: .ipv4, selector: .from(prefix("10.0.0.0", 9)), table: 8100),
    Rule(priority: 8300, family: .ipv6, selector: .from(prefix("2001:db8::", 64)), table: 8100),
    Rule(priority: 8500, family: .ipv6, selector: .mark(0x100, mask: 0x3f00), table: 8100),
    Rule(priority: 8900, family: .ipv4, selector: .all, table: 8300),
  ]

  static let addresses: [HeldAddress] = [
    "10.0.0.2/24", "10.0.0.3/32", "2001:db8::2/64", "fe80::1/128",
  ]
  .map { HeldAddress(interface: wan, address: InterfaceAddress($0)!) }

  @Test(arguments: routes)
  func `a route reads back as it was meant`(route: Route) throws {
    let isList = route.destination.family == .ipv6 && route.hops.count > 1
    let requests = [
      RouteMessage.add(route, sequence: 1), RouteMessage.remove(route, sequence: 1),
    ]
    for request in requests.prefix(isList ? 1 : 2) {
      let found = try parse(request.bytes) { (body) throws(DecodeError) in
        try RouteMessage(parsing: body).route
      }
      #expect(found == route)
    }
  }

  @Test
  func `an IPv6 route of several hops is removed whole, by its metric`() throws {
    let hops = [1, 2].map { NextHop(interface: InterfaceIndex($0), gateway: nil) }
    let route = Route.ours(.defaultV6, table: 8300, hops: hops)
    let request = RouteMessage.remove(route, sequence: 1)
    let message = try parse(request.bytes) { (body) throws(DecodeError) in
      try RouteMessage(parsing: body)
    }
    #expect(message.attributes.map(\.type) == [6])  // RTA_PRIORITY
    #expect(route.metric >= 1_024)
  }

  @Test(arguments: rules)
  func `a rule reads back as it was meant`(rule: Rule) throws {
    for request in [RuleMessage.add(rule, sequence: 1), RuleMessage.remove(rule, sequence: 1)] {
      let found = try parse(request.bytes) { (body) throws(DecodeError) in
        try RuleMessage.parse(body)
      }
      #expect(found == rule)
    }
  }

  @Test(arguments: addresses)
  func `an address reads back as it was meant`(held: HeldAddress) throws {
    let found = try parse(AddressMessage.add(held, sequence: 1).bytes) {
      (body) throws(DecodeError) in
      try AddressMessage.parse(body)
    }
    #expect(found == held)
  }

  @Test
  func `an interface with a virtual MAC reads back as it was meant`() throws {
    let id = VirtualRouter.ID(interface: InterfaceName("lan")!, family: .ipv6, number: 51)
    let link = VirtualLink(of: id, on: Self.wan)
    let request = LinkMessage.add(link, sequence: 1)
    let found = try #require(
      try parse(request.bytes) { (body) throws(DecodeError) in try LinkMessage.parse(body) })
    #expect(found.name == link.name && found.isOurs && !found.isUp)
    #expect(found.macvlan == Macvlan(parent: Self.wan, mode: .bridge))
    #expect(request.bytes.contains(id.hardware.bytes))
    #expect(try header(of: request).length == request.bytes.count)
  }

  /// A replace at equal metric would overwrite a foreign route; EXCL would refuse ours beside it.
  @Test
  func `a route is added without replacing any`() throws {
    let header = try header(of: RouteMessage.add(Self.routes[0], sequence: 9))
    #expect(header.type == RouteMessage.new)
    #expect(header.sequence == 9)
    let flags = NetlinkFlag.request | NetlinkFlag.acknowledge | NetlinkFlag.create
    #expect(header.flags == flags)
  }

  /// RTNH_F_ONLINK, in rtm_flags or in each hop's flags.
  @Test
  func `a gateway of IPv4 is said to be on the link when it is added, and only then`() throws {
    func flags(_ request: NetlinkRequest) -> UInt8 { request.bytes[24] }
    #expect(flags(RouteMessage.add(Self.routes[0], sequence: 1)) == 4)
    #expect(flags(RouteMessage.add(Self.routes[1], sequence: 1)) == 0)
    #expect(flags(RouteMessage.add(Self.routes[3], sequence: 1)) == 0)
    #expect(flags(RouteMessage.add(Self.routes[4], sequence: 1)) == 0)
    #expect(flags(RouteMessage.remove(Self.routes[0], sequence: 1)) == 0)
    // struct rtnexthop: length, flags, hops, interface; the gateway follows.
    let hops = RouteMessage.add(Self.routes[3], sequence: 1).bytes
    let weights: [[UInt8]] = [[16, 0, 4, 2], [8, 0, 0, 255], [16, 0, 4, 0]]
    for weight in weights { #expect(hops.contains(weight)) }
  }

  @Test
  func `requests are as long as they say, and stand on four bytes`() throws {
    let requests =
      Self.routes.map { RouteMessage.add($0, sequence: 1) }
      + Self.rules.map { RuleMessage.add($0, sequence: 1) }
      + Self.addresses.map { AddressMessage.add($0, sequence: 1) }
    for request in requests {
      #expect(try header(of: request).length == request.bytes.count)
      #expect(request.bytes.count.isMultiple(of: 4))
    }
  }

  @Test
  func `a batch is read message by message`() throws {
    let batch = (1...3).flatMap { RuleMessage.add(Self.rules[0], sequence: $0).bytes }
    let datagram = NetlinkDatagram(batch, count: batch.count)
    var reader = datagram.reader
    var sequences: [UInt32] = []
    while let message = try reader.nextMessage() { sequences.append(message.header.sequence) }
    #expect(sequences == [1, 2, 3])
  }

  private func header(of request: NetlinkRequest) throws -> NetlinkHeader {
    let datagram = NetlinkDatagram(request.bytes, count: request.bytes.count)
    var reader = datagram.reader
    guard let message = try reader.nextMessage() else { throw DecodeError.truncated }
    return message.header
  }
}
