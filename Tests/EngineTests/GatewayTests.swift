import Config
import Engine
import Model
import Testing

/// `gateway: auto`: whoever made the default route, or wrote down a lease, knows it.
struct GatewayTests {
  private static let lte = InterfaceName("wwan0")!
  private static let index = InterfaceIndex(2)
  private static let gateway = IPAddress("100.70.0.1")!

  private static func rig(isPointToPoint: Bool = false) -> Rig {
    let uplink = Uplink(name: "lte", interface: lte, findsGateways: true, nat: .masquerade)
    var rig = Rig(Rig.configuration(uplinks: [uplink], every: .seconds(1)), answering: [gateway])
    rig.handle(
      .observed([
        .link(
          Link(
            index: index, name: lte, isUp: true, hasCarrier: true, isPointToPoint: isPointToPoint))
      ]))
    return rig
  }

  private static func address(_ text: String, peer: IPAddress? = nil) -> KernelState.Delta {
    .address(
      HeldAddress(interface: index, address: InterfaceAddress(text)!, peer: peer, origin: 0))
  }

  private static func route(_ gateway: IPAddress, metric: UInt32 = 100) -> Route {
    Route(
      .defaultV4, table: Ours.mainTable, hops: [NextHop(interface: index, gateway: gateway)],
      metric: metric, origin: 16)
  }

  private func hop(_ rig: Rig) -> NextHop? {
    rig.engine.observed.routes(in: Ours.table(group: 0)).first?.hops.first
  }

  @Test
  func `without one the link cannot be used, with a route it can`() {
    var rig = Self.rig()
    rig.handle(.observed([Self.address("100.70.0.9/24")]))
    #expect(rig.status.members[0].obstacles == [.noGateway])
    rig.handle(.observed([.foreignDefault(Self.route(Self.gateway))]))
    rig.run(for: .seconds(2))
    #expect(hop(rig)?.gateway == Self.gateway && rig.health(.uplink("lte")) == .up)
  }

  @Test
  func `a renewal to another network moves the way, and its gateway is asked`() {
    var rig = Self.rig()
    rig.handle(
      .observed([Self.address("100.70.0.9/24"), .foreignDefault(Self.route(Self.gateway))]))
    rig.run(for: .seconds(2))
    let other = IPAddress("100.71.0.1")!
    rig.answering = [other]
    let old = HeldAddress(
      interface: Self.index, address: InterfaceAddress("100.70.0.9/24")!, origin: 0)
    rig.handle(
      .observed([
        .addressGone(old), Self.address("100.71.0.9/24"), .foreignDefault(Self.route(other)),
      ]))
    rig.run(for: .seconds(2))
    #expect(hop(rig)?.gateway == other && rig.health(.uplink("lte")) == .up)
  }

  @Test
  func `the last known is kept as long as the address is there`() {
    var rig = Self.rig()
    let route = Self.route(Self.gateway)
    rig.handle(.observed([Self.address("100.70.0.9/24"), .foreignDefault(route)]))
    rig.handle(.observed([.foreignDefaultGone(route)]))
    #expect(hop(rig)?.gateway == Self.gateway)
    let held = HeldAddress(
      interface: Self.index, address: InterfaceAddress("100.70.0.9/24")!, origin: 0)
    rig.handle(.observed([.addressGone(held)]))
    #expect(hop(rig) == nil)
  }

  @Test
  func `the best of several routes counts, and a lease where there is none`() {
    var rig = Self.rig()
    let worse = IPAddress("100.70.0.2")!
    rig.handle(
      .observed([
        Self.address("100.70.0.9/24"), .foreignDefault(Self.route(worse, metric: 600)),
        .foreignDefault(Self.route(Self.gateway, metric: 50)),
      ]))
    #expect(hop(rig)?.gateway == Self.gateway)
    var leased = Self.rig()
    leased.handle(
      .observed([Self.address("100.70.0.9/24"), .leased(Self.index, Lease(gateway: Self.gateway))]))
    #expect(hop(leased)?.gateway == Self.gateway)
  }

  @Test
  func `a server that hands out the gateway's own address is not believed`() {
    var rig = Self.rig()
    rig.handle(
      .observed([Self.address("100.70.0.1/24"), .foreignDefault(Self.route(Self.gateway))]))
    #expect(rig.status.members[0].obstacles == [.noGateway])
  }

  @Test
  func `the far end of a point-to-point link is its gateway, and packets need none`() {
    var rig = Self.rig(isPointToPoint: true)
    rig.handle(.observed([Self.address("100.70.0.9/32", peer: Self.gateway)]))
    rig.run(for: .seconds(2))
    #expect(hop(rig) == NextHop(interface: Self.index, gateway: nil))
    #expect(rig.health(.uplink("lte")) == .up)
  }

  @Test
  func `another gateway in the same network is asked anew, and nothing is known of it yet`() {
    var rig = Self.rig()
    let other = IPAddress("100.70.0.2")!
    rig.handle(
      .observed([Self.address("100.70.0.9/24"), .foreignDefault(Self.route(Self.gateway))]))
    rig.run(for: .seconds(2))
    #expect(rig.health(.uplink("lte")) == .up)
    rig.handle(
      .observed([
        .foreignDefaultGone(Self.route(Self.gateway)), .foreignDefault(Self.route(other)),
      ]))
    #expect(hop(rig)?.gateway == other && rig.health(.uplink("lte")) == .unknown)
    let sent = rig.probes.count
    rig.run(for: .seconds(2))
    #expect(rig.probes.count > sent && rig.probes[sent...].allSatisfy { $0.destination == other })
  }

  @Test
  func `leases are read of links that find their gateways or resolvers so, and that are there`() {
    let named = Uplink(
      name: "named", interface: Rig.uplink(2).interface, gateways: [Rig.gateway2],
      resolvers: [Rig.gateway2])
    let asking = Uplink(
      name: "asking", interface: Rig.uplink(3).interface, gateways: [Rig.gateway1])
    let lte = Uplink(
      name: "lte", interface: Self.lte, findsGateways: true, resolvers: [Rig.gateway2])
    let gone = Uplink(name: "gone", interface: Rig.uplink(4).interface, findsGateways: true)
    var engine = Engine(seed: 1)
    _ = engine.handle(
      .configured(Rig.configuration(uplinks: [named, asking, lte, gone], judge: nil)), at: .zero)
    var kernel = KernelState()
    for (place, uplink) in [named, asking, lte].enumerated() {
      kernel.apply(.link(Rig.link(InterfaceIndex(Int32(place) + 2), uplink.interface.text)))
    }
    _ = engine.handle(.resynced(kernel), at: .zero)
    #expect(engine.leasedLinks.map(\.1.text) == ["ether3", "wwan0"])
  }
}
