import Model
import Testing
import Wire

@testable import Engine

/// The way out by a link: its source, its gateway, and what stands in the way of either.
struct WayTests {
  private static let index = InterfaceIndex(2)
  private static let name = InterfaceName("wan0")!

  private static func ip(_ text: String) -> IPAddress { IPAddress(text)! }

  private static func held(
    _ text: String, peer: String? = nil, stage: HeldAddress.Stage = .preferred
  ) -> KernelState.Delta {
    .address(
      HeldAddress(
        interface: index, address: InterfaceAddress(text)!, peer: peer.map(ip), origin: 0,
        stage: stage))
  }

  private static func hop(_ gateway: String?, by index: InterfaceIndex = index) -> NextHop {
    NextHop(interface: index, gateway: gateway.map(ip))
  }

  private static func route(
    _ hops: NextHop..., metric: UInt32 = 100, origin: UInt8 = 16, family: Family = .ipv4
  ) -> KernelState.Delta {
    .foreignDefault(
      Route(
        family == .ipv4 ? .defaultV4 : .defaultV6, table: Ours.mainTable, hops: hops,
        metric: metric, origin: origin))
  }

  /// The kernel with one link.
  private static func kernel(
    _ deltas: [KernelState.Delta], isUp: Bool = true, hasCarrier: Bool = true,
    isOperational: Bool = true, isPointToPoint: Bool = false
  ) -> KernelState {
    var kernel = KernelState()
    let link = Link(
      index: index, name: name, isUp: isUp, hasCarrier: hasCarrier, isOperational: isOperational,
      isPointToPoint: isPointToPoint)
    for delta in [.link(link)] + deltas { kernel.apply(delta) }
    return kernel
  }

  private static func watch(_ uplink: Uplink = found, _ kernel: KernelState) -> UplinkWatch {
    var watch = UplinkWatch(uplink, families: Family.allCases)
    watch.observed(kernel)
    return watch
  }

  private static func way(_ family: Family = .ipv4, _ deltas: KernelState.Delta...) -> Way {
    watch(found, kernel(deltas))[family]
  }

  /// The system knows its gateway and its addresses.
  private static let found = Uplink(name: "isp", interface: name, findsGateways: true)

  private static func set(_ addresses: [String], _ gateways: [String]) -> Uplink {
    Uplink(
      name: "isp", interface: name, addresses: addresses.map { InterfaceAddress($0)! },
      gateways: gateways.map(ip))
  }

  // MARK: Source

  @Test
  func `packets come from the configured address, whatever else the interface has`() {
    let uplink = Self.set(["10.1.1.5/24"], ["10.1.1.1"])
    let kernel = Self.kernel([
      Self.held("10.1.1.2/24"), Self.held("10.1.1.5/24"), Self.held("10.1.1.9/24"),
    ])
    #expect(Self.watch(uplink, kernel)[.ipv4].source == Self.ip("10.1.1.5"))
    let two = Self.set(["10.1.1.5/24", "10.1.1.9/24"], ["10.1.1.1"])
    #expect(Self.watch(two, kernel)[.ipv4].source == Self.ip("10.1.1.5"), "the first of them")
  }

  @Test
  func `while the configured address is changed, one beside the gateway stands in, and no other`() {
    let uplink = Self.set(["10.1.1.5/24"], ["10.1.1.1"])
    let beside = Self.kernel([Self.held("10.0.0.7/24"), Self.held("10.1.1.2/24")])
    #expect(Self.watch(uplink, beside)[.ipv4].source == Self.ip("10.1.1.2"))
    let elsewhere = Self.watch(uplink, Self.kernel([Self.held("10.0.0.7/24")]))[.ipv4]
    #expect(elsewhere.source == nil && elsewhere.obstacles == [.noAddress])
  }

  @Test
  func `of the system's addresses, that in the gateway's network is the source`() {
    let way = Self.way(
      .ipv4, Self.held("10.0.0.7/24"), Self.held("10.1.1.2/24"), Self.route(Self.hop("10.1.1.1")))
    #expect(way.gateway == Self.ip("10.1.1.1") && way.source == Self.ip("10.1.1.2"))
  }

  @Test(arguments: [
    // Deprecated ones last, then unique local ones, then the lowest (RFC 6724 §5).
    (["2001:db8::7/64", "2001:db8:1::7/64"], [], "2001:db8::7"),
    (["2001:db8::7/64", "2001:db8:1::7/64"], ["2001:db8::7/64"], "2001:db8:1::7"),
    (["fd00::7/64", "2001:db8::7/64"], [], "2001:db8::7"),
    (["2001:db8::7/64", "fd00::7/64"], ["2001:db8::7/64"], "fd00::7"),
    (["2001:db8::7/64", "fd00::7/64"], ["2001:db8::7/64", "fd00::7/64"], "2001:db8::7"),
    (["fc00::7/64", "fe00::7/64"], [], "fe00::7"),
    (["fd00::7/64", "fe00::7/64"], [], "fe00::7"),
    (["fd00::7/64", "fe80::7/64"], [], "fd00::7"),
  ])
  func
    `a global address goes before a unique local one, and any that is not deprecated before both`(
      addresses: [String], deprecated: [String], source: String
    )
  {
    let deltas = addresses.map {
      Self.held($0, stage: deprecated.contains($0) ? .deprecated : .preferred)
    }
    let route = Self.route(Self.hop("fe80::1"), origin: 9, family: .ipv6)
    let way = Self.watch(Self.found, Self.kernel(deltas + [route]))[.ipv6]
    #expect(way.source == Self.ip(source))
  }

  @Test
  func `what is good on the link only is the source of IPv6 towards neighbours, of IPv4 anywhere`()
  {
    let six = Self.way(.ipv6, Self.held("fe80::7/64"))
    #expect(six.source == nil && six.obstacles == [.noAddress])
    let four = Self.way(
      .ipv4, Self.held("169.254.3.4/16"), Self.route(Self.hop("169.254.0.1")))
    #expect(four.source == Self.ip("169.254.3.4"))
    #expect(four.source(to: Self.ip("169.254.0.1")) == Self.ip("169.254.3.4"))
    #expect(four.ownAddresses == [Self.ip("169.254.3.4")])
  }

  /// A host with a public address alone, whose gateway is good on the link only.
  @Test
  func `an address of IPv4 that is good on the link only is the last choice`() {
    let gateway = Self.route(Self.hop("169.254.0.1"))
    let way = Self.way(
      .ipv4, Self.held("169.254.3.4/16"), Self.held("203.0.113.7/32"), gateway)
    #expect(way.gateway == Self.ip("169.254.0.1") && way.source == Self.ip("203.0.113.7"))
  }

  @Test
  func `a neighbour's link-local address is asked from ours, once that is known to be ours alone`()
  {
    let way = Self.way(
      .ipv6, Self.held("2001:db8::7/64"), Self.held("fe80::2/64", stage: .tentative),
      Self.held("fe80::7/64"))
    #expect(way.source(to: Self.ip("fe80::1")) == Self.ip("fe80::7"))
    #expect(way.source(to: Self.ip("2001:db8:5::1")) == Self.ip("2001:db8::7"))
    #expect(way.ownAddresses == [Self.ip("2001:db8::7")])
    let tentative = Self.way(.ipv6, Self.held("fe80::2/64", stage: .tentative))
    #expect(tentative.source(to: Self.ip("fe80::1")) == nil)
  }

  // MARK: Gateway

  @Test
  func `a default route by another link or of the other family tells nothing of this one`() {
    let elsewhere = Self.hop("10.1.1.9", by: InterfaceIndex(7))
    let address = Self.held("10.1.1.2/24")
    #expect(Self.way(.ipv4, address, Self.route(elsewhere)).gateway == nil)
    #expect(Self.way(.ipv4, address, Self.route(Self.hop(nil))).gateway == nil)
    let shared = Self.way(.ipv4, address, Self.route(elsewhere, Self.hop("10.1.1.1")))
    #expect(shared.gateway == Self.ip("10.1.1.1"))
    // RFC 5549: an IPv4 default by an IPv6 neighbour says nothing of IPv6's.
    let six = Self.way(.ipv6, Self.held("2001:db8::7/64"), Self.route(Self.hop("2001:db8::1")))
    #expect(six.gateway == nil && six.obstacles == [.noGateway])
  }

  @Test
  func
    `a gateway in none of the interface's networks is not believed, but on a point-to-point link`()
  {
    let deltas = [
      Self.held("10.0.0.7/24"), Self.held("10.1.1.2/24"), Self.route(Self.hop("10.9.9.9")),
    ]
    let way = Self.watch(Self.found, Self.kernel(deltas))[.ipv4]
    #expect(way.gateway == nil && way.obstacles == [.noGateway])
    let tunnel = Self.watch(Self.found, Self.kernel(deltas, isPointToPoint: true))[.ipv4]
    #expect(tunnel.gateway == Self.ip("10.9.9.9") && tunnel.nextHop == nil)
  }

  @Test
  func `one in the network of any of its addresses is`() {
    let way = Self.way(
      .ipv4, Self.held("10.0.0.7/24"), Self.held("10.1.1.2/24"), Self.route(Self.hop("10.1.1.1")))
    #expect(way.gateway == Self.ip("10.1.1.1") && way.isUsable)
    let own = Self.way(
      .ipv4, Self.held("10.0.0.7/24"), Self.held("10.1.1.1/24"), Self.route(Self.hop("10.1.1.1")))
    #expect(own.gateway == nil, "it is this machine itself")
  }

  @Test
  func `a link-local gateway of IPv4 must be in a network of the interface like any other`() {
    let gateway = Self.route(Self.hop("169.254.0.1"))
    #expect(Self.way(.ipv4, Self.held("10.1.1.2/24"), gateway).gateway == nil)
    let six = Self.route(Self.hop("fe80::1"), family: .ipv6)
    #expect(
      Self.way(.ipv6, Self.held("2001:db8::7/64"), six).gateway == Self.ip("fe80::1"))
    #expect(Self.way(.ipv6, six).gateway == nil, "nothing can be sent without an address")
  }

  @Test
  func `a lease is believed for its family, where its gateway can be reached`() {
    let address = Self.held("10.1.1.2/24")
    func leased(_ gateway: String) -> KernelState.Delta {
      .leased(Self.index, Lease(gateway: Self.ip(gateway)))
    }
    #expect(Self.way(.ipv4, address, leased("10.1.1.1")).gateway == Self.ip("10.1.1.1"))
    #expect(Self.way(.ipv4, address, leased("10.9.9.9")).gateway == nil)
    #expect(Self.way(.ipv6, Self.held("2001:db8::7/64"), leased("10.1.1.1")).gateway == nil)
    let both = Self.way(
      .ipv4, address, leased("10.1.1.1"), Self.route(Self.hop("10.1.1.9")))
    #expect(both.gateway == Self.ip("10.1.1.9"), "a route goes before it")
  }

  @Test
  func `the far end is the gateway where nobody tells of another`() {
    let address = Self.held("10.1.1.2/24", peer: "10.1.1.1")
    #expect(Self.way(.ipv4, address).gateway == Self.ip("10.1.1.1"))
    let told = Self.way(.ipv4, address, Self.route(Self.hop("10.1.1.9")))
    #expect(told.gateway == Self.ip("10.1.1.9"))
    #expect(told.isNeighbor(Self.ip("10.1.1.77")) && !told.isNeighbor(Self.ip("10.2.2.2")))
    let alone = Self.way(.ipv4, Self.held("10.1.1.2/32", peer: "172.16.0.1"))
    #expect(alone.isNeighbor(Self.ip("172.16.0.1")) && !alone.isNeighbor(Self.ip("10.1.1.1")))
  }

  @Test
  func `any of several networks makes a neighbour, and IPv6 has more than its addresses tell`() {
    let four = Self.way(.ipv4, Self.held("10.0.0.7/24"), Self.held("10.1.1.2/24"))
    #expect(four.isNeighbor(Self.ip("10.0.0.9")) && four.isNeighbor(Self.ip("10.1.1.9")))
    #expect(!four.isNeighbor(Self.ip("10.2.2.9")))
    let six = Self.way(.ipv6, Self.held("2001:db8::7/64"))
    #expect(six.isNeighbor(Self.ip("2001:db8:5::1")))
    // The file says that the gateway is there, whatever the addresses are.
    let uplink = Self.set(["10.1.1.2/24"], ["192.0.2.1"])
    let way = Self.watch(uplink, Self.kernel([Self.held("10.1.1.2/24")]))[.ipv4]
    #expect(way.isNeighbor(Self.ip("192.0.2.1")) && !way.isNeighbor(Self.ip("192.0.2.2")))
  }

  // MARK: Obstacles

  @Test
  func `a link that is up with carrier, and is not let in by its far end, has no carrier`() {
    let uplink = Self.set(["10.1.1.2/24"], ["10.1.1.1"])
    func obstacles(_ isUp: Bool, _ hasCarrier: Bool, _ isOperational: Bool) -> [Obstacle] {
      let kernel = Self.kernel(
        [Self.held("10.1.1.2/24")], isUp: isUp, hasCarrier: hasCarrier,
        isOperational: isOperational)
      return Self.watch(uplink, kernel)[.ipv4].obstacles
    }
    #expect(obstacles(true, true, true) == [])
    #expect(obstacles(true, true, false) == [.noCarrier], "as 802.1X or Wi-Fi before the password")
    #expect(obstacles(true, false, true) == [.noCarrier])
    #expect(obstacles(false, true, true) == [.adminDown])
  }

  @Test
  func `a gateway of the file that the interface has no network for is an obstacle`() {
    let uplink = Self.set(["10.1.1.2/24"], ["10.9.9.9"])
    let address = Self.held("10.1.1.2/24")
    #expect(Self.watch(uplink, Self.kernel([address]))[.ipv4].obstacles == [.noGateway])
    let tunnel = Self.kernel([address], isPointToPoint: true)
    let way = Self.watch(uplink, tunnel)[.ipv4]
    #expect(way.obstacles == [] && way.nextHop == Self.ip("10.9.9.9"))
  }

  @Test
  func `a link of which no gateway is asked needs none`() {
    let uplink = Self.set(["10.1.1.2/24"], [])
    let way = Self.watch(uplink, Self.kernel([Self.held("10.1.1.2/24")]))[.ipv4]
    #expect(way.isUsable && way.gateway == nil && way.nextHop == nil)
  }

  // MARK: Reloads

  @Test
  func `families that the file leaves no room for are not watched`() {
    let uplink = Self.set(["10.1.1.2/24"], ["10.1.1.1"])
    #expect(UplinkWatch(uplink, families: Family.allCases).families == [.ipv4])
    #expect(UplinkWatch(Self.found, families: [.ipv6]).families == [.ipv6])
  }

  @Test
  func `a watch by another interface knows nothing of the old one`() {
    let old = Self.watch(
      Self.found, Self.kernel([Self.held("10.1.1.2/24"), Self.route(Self.hop("10.1.1.1"))]))
    let kept = UplinkWatch(Self.found, families: Family.allCases, after: old)
    #expect(kept[.ipv4].gateway == Self.ip("10.1.1.1") && kept.index == Self.index)
    let moved = Uplink(name: "isp", interface: InterfaceName("wan1")!, findsGateways: true)
    let other = UplinkWatch(moved, families: Family.allCases, after: old)
    #expect(other[.ipv4] == Way() && other.index == nil)
  }

  // MARK: Resolvers

  @Test
  func `a lease of any of the interface's addresses tells of resolvers`() {
    let resolver = Self.ip("198.51.100.1")
    let lease = Lease(address: Self.ip("10.1.1.2"), resolvers: [resolver, Self.ip("2001:db8::53")])
    let way = Self.way(
      .ipv4, Self.held("10.0.0.7/24"), Self.held("10.1.1.2/24"), .leased(Self.index, lease))
    #expect(way.leasedResolvers == [resolver])
  }

  @Test
  func `an interface that came back under another index is another link`() {
    var watch = Self.watch(
      Self.found, Self.kernel([Self.held("10.1.1.2/24"), Self.route(Self.hop("10.1.1.1"))]))
    var kernel = KernelState()
    let index = InterfaceIndex(7)
    kernel.apply(.link(Link(index: index, name: Self.name, isUp: true, hasCarrier: true)))
    kernel.apply(
      .address(
        HeldAddress(interface: index, address: InterfaceAddress("10.1.1.2/24")!, origin: 0)))
    watch.observed(kernel)
    #expect(watch.index == index && watch[.ipv4].gateway == nil)
  }
}
