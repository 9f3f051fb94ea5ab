import Model
import Testing

struct KernelStateTests {
  private let eth0 = InterfaceName("eth0")!
  private let wan0 = InterfaceName("wan0")!
  private let two = InterfaceIndex(2)
  private let three = InterfaceIndex(3)

  private func link(_ index: InterfaceIndex, _ name: InterfaceName) -> KernelState.Delta {
    .link(Link(index: index, name: name, isUp: true, hasCarrier: true))
  }

  private func held(_ index: InterfaceIndex, origin: UInt8 = 0) -> HeldAddress {
    HeldAddress(interface: index, address: InterfaceAddress("10.0.0.2/24")!, origin: origin)
  }

  private func route(_ indexes: InterfaceIndex..., table: UInt32 = 8100) -> Route {
    Route(.defaultV4, table: table, hops: indexes.map { NextHop(interface: $0, gateway: nil) })
  }

  private func state(_ deltas: [KernelState.Delta]) -> KernelState {
    var state = KernelState()
    deltas.forEach { state.apply($0) }
    return state
  }

  @Test
  func `a renamed link is found by its new name only`() {
    let state = state([link(two, eth0), link(two, wan0)])
    #expect(state.link(named: eth0) == nil)
    #expect(state.link(named: wan0)?.index == two)
  }

  @Test
  func `two links may swap names by way of a third`() {
    let spare = InterfaceName("tmp")!
    let state = state([
      link(two, eth0), link(three, wan0), link(two, spare), link(three, eth0), link(two, wan0),
    ])
    #expect(state.link(named: eth0)?.index == three)
    #expect(state.link(named: wan0)?.index == two)
    #expect(state.link(named: spare) == nil)
  }

  @Test
  func `a vanished link takes its addresses, routes and settings along`() {
    let state = state([
      link(two, eth0), link(three, wan0), .address(held(two)), .address(held(three)),
      .route(route(two)), .route(route(two, three)), .route(route(three)),
      .sysctl(.reversePathFilter(eth0), "2"), .sysctl(.reversePathFilter(wan0), "2"),
      .sysctl(.forwarding(.ipv4), "1"), .linkGone(two),
    ])
    #expect(state.link(named: eth0) == nil)
    #expect(state.addresses == [held(three)])
    #expect(state.routes == [route(three)])
    #expect(state.sysctls == [.reversePathFilter(wan0): "2", .forwarding(.ipv4): "1"])
  }

  @Test
  func `a link that came back before its going was told keeps its name`() {
    let state = state([link(two, eth0), link(three, eth0), .linkGone(two)])
    #expect(state.link(named: eth0)?.index == three)
  }

  @Test
  func `the same address with another owner is the same address`() {
    let state = state([.address(held(two)), .address(held(two, origin: Ours.origin))])
    #expect(state.addresses == [held(two, origin: Ours.origin)])
    #expect(state.holds(held(two)))
    var without = state
    without.apply(.addressGone(held(two)))
    #expect(without.addresses == [])
  }

  @Test
  func `a table that was read whole replaces what was known of it, of its family`() {
    let other = route(three, table: 8101)
    let v6 = Route(.defaultV6, table: 8100, hops: [NextHop(interface: two, gateway: nil)])
    let state = state([
      .route(route(two)), .route(other), .route(v6), .table(8100, .ipv4, [route(three)]),
    ])
    #expect(state.routes == [route(three), other, v6])
    #expect(state.routes(in: 8101) == [other])
  }

  @Test
  func `rules, settings and the firewall follow what is told`() {
    let rule = Rule(priority: 8000, family: .ipv4, selector: .all, table: 254)
    var state = state([
      .rule(rule), .sysctl(.forwarding(.ipv4), "1"),
      .firewall(Firewall(marks: .standard, links: [])),
    ])
    #expect(state.rules == [rule])
    #expect(state.firewall == Firewall(marks: .standard, links: []))
    state.apply(.ruleGone(rule))
    state.apply(.sysctl(.forwarding(.ipv4), nil))
    state.apply(.firewall(nil))
    #expect(state.rules.isEmpty && state.sysctls.isEmpty && state.firewall == nil)
  }

  @Test
  func `after a dump the settings of a link that was made anew are not known`() {
    let known = state([
      link(two, eth0), link(three, wan0), .sysctl(.reversePathFilter(eth0), "2"),
      .sysctl(.reversePathFilter(wan0), "2"), .sysctl(.forwarding(.ipv4), "1"),
      .firewall(Firewall(marks: .standard, links: [])),
    ])
    var dumped = state([link(InterfaceIndex(9), eth0), link(three, wan0)])
    dumped.keep(known)
    #expect(dumped.sysctls == [.reversePathFilter(wan0): "2", .forwarding(.ipv4): "1"])
    #expect(dumped.firewall == Firewall(marks: .standard, links: []))
  }
}
