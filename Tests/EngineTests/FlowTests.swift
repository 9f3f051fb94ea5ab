import Config
import Engine
import Model
import Testing

struct FlowTests {
  private func sweeps(
    flows: FlowRules, _ change: (inout Rig) throws -> Void
  ) rethrows -> [FlowFilter] {
    var rig = Rig(Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], flows: flows))
    rig.run(for: .seconds(30))
    _ = rig.takeEffects()
    try change(&rig)
    return Rig.sweeps(rig.takeEffects())
  }

  private let all = FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .all)
  private let translated = FlowFilter(mark: 0x100, mask: 0x3f00, family: .ipv4, scope: .translated)

  @Test(arguments: FlowPolicy.allCases)
  func `all flows of a link without carrier end`(flows: FlowPolicy) {
    #expect(sweeps(flows: FlowRules(flows)) { _ = $0.carrier(Rig.ether1, false) } == [all])
  }

  /// What nobody translated while our table was not there.
  @Test
  func `unanswered strays end once our table stands, where we translate`() {
    for (nat, found) in [(NAT.masquerade, [FlowFilter.strays]), (.none, [])] {
      let firewall = Firewall(
        marks: .standard,
        links: [
          Firewall.Link(
            name: "isp1", interface: InterfaceName("ether1")!, mark: 0x100, nat: nat,
            keepsFlows: false)
        ])
      let ended = sweeps(flows: .move) { rig in
        rig.handle(.observed([.firewall(nil)]))
        #expect(Rig.sweeps(rig.takeEffects()) == [])
        rig.handle(
          .observed([
            .firewall(nil), .firewall(firewall), .link(Rig.link(InterfaceIndex(9), "other")),
          ]))
      }
      #expect(ended == found)
    }
  }

  @Test
  func `one link that translates a family is enough for its strays to end`() {
    let isp6 = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!,
      addresses: [InterfaceAddress("2001:db8:1::2/64")!])
    let members = [Member(Rig.isp1, tier: 1)]
    for (nat, nat6, families) in [
      (NAT.masquerade, NAT6.none, [Family.ipv4]), (.none, .masquerade, [.ipv6]),
      (.masquerade, .masquerade, [.ipv4, .ipv6]), (.none, .none, []),
    ] {
      var rig = Rig(
        Configuration(
          uplinks: [isp6, Rig.uplink(2)],
          groups: [
            Group(name: "internet6", holding: .route(.defaultV6), members: members),
            Group(
              name: "internet", holding: .route(.defaultV4), members: [Member(Rig.isp2, tier: 1)]),
          ]))
      _ = rig.takeEffects()
      let links = [(NAT.none, NAT6.none), (nat, nat6)].enumerated().map { number, nats in
        Firewall.Link(
          name: UplinkName("isp\(number + 1)"), interface: InterfaceName("ether\(number + 1)")!,
          mark: UInt32(number + 1) << 8, nat: nats.0, nat6: nats.1, keepsFlows: false)
      }
      rig.handle(.observed([.firewall(Firewall(marks: .standard, links: links))]))
      #expect(Rig.sweeps(rig.takeEffects()).map(\.family) == families)
    }
  }

  @Test(arguments: FlowPolicy.allCases)
  func `all flows of a link whose gateway is mute end`(flows: FlowPolicy) {
    let found = sweeps(flows: FlowRules(flows)) { rig in
      rig.answering = [Rig.gateway2]
      rig.run(for: .seconds(60))
    }
    #expect(found == [all])
  }

  @Test
  func `of a link that lives only translated flows end`() throws {
    let found = try sweeps(flows: .move) { try $0.order(.pin("internet", Rig.isp2, isHard: false)) }
    #expect(found == [translated])
  }

  @Test(arguments: [FlowRules.stay, .drain, FlowRules(failover: .drain, failback: .move)])
  func `flows that may stay do while their link lives, and end with it`(flows: FlowRules) throws {
    let found = try sweeps(flows: flows) { rig in
      try rig.order(.pin("internet", Rig.isp2, isHard: false))
      rig.run(for: .seconds(30))
      #expect(Rig.sweeps(rig.takeEffects()) == [])
      _ = rig.carrier(Rig.ether1, false)
    }
    #expect(found == [all])
  }

  @Test
  func `of a link that was left, and its flows moved, nothing is left to end`() throws {
    let found = try sweeps(flows: .move) { rig in
      try rig.order(.pin("internet", Rig.isp2, isHard: false))
      _ = rig.takeEffects()
      _ = rig.carrier(Rig.ether1, false)
    }
    #expect(found == [])
  }

  /// isp1 is left for isp2 and gets it back, both alive.
  @Test(arguments: [
    (FlowRules(failover: .move, failback: .drain), [UInt32(0x100)]),
    (FlowRules(failover: .drain, failback: .move), [0x200]),
    (.drain, []), (.move, [0x100, 0x200]),
  ])
  func `each direction has its policy`(flows: FlowRules, swept: [UInt32]) throws {
    let found = try sweeps(flows: flows) { rig in
      try rig.order(.pin("internet", Rig.isp2, isHard: false))
      rig.run(for: .seconds(5))
      try rig.order(.auto("internet"))
    }
    #expect(found.map(\.mark) == swept)
    #expect(found.allSatisfy { $0.scope == .translated })
  }

  @Test
  func `a restart ends no flow that was to finish on the worse link`() {
    let uplinks = [Rig.uplink(1), Rig.uplink(2)]
    for (failback, swept) in [(FlowPolicy.drain, 0), (.move, 1)] {
      let flows = FlowRules(failover: .move, failback: failback)
      var rig = Rig(Rig.configuration(uplinks: uplinks, flows: flows))
      #expect(Rig.sweeps(rig.takeEffects()).count == swept)
    }
  }

  /// Of three, two are wanted; the second leaves, and the third steps in for it.
  @Test
  func `who steps in for a worse one says that it was a failover`() throws {
    let three = [Rig.uplink(1), Rig.uplink(2), Rig.uplink(3)]
    let one = Rig.configuration(uplinks: three, judge: nil).groups[0]
    let group = Group(
      name: one.name, holding: one.holding, members: one.members, want: 2,
      flows: FlowRules(failover: .move, failback: .stay))
    var rig = Rig(Configuration(uplinks: three, groups: [group]))
    _ = rig.takeEffects()
    try rig.order(.drain(Rig.isp2, isForced: false))
    #expect(rig.active == ["isp1", "isp3"])
    #expect(Rig.sweeps(rig.takeEffects()).map(\.mark) == [0x200])
    try rig.order(.undrain(Rig.isp2))
    #expect(rig.active == ["isp1", "isp2"])
    #expect(Rig.sweeps(rig.takeEffects()) == [])
  }

  /// Two share, and one leaves: whose place nobody takes, goes to whoever is left.
  @Test(arguments: [
    ([1, 2], Rig.isp2, true), ([1, 2], Rig.isp1, false), ([1, 1], Rig.isp2, false),
  ])
  func `flows of one that shared go to who is left, up or down the tiers`(
    tiers: [Int], leaves: MemberID, isUp: Bool
  ) throws {
    for (flows, stays) in [
      (FlowRules(failover: .move, failback: .drain), isUp),
      (FlowRules(failover: .drain, failback: .move), !isUp),
    ] {
      let uplinks = [Rig.uplink(1), Rig.uplink(2)]
      let group = Group(
        name: "internet", holding: .route(.defaultV4),
        members: zip(uplinks, tiers).map { Member(.uplink($0.name), tier: $1) }, want: 2,
        flows: flows)
      var rig = Rig(Configuration(uplinks: uplinks, groups: [group]))
      _ = rig.takeEffects()
      try rig.order(.drain(leaves, isForced: false))
      #expect(rig.active.count == 1)
      #expect(Rig.sweeps(rig.takeEffects()).isEmpty == stays)
    }
  }

  /// In tiers of one, and in one tier of two.
  @Test(arguments: [
    (FlowRules.move, [false, false, false], [false, false]),
    (.drain, [true, true, true], [true, true]),
    (FlowRules(failover: .move, failback: .drain), [false, true, true], [false, false]),
    (FlowRules(failover: .drain, failback: .move), [true, true, false], [true, true]),
  ])
  func `packets keep to a link where flows may stay on it`(
    flows: FlowRules, tiers: [Bool], shared: [Bool]
  ) {
    func kept(_ members: [Member]) -> [Bool] {
      let group = Group(
        name: "internet", holding: .route(.defaultV4), members: members, flows: flows)
      return members.map { group.keepsFlows(of: $0.id) }
    }
    let ids = [Rig.isp1, Rig.isp2, .uplink("isp3")]
    #expect(kept(ids.enumerated().map { Member($1, tier: $0 + 1) }) == tiers)
    #expect(kept(ids.prefix(2).map { Member($0, tier: 1) }) == shared)
    #expect(kept([Member(Rig.isp1, tier: 1)]) == [flows.failover.keepsFlows])
  }

  @Test
  func `a route that somebody removes comes back, and no flow ends`() {
    let found = sweeps(flows: .move) { rig in
      let way = rig.engine.observed.routes(in: Ours.table(group: 0))
      rig.handle(.observed(way.map { .routeGone($0) }))
      rig.handle(.observed(way.map { .route($0) }))
    }
    #expect(found == [])
  }

  @Test
  func `the flows of a link that was left end even if its route had been removed before`() {
    let found = sweeps(flows: .move) { rig in
      let way = rig.engine.observed.routes(in: Ours.table(group: 0))
      rig.handle(.observed(way.map { .routeGone($0) }))
      _ = rig.carrier(Rig.ether1, false)
    }
    #expect(found == [all])
  }

  @Test
  func `a link that holds again is spared what was still to be swept`() throws {
    var rig = Rig()
    rig.run(for: .seconds(30))
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    _ = rig.takeEffects()
    try rig.order(.auto("internet"))
    #expect(rig.takeEffects().contains(.spare(mark: 0x100, .ipv4)))
  }

  @Test
  func `after a start, flows left on a link that does not hold are ended`() {
    var rig = Rig()
    #expect(
      Rig.sweeps(rig.takeEffects()) == [
        FlowFilter(mark: 0x200, mask: 0x3f00, family: .ipv4, scope: .translated)
      ])
  }

  /// Somebody takes one of two ways out of the group's route, and puts it back.
  @Test
  func `who shares and loses its way by accident keeps its flows`() {
    let uplinks = [Rig.uplink(1), Rig.uplink(2)]
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: uplinks.map { Member(.uplink($0.name), tier: 1) })
    var rig = Rig(Configuration(uplinks: uplinks, groups: [group]))
    let both = rig.engine.observed.routes(in: Ours.table(group: 0))
    _ = rig.takeEffects()
    rig.handle(
      .observed(
        both.map { .routeGone($0) } + [
          .route(.ours(.defaultV4, table: Ours.table(group: 0), hops: [both[0].hops[1]]))
        ]))
    #expect(rig.active == ["isp2"] && Rig.sweeps(rig.takeEffects()).isEmpty)
  }
}

extension FlowFilter {
  fileprivate static let strays = FlowFilter(mark: 0, mask: 0, family: .ipv4, scope: .unanswered)
}
