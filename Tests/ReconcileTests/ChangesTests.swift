import Model
import Reconcile
import Testing

/// Two links and a group, as the compiler would want them; what differs is each test's matter.
private struct Scene {
  let ether1 = InterfaceIndex(2)
  let ether2 = InterfaceIndex(3)
  let ether3 = InterfaceIndex(4)
  var observed = KernelState()
  var wanted = Wanted()

  init() {
    for (index, name) in [(ether1, "ether1"), (ether2, "ether2"), (ether3, "ether3")] {
      guard let name = InterfaceName(name) else { preconditionFailure("\(name)") }
      observed.apply(.link(Link(index: index, name: name, isUp: true, hasCarrier: true)))
    }
  }

  func way(_ group: Int, by index: InterfaceIndex, _ gateway: String, origin: UInt8 = 83) -> Route {
    Route(
      .defaultV4, table: Ours.table(group: group),
      hops: [NextHop(interface: index, gateway: IPAddress(gateway))], origin: origin)
  }

  func markRule(_ slot: Int) -> Rule {
    Rule(
      priority: Ours.Priority.mark(slot), family: .ipv4,
      selector: .mark(MarkSpace.standard.mark(slot), mask: 0x3f00), table: Ours.table(uplink: slot))
  }

  var lines: [String] {
    observed.changes(to: wanted).map { $0.line { observed.links[$0]?.name } }
  }
}

struct ChangesTests {
  @Test
  func `nothing wanted and nothing ours is no change`() {
    #expect(Scene().lines == [])
  }

  @Test
  func `a switch adds the new way, removes the dead link's mark rule, then the old way`() {
    var scene = Scene()
    scene.observed.apply(.route(scene.way(0, by: scene.ether1, "10.10.1.1")))
    scene.observed.apply(.rule(scene.markRule(0)))
    scene.observed.apply(.rule(scene.markRule(1)))
    scene.wanted.routes = [scene.way(0, by: scene.ether2, "10.20.1.1")]
    scene.wanted.rules = [scene.markRule(1)]
    #expect(
      scene.lines == [
        "ip route prepend default via 10.20.1.1 dev ether2 onlink table 8300 proto 83",
        "ip rule delete priority 8500 from all fwmark 0x100/0x3f00 lookup 8100 protocol 83",
        "ip route delete default via 10.10.1.1 dev ether1 table 8300 proto 83",
      ])
  }

  @Test
  func `lists of hops are told apart by their tags, and the worst of them goes first`() {
    var scene = Scene()
    func way(_ weights: Int...) -> Route {
      let ends = [(scene.ether1, "10.10.1.1"), (scene.ether2, "10.20.1.1")]
      let hops = zip(ends, weights).map {
        NextHop(interface: $0.0, gateway: IPAddress($0.1), weight: $1)
      }
      return Route(
        .defaultV4, table: Ours.table(group: 0), hops: hops, tag: Route.tag(for: hops))
    }
    #expect(way(1).tag == 0)
    #expect(Set([way(3, 1), way(1, 3), way(1, 1)].map(\.tag)).count == 3)
    scene.observed.apply(.route(way(3, 1)))
    scene.observed.apply(.route(scene.way(0, by: scene.ether2, "10.20.1.1")))
    scene.wanted.routes = [way(1)]
    #expect(
      scene.lines.map { $0.split(separator: " ").prefix(4).joined(separator: " ") } == [
        "ip route prepend default", "ip route delete default", "ip route delete default",
      ])
  }

  @Test
  func `a way by a link that nothing leads by any more goes before one that others use`() {
    var scene = Scene()
    scene.observed.apply(.route(scene.way(0, by: scene.ether1, "10.10.1.1")))
    scene.observed.apply(.route(scene.way(0, by: scene.ether2, "10.20.1.1")))
    let others = scene.way(1, by: scene.ether2, "10.20.1.1")
    let next = scene.way(0, by: scene.ether3, "10.30.1.1")
    scene.observed.apply(.route(others))
    scene.observed.apply(.route(next))
    scene.wanted.routes = [next, others]
    #expect(
      scene.lines == [
        "ip route delete default via 10.10.1.1 dev ether1 table 8300 proto 83",
        "ip route delete default via 10.20.1.1 dev ether2 table 8300 proto 83",
      ])
  }

  @Test
  func `applying the changes leaves none`() {
    var scene = Scene()
    scene.observed.apply(.route(scene.way(0, by: scene.ether1, "10.10.1.1")))
    scene.wanted.routes = [scene.way(0, by: scene.ether2, "10.20.1.1")]
    scene.wanted.rules = [scene.markRule(0), scene.markRule(1)]
    scene.wanted.sysctls = [.forwarding(.ipv4): "1"]
    for change in scene.observed.changes(to: scene.wanted) {
      change.confirmed.map { scene.observed.apply($0) }
    }
    #expect(scene.lines == [])
  }

  @Test
  func `foreign routes are never removed, not even from our tables`() {
    var scene = Scene()
    let foreign = scene.way(0, by: scene.ether1, "10.10.1.254", origin: 4)
    scene.observed.apply(.route(foreign))
    scene.wanted.routes = [scene.way(0, by: scene.ether1, "10.10.1.1")]
    #expect(
      scene.lines == [
        "ip route prepend default via 10.10.1.1 dev ether1 onlink table 8300 proto 83"
      ])
    scene.wanted = .nothing
    #expect(scene.lines == [])
  }

  @Test
  func `an address that somebody else set is as good as ours, and stays`() throws {
    var scene = Scene()
    let address = try #require(InterfaceAddress("10.10.1.2/24"))
    scene.observed.apply(
      .address(HeldAddress(interface: scene.ether1, address: address, origin: 0)))
    scene.wanted.addresses = [HeldAddress(interface: scene.ether1, address: address)]
    #expect(scene.lines == [])
    scene.wanted = .nothing
    #expect(scene.lines == [])
  }

  @Test
  func `each change prints as an operator would type it`() throws {
    var scene = Scene()
    let address = try #require(InterfaceAddress("10.10.1.2/24"))
    let ether1 = try #require(InterfaceName("ether1"))
    let source = try #require(IPAddress("10.10.1.2"))
    scene.wanted.addresses = [HeldAddress(interface: scene.ether1, address: address)]
    scene.wanted.routes = [
      Route(
        .defaultV4, table: 8301,
        hops: [
          NextHop(interface: scene.ether1, gateway: IPAddress("10.10.1.1"), weight: 3),
          NextHop(interface: scene.ether2, gateway: nil),
        ])
    ]
    scene.wanted.rules = [
      Rule(priority: 8000, family: .ipv4, selector: .all, table: 254, suppressPrefixLength: 0),
      Rule(priority: 8100, family: .ipv4, selector: .outgoing(ether1), table: 8100),
      Rule(priority: 8300, family: .ipv4, selector: .from(.host(source)), table: 8100),
    ]
    scene.wanted.sysctls = [.forwarding(.ipv4): "1", .reversePathFilter(ether1): "2"]
    #expect(
      scene.lines == [
        "ip address add 10.10.1.2/24 dev ether1 proto 83",
        "ip route prepend default nexthop via 10.10.1.1 dev ether1 onlink weight 3 nexthop dev ether2 weight 1 table 8301 proto 83",
        "ip rule add priority 8000 from all lookup main suppress_prefixlength 0 protocol 83",
        "ip rule add priority 8100 from all oif ether1 lookup 8100 protocol 83",
        "ip rule add priority 8300 from 10.10.1.2 lookup 8100 protocol 83",
        "sysctl -w net/ipv4/conf/ether1/rp_filter=2",
        "sysctl -w net/ipv4/ip_forward=1",
      ])
  }

  @Test
  func `an interface is to hear advertisements before the machine forwards`() {
    var scene = Scene()
    scene.wanted.sysctls = [
      .forwarding(.ipv6): "1", .acceptAdvertisements(InterfaceName("ether1")!): "2",
    ]
    #expect(
      scene.lines == [
        "sysctl -w net/ipv6/conf/ether1/accept_ra=2", "sysctl -w net/ipv6/conf/all/forwarding=1",
      ])
  }

  @Test
  func `the firewall is loaded when it differs and removed when nothing is wanted`() {
    var scene = Scene()
    let firewall = Firewall(marks: .standard, links: [])
    scene.wanted.firewall = firewall
    #expect(scene.observed.changes(to: scene.wanted) == [.loadFirewall(firewall)])
    scene.observed.apply(.firewall(firewall))
    #expect(scene.observed.changes(to: scene.wanted) == [])
    scene.wanted.firewall = nil
    #expect(scene.observed.changes(to: scene.wanted) == [.removeFirewall])
  }
}
