import Config
import Model
import Testing

@testable import Engine

/// What follows from the configuration alone: settings, rules and the table of nftables.
struct FixedTests {
  private static let slots = Slots(
    uplinks: ["isp1": 0, "isp2": 1], groups: ["internet": 0, "internet6": 1])

  /// - Parameter isSet: whether the file says the addresses.
  private static func uplink(
    _ number: Int, isSet: Bool = true, nat: NAT = .none, nat6: NAT6 = .none, lans: [LAN] = []
  ) -> Uplink {
    Uplink(
      name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
      addresses: isSet
        ? ["10.\(number)0.1.2/24", "2001:db8:\(number)::2/64"].map { InterfaceAddress($0)! } : [],
      findsGateways: true, nat: nat, nat6: nat6, lans: lans)
  }

  private static func fixed(
    _ uplinks: [Uplink], _ families: [Family] = [.ipv4], want: Int = 1, tiers: [Int] = [1, 2],
    lastResort: LastResort = .main, match: TrafficMatch? = nil, flows: FlowRules = .move
  ) -> Wanted {
    let groups = families.map { family in
      Group(
        name: family == .ipv4 ? "internet" : "internet6",
        holding: .route(family == .ipv4 ? .defaultV4 : .defaultV6),
        members: zip(uplinks, tiers).map { Member(.uplink($0.name), tier: $1) }, want: want,
        flows: flows, match: match, lastResort: lastResort)
    }
    return Configuration(uplinks: uplinks, groups: groups).fixed(slots, on: "a")
  }

  private static func settings(_ wanted: Wanted) -> [String] {
    wanted.sysctls.map { "\($0.key.path)=\($0.value)" }.sorted()
  }

  private static let plain = [1, 2].flatMap { number in
    [
      "net/ipv4/conf/ether\(number)/ignore_routes_with_linkdown=1",
      "net/ipv4/conf/ether\(number)/promote_secondaries=1",
      "net/ipv4/conf/ether\(number)/rp_filter=2",
    ]
  }

  private static let plain6 = [1, 2].map {
    "net/ipv6/conf/ether\($0)/ignore_routes_with_linkdown=1"
  }

  // MARK: Settings

  @Test
  func `a machine that translates nothing is not made to forward`() {
    #expect(Self.settings(Self.fixed([Self.uplink(1), Self.uplink(2)])) == Self.plain)
  }

  @Test
  func `it forwards once one of its links translates, in that family alone`() {
    let first = [Self.uplink(1, nat: .masquerade), Self.uplink(2)]
    #expect(Self.settings(Self.fixed(first)) == Self.plain + ["net/ipv4/ip_forward=1"])
    let second = [Self.uplink(1), Self.uplink(2, nat6: .masquerade)]
    #expect(Self.settings(Self.fixed(second)) == Self.plain)
    #expect(
      Self.settings(Self.fixed(second, [.ipv6]))
        == ["net/ipv6/conf/all/forwarding=1"] + Self.plain6)
  }

  @Test
  func `the system's own addresses are not kept in order for it`() {
    let uplinks = [Self.uplink(1, isSet: false), Self.uplink(2)]
    let settings = Self.settings(Self.fixed(uplinks))
    #expect(settings == Self.plain.filter { $0 != Self.plain[1] })
  }

  @Test
  func `a link that learns from advertisements goes on hearing them when the machine forwards`() {
    let hears = "net/ipv6/conf/ether1/accept_ra=2"
    let lan = LAN(
      interface: InterfaceName("br0")!,
      prefixes: [Prefix(IPAddress("2001:db8:a::")!, length: 64)])
    for (uplinks, isHeard) in [
      ([Self.uplink(1, isSet: false), Self.uplink(2)], false),
      ([Self.uplink(1, isSet: false, nat6: .masquerade), Self.uplink(2)], true),
      ([Self.uplink(1, isSet: false), Self.uplink(2, nat6: .masquerade)], true),
      ([Self.uplink(1, isSet: false, lans: [lan]), Self.uplink(2)], true),
      ([Self.uplink(1, isSet: false), Self.uplink(2, lans: [lan])], true),
      ([Self.uplink(1, nat6: .masquerade), Self.uplink(2, lans: [lan])], false),
    ] {
      #expect(Self.settings(Self.fixed(uplinks, [.ipv6])).contains(hears) == isHeard)
    }
  }

  @Test
  func `flows are spread by addresses and ports where several may share`() {
    let uplinks = [Self.uplink(1), Self.uplink(2)]
    let shared = "net/ipv4/fib_multipath_hash_policy=1"
    for (want, tiers, isShared) in [
      (1, [1, 2], false), (2, [1, 2], true), (1, [1, 1], true),
    ] {
      let settings = Self.settings(Self.fixed(uplinks, want: want, tiers: tiers))
      #expect(settings.contains(shared) == isShared)
    }
    let six = Self.settings(Self.fixed(uplinks, [.ipv6], want: 2))
    #expect(!six.contains(shared) && six.contains("net/ipv6/fib_multipath_hash_policy=1"))
    // One family shares, and the other does not.
    let groups = [
      Group(
        name: "internet", holding: .route(.defaultV4),
        members: uplinks.map { Member(.uplink($0.name), tier: 1) }),
      Group(
        name: "internet6", holding: .route(.defaultV6),
        members: uplinks.enumerated().map { Member(.uplink($1.name), tier: $0 + 1) }),
    ]
    let both = Self.settings(
      Configuration(uplinks: uplinks, groups: groups).fixed(Self.slots, on: "a"))
    #expect(both.contains(shared) && !both.contains("net/ipv6/fib_multipath_hash_policy=1"))
  }

  // MARK: Rules and routes

  @Test
  func `a link that the file gives no address of a family has no rule in it`() {
    let four = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!,
      addresses: [InterfaceAddress("10.10.1.2/24")!], gateways: [Rig.gateway1])
    let six = Self.fixed([four, Self.uplink(2)], [.ipv6])
    #expect(six.rules.map(\.priority).sorted() == [8_000, 8_101, 8_301, 8_900])
    #expect(six.sysctls.keys.allSatisfy { !$0.path.contains("ether1") })
    let rules = Self.fixed([four, Self.uplink(2)]).rules
    #expect(rules.map(\.priority).sorted() == [8_000, 8_100, 8_101, 8_300, 8_301, 8_900])
    #expect(rules.filter { $0.suppressPrefixLength != nil }.map(\.priority) == [8_000])
    #expect(rules.first { $0.priority == 8_000 }?.suppressPrefixLength == 0)
  }

  @Test
  func `a group's traffic has a rule for each of its selectors, and its last resort a route`() {
    let uplinks = [Self.uplink(1), Self.uplink(2)]
    let calls = TrafficMatch(transports: [6, 17], toPorts: [5_060...5_060])
    let wanted = Self.fixed(uplinks, lastResort: .blackhole, match: calls)
    let rules = wanted.rules.filter { $0.priority == Ours.Priority.group(0) }
    #expect(Set(rules.map(\.selector.transport)) == [6, 17] && rules.count == 2)
    #expect(
      wanted.routes == [.lastResort(.defaultV4, table: Ours.table(group: 0), .blackhole)])
    #expect(Self.fixed(uplinks).routes.isEmpty)
  }

  @Test
  func `without groups nothing is asked of the machine`() {
    #expect(Configuration(uplinks: [Self.uplink(1)]).fixed(Self.slots, on: "a") == Wanted.nothing)
  }

  // MARK: nftables

  @Test
  func `the table of nftables has each link by its mark, as the file says it`() {
    let prefix = NAT6.prefix(Prefix(IPAddress("2001:db8:9::")!, length: 64))
    let uplinks = [Self.uplink(2, nat: .masquerade), Self.uplink(1, nat6: prefix)]
    let firewall = Self.fixed(uplinks, flows: .drain).firewall
    #expect(
      firewall?.links == [
        Firewall.Link(
          name: "isp1", interface: InterfaceName("ether1")!, mark: 0x100, nat: .none,
          nat6: prefix, keepsFlows: true),
        Firewall.Link(
          name: "isp2", interface: InterfaceName("ether2")!, mark: 0x200, nat: .masquerade,
          keepsFlows: true),
      ])
    #expect(firewall?.marks == .standard)
    #expect(Self.fixed(uplinks).firewall?.links.map(\.keepsFlows) == [false, false])
  }

  @Test
  func `a link keeps flows where one of its groups does`() {
    let uplinks = [Self.uplink(1), Self.uplink(2)]
    let groups = [FlowRules.move, .drain].enumerated().map { number, flows in
      Group(
        name: GroupName("g\(number)"), holding: .route(.defaultV4),
        members: uplinks.map { Member(.uplink($0.name), tier: 1) }, flows: flows)
    }
    let firewall = Configuration(uplinks: uplinks, groups: groups).fixed(Self.slots, on: "a")
      .firewall
    #expect(firewall?.links.map(\.keepsFlows) == [true, true])
  }

  @Test
  func `groups with a match come first, as in the file, and each comes once`() {
    let prefixes = [24, 0, 16, 8].map { Prefix(IPAddress("10.0.0.0")!, length: $0) }
    let names = ["long", "all", "web", "calls"]
    let groups = zip(names, prefixes).map { name, prefix in
      Group(
        name: GroupName(name), holding: .route(prefix),
        members: [Member(.uplink("isp1"), tier: 1)],
        match: name == "web" || name == "calls" ? TrafficMatch(transports: [6]) : nil)
    }
    let order = Configuration(uplinks: [Self.uplink(1)], groups: groups).groupsByPrecedence
    #expect(order.map(\.name) == ["web", "calls", "long", "all"])
  }
}
