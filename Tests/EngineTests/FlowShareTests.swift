import Config
import Engine
import Model
import Testing

/// Several groups on a link: each takes only its own flows along.
struct FlowShareTests {
  /// isp1 before isp2 in each group.
  static func group(
    _ name: String, to destination: Prefix = .defaultV4, match: TrafficMatch? = nil,
    flows: FlowRules = .move
  ) -> Group {
    Group(
      name: GroupName(name), holding: .route(destination),
      members: [Member(Rig.isp1, tier: 1), Member(Rig.isp2, tier: 2)],
      damping: nil, flows: flows, match: match)
  }

  static func rig(_ groups: [Group]) -> Rig {
    var rig = Rig(Configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], groups: groups))
    rig.run(for: .seconds(30))
    _ = rig.takeEffects()
    return rig
  }

  /// What ends when a group goes from isp1 to isp2, while the others stay.
  private func sweep(of name: GroupName, _ groups: [Group]) throws -> FlowFilter {
    var rig = Self.rig(groups)
    try rig.order(.pin(name, Rig.isp2, isHard: false))
    let found = Rig.sweeps(rig.takeEffects())
    let filter = try #require(found.first)
    #expect(found.count == 1)
    #expect((filter.mark, filter.scope) == (0x100, .translated))
    return filter
  }

  private static let voice = TrafficMatch(transports: [17], toPorts: [5_060...5_060])
  private static let call = flow(17, to: "203.0.113.10", 5_060)
  private static let web = flow(6, to: "203.0.113.10", 443)

  static func flow(
    _ transport: UInt8, from: String = "192.168.1.10", to: String, _ port: UInt16?
  ) -> Selector {
    var flow = Selector()
    flow.from = .host(IPAddress(from)!)
    flow.to = .host(IPAddress(to)!)
    flow.transport = transport
    flow.fromPorts = port.map { _ in 40_000...40_000 }
    flow.toPorts = port.map { $0...$0 }
    return flow
  }

  private func ends(_ filter: FlowFilter, _ flow: Selector) throws -> Bool {
    try #require(filter.share).includes(flow)
  }

  @Test
  func `who leaves takes its own flows along, and those of the other stay`() throws {
    let groups = [Self.group("voice", match: Self.voice), Self.group("internet")]
    let calls = try sweep(of: "voice", groups)
    #expect(try ends(calls, Self.call))
    #expect(try !ends(calls, Self.web))
    let rest = try sweep(of: "internet", groups)
    #expect(try !ends(rest, Self.call))
    #expect(try ends(rest, Self.web))
    #expect(try ends(rest, Self.flow(1, to: "203.0.113.10", nil)))
  }

  @Test
  func `a longer prefix comes before a shorter one`() throws {
    let partner = Prefix(IPAddress("203.0.113.0")!, length: 24)
    let groups = [Self.group("internet"), Self.group("partner", to: partner)]
    let elsewhere = Self.flow(6, to: "198.51.100.1", 443)
    let special = try sweep(of: "partner", groups)
    #expect(try ends(special, Self.web))
    #expect(try !ends(special, elsewhere))
    let general = try sweep(of: "internet", groups)
    #expect(try !ends(general, Self.web))
    #expect(try ends(general, elsewhere))
  }

  @Test
  func `the last group that leaves a link takes all`() throws {
    var rig = Self.rig([Self.group("voice", match: Self.voice), Self.group("internet")])
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    _ = rig.takeEffects()
    try rig.order(.pin("voice", Rig.isp2, isHard: false))
    #expect(
      Rig.sweeps(rig.takeEffects()) == [
        FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .translated)
      ])
  }

  @Test
  func `what may finish on a link is not taken along by a group that leaves it later`() throws {
    var rig = Self.rig([
      Self.group("voice", match: Self.voice, flows: .drain), Self.group("internet"),
    ])
    try rig.order(.pin("voice", Rig.isp2, isHard: false))
    #expect(Rig.sweeps(rig.takeEffects()) == [])
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    let filter = try #require(Rig.sweeps(rig.takeEffects()).first)
    #expect(try !ends(filter, Self.call))
    #expect(try ends(filter, Self.web))
  }

  /// The kernel does not remember by which interface a flow came in.
  @Test
  func `a flow that only its interface would tell apart stays`() throws {
    var guests = Self.voice
    guests.incoming = InterfaceName("guests")
    let groups = [Self.group("guests", match: guests), Self.group("internet")]
    for name in ["guests", "internet"] as [GroupName] {
      #expect(try !ends(try sweep(of: name, groups), Self.call))
    }
    // This one is certainly no guest's.
    #expect(try ends(try sweep(of: "internet", groups), Self.web))
  }

  @Test
  func `what is on the link itself stays, whoever leaves`() throws {
    let groups = [Self.group("voice", match: Self.voice), Self.group("internet")]
    #expect(try !ends(try sweep(of: "internet", groups), Self.flow(6, to: "10.10.1.1", 443)))
  }

  @Test
  func `a dead link's flows all end, whoever held it`() {
    var rig = Self.rig([Self.group("voice", match: Self.voice), Self.group("internet")])
    _ = rig.carrier(Rig.ether1, false)
    let found = Rig.sweeps(rig.takeEffects())
    #expect(!found.isEmpty)
    #expect(found.allSatisfy { $0.scope == .all && $0.share == nil })
  }

  @Test
  func `a group of the other family shares no flows with it`() throws {
    let uplinks = [1, 2].map { number in
      var uplink = Rig.uplink(number)
      uplink.addresses.append(InterfaceAddress("2001:db8:\(number)::2/64")!)
      uplink.gateways.append(IPAddress("2001:db8:\(number)::1")!)
      return uplink
    }
    var rig = Rig(
      Configuration(
        uplinks: uplinks,
        groups: [Self.group("internet"), Self.group("internet6", to: .defaultV6, flows: .drain)]))
    _ = rig.takeEffects()
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    let ended = Rig.sweeps(rig.takeEffects())
    #expect(ended.map(\.family) == [.ipv4] && ended.map(\.share) == [nil])
    // Those that may finish on a link end with it in their own family alone.
    try rig.order(.pin("internet6", Rig.isp2, isHard: false))
    #expect(Rig.sweeps(rig.takeEffects()) == [])
    let held = HeldAddress(interface: Rig.ether1, address: uplinks[0].addresses[0])
    rig.handle(.observed([.addressGone(held)]))
    #expect(Rig.sweeps(rig.takeEffects()).allSatisfy { $0.family == .ipv4 })
    let held6 = HeldAddress(interface: Rig.ether1, address: uplinks[0].addresses[1])
    rig.handle(.observed([.addressGone(held6)]))
    #expect(Rig.sweeps(rig.takeEffects()).map(\.family) == [.ipv6])
  }

  /// It would keep the flows only if it left the middle one for a better one.
  @Test
  func `a group by itself takes all its flows along, whatever it does with others`() throws {
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: (1...3).map { Member(.uplink(UplinkName("isp\($0)")), tier: $0) },
      flows: FlowRules(failover: .move, failback: .drain))
    var rig = Rig(Configuration(uplinks: (1...3).map { Rig.uplink($0) }, groups: [group]))
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.takeEffects()
    try rig.order(.pin("internet", .uplink("isp3"), isHard: false))
    let ended = Rig.sweeps(rig.takeEffects())
    #expect(ended.map(\.mark) == [0x200] && ended.map(\.share) == [nil])
  }

  @Test
  func `what a group would take that is not on the link is not taken into account`() throws {
    let partner = Self.group("partner", to: Prefix(IPAddress("198.51.100.0")!, length: 24))
    var rig = Self.rig([Self.group("voice", match: Self.voice), partner, Self.group("internet")])
    try rig.order(.pin("voice", Rig.isp2, isHard: false))
    _ = rig.takeEffects()
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    let filter = try #require(Rig.sweeps(rig.takeEffects()).first)
    #expect(try ends(filter, Self.call), "a call that began before there was that group")
    #expect(try !ends(filter, Self.flow(6, to: "198.51.100.1", 443)))
  }

  @Test
  func `on a link to one far end only that is on the link, and the networks are in order`() throws {
    let lte = Uplink(name: "isp1", interface: InterfaceName("ether1")!, findsGateways: true)
    var rig = Rig(
      Configuration(
        uplinks: [lte, Rig.uplink(2)],
        groups: [Self.group("voice", match: Self.voice), Self.group("internet")]))
    let addresses = ["10.0.0.9/32", "192.168.7.1/24", "172.16.5.1/24", "10.77.0.1/16"]
    rig.handle(
      .observed(
        addresses.enumerated().map { number, text in
          .address(
            HeldAddress(
              interface: Rig.ether1, address: InterfaceAddress(text)!,
              peer: number == 0 ? IPAddress("203.0.113.99") : nil, origin: 0))
        }))
    #expect(rig.active == ["isp1"])
    _ = rig.takeEffects()
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    let share = try #require(Rig.sweeps(rig.takeEffects()).first?.share)
    let networks = share.earlier.compactMap(\.to).prefix(4)
    #expect(networks.contains(.host(IPAddress("203.0.113.99")!)))
    #expect(!networks.contains(.host(IPAddress("10.0.0.9")!)))
    #expect(Array(networks) == networks.sorted())
  }

  @Test
  func `a dead link that another group keeps to loses all flows of the one that leaves`() throws {
    var rig = Self.rig([Self.group("voice", match: Self.voice), Self.group("internet")])
    try rig.order(.pin("voice", Rig.isp1, isHard: true))
    _ = rig.takeEffects()
    _ = rig.carrier(Rig.ether1, false)
    #expect(
      Rig.sweeps(rig.takeEffects()) == [
        FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .all)
      ])
  }

  /// isp1's flows may finish there, where one group has left it.
  @Test(arguments: [false, true])
  func `flows that were to finish end with their link, once nobody holds it`(isHeld: Bool) throws {
    var rig = Self.rig([
      Self.group("voice", match: Self.voice, flows: .drain), Self.group("internet"),
    ])
    if isHeld {
      try rig.order(.pin("internet", Rig.isp1, isHard: true))
    } else {
      try rig.order(.pin("internet", Rig.isp2, isHard: false))
    }
    try rig.order(.pin("voice", Rig.isp2, isHard: false))
    _ = rig.takeEffects()
    _ = rig.carrier(Rig.ether1, false)
    let all = FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .all)
    #expect(Rig.sweeps(rig.takeEffects()) == (isHeld ? [] : [all]))
  }
}
