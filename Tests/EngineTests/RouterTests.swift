import Config
import Model
import Testing
import Wire

@testable import Engine

/// `gateway: auto` in IPv6: a router that advertises itself is the last source, while it lives.
struct RouterTests {
  private static let wan = InterfaceName("wan0")!
  private static let index = InterfaceIndex(2)
  private static let router = IPAddress("fe80::1")!
  private static let stranger = IPAddress("fe80::bad")!

  /// A link with an address of each kind, and nobody who says who routes there.
  private static func rig() -> Rig {
    let uplink = Uplink(name: "isp", interface: wan, findsGateways: true, nat6: .masquerade)
    let plain = Rig.configuration(uplinks: [uplink], judge: nil)
    let group = Group(
      name: "internet6", holding: .route(.defaultV6), members: plain.groups[0].members)
    var rig = Rig(Configuration(uplinks: [uplink], groups: [group]), answering: [])
    rig.handle(.observed(["2001:db8:1::9/64", "fe80::9/64"].map(address)))
    _ = rig.takeEffects()
    return rig
  }

  private static func address(_ text: String) -> KernelState.Delta {
    .address(HeldAddress(interface: index, address: InterfaceAddress(text)!, origin: 0))
  }

  private static func route(_ gateway: IPAddress, origin: UInt8 = 9) -> Route {
    Route(
      .defaultV6, table: Ours.mainTable, hops: [NextHop(interface: index, gateway: gateway)],
      metric: 1_024, origin: origin)
  }

  private static func advertisement(
    _ lifetime: Duration, flags: UInt8 = 0, from router: IPAddress = router,
    hopLimit: UInt8 = 255, on index: InterfaceIndex = index
  ) -> Event {
    let message = RouterAdvertisement(flags: flags, lifetime: lifetime).bytes
    return .received(.discovery(message, from: router, hopLimit: hopLimit), on: index)
  }

  private func gateway(_ rig: Rig) -> IPAddress? {
    rig.engine.observed.routes(in: Ours.table(group: 0)).first?.hops.first?.gateway
  }

  private func questions(_ rig: inout Rig) -> [Datagram] {
    rig.takeEffects().compactMap { if case .send(let datagram) = $0 { datagram } else { nil } }
  }

  @Test
  func `it is listened to on links that find their gateways, while they are there`() {
    let uplink = Uplink(name: "isp", interface: Self.wan, findsGateways: true)
    let group = Group(
      name: "internet6", holding: .route(.defaultV6), members: [Member(.uplink("isp"), tier: 1)])
    var rig = Rig(Configuration(uplinks: [uplink], groups: [group]), answering: [])
    #expect(rig.takeEffects().contains(.listen([Ear(Self.index, hearsHosts: false)])))
    #expect(rig.handle(.observed([.linkGone(Self.index)])).contains(.listen([])))
    #expect(Rig(Rig.dualWAN).effects.allSatisfy { if case .listen = $0 { false } else { true } })
  }

  @Test
  func `a router is the gateway until its lifetime ends`() {
    var rig = Self.rig()
    #expect(rig.status.members[0].obstacles == [.noGateway])
    rig.handle(Self.advertisement(.seconds(30)))
    #expect(gateway(rig) == Self.router && rig.status.members[0].usable)
    rig.run(for: .seconds(20))
    rig.handle(Self.advertisement(.seconds(30)))
    rig.run(for: .seconds(29))
    #expect(gateway(rig) == Self.router)
    rig.run(for: .seconds(2))
    #expect(gateway(rig) == nil && rig.status.members[0].obstacles == [.noGateway])
  }

  @Test
  func `a router that says that it is none any more is none, at once`() {
    var rig = Self.rig()
    rig.handle(Self.advertisement(.seconds(1_800)))
    rig.handle(Self.advertisement(.zero))
    #expect(rig.status.members[0].obstacles == [.noGateway])
    rig.handle(Self.advertisement(.seconds(1_800)))
    #expect(gateway(rig) == Self.router)
  }

  @Test
  func `the kernel's own route comes first, but not by a router that has ended`() {
    var rig = Self.rig()
    rig.handle(.observed([.foreignDefault(Self.route(Self.router))]))
    rig.handle(Self.advertisement(.seconds(1_800), from: Self.stranger))
    #expect(gateway(rig) == Self.router)
    rig.handle(Self.advertisement(.zero))
    #expect(gateway(rig) == Self.stranger)
    // Somebody's own hand outweighs what a router says of itself.
    rig.handle(.observed([.foreignDefault(Self.route(Self.router, origin: 4))]))
    #expect(gateway(rig) == Self.router)
  }

  @Test
  func `an advertised route of somebody else's displaces nobody, however many there are`() {
    var rig = Self.rig()
    rig.handle(.observed([.foreignDefault(Self.route(Self.router))]))
    for number in 0..<100 {
      let other = IPAddress.v6(high: 0xfe80 << 48, low: UInt64(number) / 2 * 3)
      rig.handle(.observed([.foreignDefault(Self.route(other))]))
      #expect(gateway(rig) == Self.router)
    }
    #expect(rig.engine.observed.foreignDefaults.count == KernelState.mostAdvertised)
    // Nor does it when everything is read again, and the room is theirs.
    rig.handle(Self.advertisement(.seconds(1_800)))
    rig.handle(.observed([.foreignDefaultGone(Self.route(Self.router))]))
    #expect(gateway(rig) == Self.router)
  }

  @Test
  func `the first that was heard stays while it lives, then the most preferred takes over`() {
    var rig = Self.rig()
    let (low, high) = (IPAddress("fe80::2")!, IPAddress("fe80::3")!)
    rig.handle(Self.advertisement(.seconds(60)))
    rig.handle(Self.advertisement(.seconds(1_800), flags: 0x18, from: low))
    rig.handle(Self.advertisement(.seconds(1_800), flags: 0x08, from: high))
    #expect(gateway(rig) == Self.router)
    rig.run(for: .seconds(61))
    #expect(gateway(rig) == high)
  }

  @Test
  func `what is not of this link is nobody's word`() {
    var rig = Self.rig()
    rig.handle(Self.advertisement(.seconds(60), hopLimit: 254))
    rig.handle(Self.advertisement(.seconds(60), from: IPAddress("2001:db8::1")!))
    rig.handle(Self.advertisement(.seconds(60), on: InterfaceIndex(7)))
    rig.handle(Self.advertisement(.seconds(60), from: IPAddress("fe80::9")!))  // our own
    rig.handle(
      .received(.discovery([134, 0, 0], from: Self.router, hopLimit: 255), on: Self.index))
    #expect(gateway(rig) == nil)
    rig.handle(Self.advertisement(.seconds(60)))
    #expect(gateway(rig) == Self.router)
  }

  @Test
  func `a storm of strangers moves nothing, keeps little, and makes nothing to do`() {
    var rig = Self.rig()
    rig.handle(Self.advertisement(.seconds(1_800)))
    _ = rig.takeEffects()
    for number in 0..<2_000 {
      let source = IPAddress.v6(high: 0xfe80 << 48, low: UInt64(number) + 100)
      rig.handle(
        Self.advertisement(
          .seconds(Int64(number % 3) * 900), flags: UInt8(number % 32) << 3, from: source))
    }
    #expect(gateway(rig) == Self.router)
    let wanted = rig.takeEffects().filter { if case .want = $0 { true } else { false } }
    #expect(wanted.isEmpty)
    // The four that fitted in end; the router is heard again, and outlives them.
    rig.run(for: .seconds(1_700))
    rig.handle(Self.advertisement(.seconds(1_800)))
    rig.run(for: .seconds(1_700))
    #expect(gateway(rig) == Self.router)
  }

  @Test
  func `a link without a router is asked three times, 4 s apart, and no more`() {
    var rig = Self.rig()
    rig.run(for: .seconds(60))
    let asked = questions(&rig)
    #expect(asked.count == 3)
    #expect(asked.first?.destination == IPAddress("ff02::2"))
    #expect(asked.first?.source == IPAddress("fe80::9"))
    let question = asked.first.map {
      try? RouterSolicitation(parsing: $0.payload.span, hopLimit: 255)
    }
    #expect(question??.source == HardwareAddress("02:00:00:00:00:01"))
    _ = rig.handle(.observed([.link(Rig.link(Self.index, "wan0", hasCarrier: false))]))
    rig.run(for: .seconds(10))
    #expect(questions(&rig).isEmpty)
    _ = rig.handle(.observed([.link(Rig.link(Self.index, "wan0"))]))
    rig.run(for: .seconds(2))
    #expect(questions(&rig).count == 1)
    rig.handle(Self.advertisement(.seconds(1_800)))
    rig.run(for: .seconds(60))
    #expect(questions(&rig).isEmpty, "who has answered is not asked again")
  }

  @Test
  func `a stranger waits until the last known has had the time to speak up`() {
    var rig = Self.rig()
    let route = Self.route(Self.router)
    rig.handle(.observed([.foreignDefault(route)]))
    rig.handle(.observed([.foreignDefaultGone(route)]))
    rig.handle(Self.advertisement(.seconds(1_800), from: Self.stranger))
    rig.run(for: .seconds(10))
    #expect(questions(&rig).count == 3 && gateway(rig) == Self.router)
    rig.run(for: .seconds(5))
    #expect(gateway(rig) == Self.stranger)
    // Where it speaks up in time, it stays.
    var other = Self.rig()
    other.handle(.observed([.foreignDefault(route)]))
    other.handle(.observed([.foreignDefaultGone(route)]))
    other.handle(Self.advertisement(.seconds(1_800), from: Self.stranger))
    other.handle(Self.advertisement(.seconds(1_800)))
    other.run(for: .seconds(60))
    #expect(gateway(other) == Self.router)
  }

  /// Nobody has spoken; the kernel knows of both by advertisements that it heard before.
  @Test
  func `of advertised routes alike the one that is in use stays, and a better one takes its place`()
  {
    var rig = Self.rig()
    let other = IPAddress("fe80::2")!
    rig.handle(.observed([.foreignDefault(Self.route(other))]))
    rig.run(for: .seconds(60))
    rig.handle(.observed([.foreignDefault(Self.route(Self.router))]))
    #expect(gateway(rig) == other)
    var better = Self.route(Self.router)
    better.metric = 512
    rig.handle(.observed([.foreignDefault(better)]))
    #expect(gateway(rig) == Self.router)
  }

  @Test
  func `by a router that has ended nothing goes, while another's route is there`() {
    var rig = Self.rig()
    rig.handle(.observed([.foreignDefault(Self.route(Self.router))]))
    rig.handle(.observed([.foreignDefault(Self.route(Self.stranger))]))
    #expect(gateway(rig) == Self.router)
    rig.handle(Self.advertisement(.zero))
    #expect(gateway(rig) == Self.stranger)
  }

  @Test
  func `where nothing can be sent from, nobody is asked`() {
    for gone in [Self.address("fe80::9/64"), nil] {
      var rig = Self.rig()
      if case .address(let held)? = gone {
        rig.handle(.observed([.addressGone(held)]))
      } else {
        rig.handle(.observed([.link(Rig.link(Self.index, "wan0", isUp: false))]))
      }
      rig.run(for: .seconds(60))
      #expect(questions(&rig).isEmpty)
    }
  }

  @Test
  func `who is named in the file, or asked for IPv4 alone, is not listened to`() {
    let found = Uplink(name: "isp", interface: Self.wan, findsGateways: true)
    #expect(UplinkWatch(found, families: Family.allCases).listens)
    #expect(!UplinkWatch(found, families: [.ipv4]).listens)
    let named = Uplink(
      name: "isp", interface: Self.wan, gateways: [Self.router], findsGateways: true)
    #expect(!UplinkWatch(named, families: Family.allCases).listens)
    let other = Uplink(name: "isp", interface: Self.wan)
    #expect(!UplinkWatch(other, families: Family.allCases).listens)
  }

  @Test
  func `a default route that nobody advertised leaves nothing to ask`() {
    var rig = Self.rig()
    rig.handle(.observed([.foreignDefault(Self.route(Self.router, origin: 4))]))
    rig.run(for: .seconds(60))
    #expect(questions(&rig).isEmpty)
  }

  @Test
  func `it is listened to on a link that comes with its addresses, or by a new file`() {
    let uplink = Uplink(name: "isp", interface: Self.wan, findsGateways: true)
    let named = Uplink(name: "isp", interface: Self.wan, gateways: [Self.router])
    func configuration(_ uplink: Uplink) -> Configuration {
      let group = Group(
        name: "internet6", holding: .route(.defaultV6), members: [Member(.uplink("isp"), tier: 1)])
      return Configuration(uplinks: [uplink], groups: [group])
    }
    let ears = Effect.listen([Ear(Self.index, hearsHosts: false)])
    var rig = Rig(configuration(uplink), answering: [])
    rig.handle(.observed([.linkGone(Self.index)]))
    _ = rig.takeEffects()
    rig.handle(
      .observed([.link(Rig.link(Self.index, Self.wan.text)), Self.address("fe80::9/64")]))
    #expect(rig.takeEffects().contains(ears))
    // After lost notices all is read again.
    let there = rig.engine.observed
    rig.handle(.resynced(KernelState()))
    #expect(rig.takeEffects().contains(.listen([])))
    rig.handle(.resynced(there))
    #expect(rig.takeEffects().contains(ears))
    rig.handle(.configured(configuration(named)))
    #expect(rig.takeEffects().contains(.listen([])))
    rig.handle(.configured(configuration(uplink)))
    #expect(rig.takeEffects().contains(ears))
  }
}
