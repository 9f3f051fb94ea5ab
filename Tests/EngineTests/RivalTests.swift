import Config
import Engine
import Model
import Testing

/// Rules of others: which of them are in our way.
struct RivalTests {
  /// The rivals once these rules stand, beside a default route in table 77.
  private func rivals(
    _ rules: [Rule], isUp: Bool = true, configuration: Configuration = Rig.dualWAN
  ) -> [Rival] {
    var rig = Rig(configuration)
    let hop = NextHop(interface: InterfaceIndex(9), gateway: IPAddress("10.9.0.1"))
    rig.handle(
      .observed(
        [
          .link(Rig.link(InterfaceIndex(9), "wg0", isUp: isUp)),
          .foreignDefault(Route(.defaultV4, table: 77, hops: [hop], origin: 3)),
        ] + rules.map { .rule($0) }))
    return rig.engine.rivals
  }

  private func rule(
    _ priority: UInt32, _ selector: Selector = .all, table: UInt32 = 77, family: Family = .ipv4,
    suppress: Int? = nil
  ) -> Rule {
    Rule(
      priority: priority, family: family, selector: selector, table: table,
      suppressPrefixLength: suppress, origin: 3)
  }

  @Test
  func `a rule for everything before ours that leads to a default is one`() throws {
    let found = rivals([rule(100)])
    #expect(found == [Rival(rule: rule(100), kind: .first("internet"))])
    #expect(
      found.first?.sentence
        == "somebody's rule comes before ours and leads what internet should hold to table 77, "
        + "which has a default route; if that is not meant, `ip rule del priority 100 from all "
        + "lookup 77`, or add it again with a priority above 8999")
  }

  @Test
  func `what takes only some traffic, comes later or leads nowhere is none`() {
    let lan = Prefix(IPAddress("192.168.1.0")!, length: 24)
    #expect(rivals([rule(100, .from(lan))]).isEmpty)
    #expect(rivals([rule(9_000)]).isEmpty)
    #expect(rivals([rule(100, table: 78)]).isEmpty)
    #expect(rivals([rule(100, suppress: 0)]).isEmpty)
    #expect(rivals([rule(100, family: .ipv6)]).isEmpty)
    // The kernel takes IPv4 routes away without a word when their link goes down.
    #expect(rivals([rule(100)], isUp: false).isEmpty)
  }

  @Test
  func `a rule for all that a group with a match is for is one`() throws {
    let lan = Prefix(IPAddress("192.168.0.0")!, length: 16)
    let desk = Prefix(IPAddress("192.168.1.0")!, length: 24)
    let other = Prefix(IPAddress("10.0.0.0")!, length: 8)
    let all = Rig.dualWAN
    let group = Group(
      name: "desk", holding: .route(.defaultV4), members: all.groups[0].members,
      judge: all.groups[0].judge, failback: .auto, match: TrafficMatch(from: [desk]))
    let matching = Configuration(uplinks: all.uplinks, checks: all.checks, groups: [group])
    #expect(rivals([rule(100, .from(lan))], configuration: matching).count == 1)
    #expect(rivals([rule(100, .from(other))], configuration: matching).isEmpty)
  }

  @Test(arguments: [
    (UInt32(0x200), UInt32(0xf00), true),  // Cilium's
    (0x100, 0x3f00, true),
    (0x0, 0xff, false),
    (0x80000, 0xff0000, false),  // Tailscale's
    (0xca6c, 0xffff_ffff, false),  // wg-quick's: no link has that number
  ])
  func `a rule by a mark that one of our links has is one`(
    value: UInt32, mask: UInt32, isRival: Bool
  ) {
    let found = rivals([rule(9, .mark(value, mask: mask), table: 2_004)])
    #expect(found.map(\.kind) == (isRival ? [.marks(.standard)] : []))
  }

  @Test
  func `it is one no more once it is gone`() {
    var rig = Rig()
    rig.handle(.observed([.rule(rule(9, .mark(0x100, mask: 0x3f00), table: 5))]))
    #expect(rig.engine.rivals.count == 1)
    rig.handle(.observed([.ruleGone(rule(9, .mark(0x100, mask: 0x3f00), table: 5))]))
    #expect(rig.engine.rivals.isEmpty)
  }

  @Test
  func `a rule that leads to one of our tables is none, whatever it goes by`() {
    #expect(rivals([rule(100, .mark(0x100, mask: 0x3f00), table: 8_100)]).isEmpty)
  }

  @Test
  func `a rule of the other family is none, though its table has a default of that`() {
    let six = Route(
      .defaultV6, table: 78, hops: [NextHop(interface: InterfaceIndex(9), gateway: nil)], origin: 3)
    var rig = Rig()
    rig.handle(
      .observed([
        .link(Rig.link(InterfaceIndex(9), "wg0")), .foreignDefault(six),
        .rule(rule(100, table: 78, family: .ipv6)), .rule(rule(101, table: 78)),
      ]))
    #expect(rig.engine.rivals.isEmpty)
  }

  @Test
  func `one way that is up is enough, and what else has a default route does not matter`() {
    let hops = [8, 9].map {
      NextHop(interface: InterfaceIndex($0), gateway: IPAddress("10.9.0.1"))
    }
    var rig = Rig()
    rig.handle(
      .observed([
        .link(Rig.link(InterfaceIndex(8), "wg1", isUp: false)),
        .foreignDefault(Route(.defaultV4, table: 77, hops: hops, origin: 3)),
        .foreignDefault(Route(.defaultV4, table: 79, hops: [hops[0]], origin: 3)),
        .rule(rule(100)),
      ]))
    #expect(rig.engine.rivals.isEmpty)
    rig.handle(.observed([.link(Rig.link(InterfaceIndex(9), "wg0"))]))
    #expect(rig.engine.rivals.map(\.rule.priority) == [100])
    rig.handle(.observed([.linkGone(InterfaceIndex(9))]))
    #expect(rig.engine.rivals.isEmpty)
  }

  @Test
  func `the first group that it takes all of is named, and all are in order`() throws {
    let all = Rig.dualWAN
    let nets = ["192.168.1.0", "192.168.2.0"].map { Prefix(IPAddress($0)!, length: 24) }
    let groups = ["desk", "rest", "all"].map { name in
      Group(
        name: GroupName(name), holding: .route(.defaultV4), members: all.groups[0].members,
        match: name == "desk" ? TrafficMatch(from: nets) : nil)
    }
    let configuration = Configuration(uplinks: all.uplinks, groups: groups)
    let lan = Prefix(IPAddress("192.168.0.0")!, length: 16)
    let found = rivals(
      [
        rule(104), rule(102, .from(nets[1])), rule(103, .from(lan)), rule(101),
        rule(105, .mark(0x100, mask: 0x3f00)),
      ], configuration: configuration)
    #expect(found.map(\.rule.priority) == [101, 103, 104, 105])
    #expect(
      found.map(\.kind) == [.first("desk"), .first("desk"), .first("desk"), .marks(.standard)])
    let rest = Configuration(uplinks: all.uplinks, groups: Array(groups[1...]))
    #expect(rivals([rule(104)], configuration: rest).map(\.kind) == [.first("rest")])
    #expect(
      found.last?.sentence
        == "somebody's rule goes by mark bits that are ours (0x3f00); set `marks:` in the "
        + "configuration to bits that nobody uses, or `ip rule del priority 105 from all fwmark "
        + "0x100/0x3f00 lookup 77`")
  }

  @Test
  func `one that stood before the start is found at the first look`() {
    var kernel = KernelState()
    let hop = NextHop(interface: InterfaceIndex(9), gateway: IPAddress("10.9.0.1"))
    kernel.apply(.link(Rig.link(InterfaceIndex(9), "wg0")))
    kernel.apply(.foreignDefault(Route(.defaultV4, table: 77, hops: [hop], origin: 3)))
    kernel.apply(.rule(rule(100)))
    var engine = Engine(seed: 1)
    _ = engine.handle(.configured(Rig.dualWAN), at: .zero)
    #expect(engine.rivals == [])
    _ = engine.handle(.resynced(kernel), at: .zero)
    #expect(engine.rivals == [Rival(rule: rule(100), kind: .first("internet"))])
  }

  @Test
  func `one is found beside other news, and whoever a new file makes one`() {
    var rig = Rig()
    let hop = NextHop(interface: InterfaceIndex(9), gateway: IPAddress("10.9.0.1"))
    rig.handle(.observed([.foreignDefault(Route(.defaultV4, table: 77, hops: [hop], origin: 3))]))
    #expect(rig.engine.rivals == [])
    rig.handle(
      .observed([
        .link(Rig.link(InterfaceIndex(9), "wg0")), .rule(rule(100)),
        .link(Rig.link(InterfaceIndex(10), "wg1")),
      ]))
    #expect(rig.engine.rivals.map(\.rule) == [rule(100)])
    rig.handle(.configured(Configuration(uplinks: Rig.dualWAN.uplinks)))
    #expect(rig.engine.rivals == [])
  }
}
