import Config
import Engine
import Model
import Testing

/// What is wanted of the kernel, whoever holds the group.
struct WantedTests {
  @Test
  func `an interface that is not there has no settings, and its rules stand already`() {
    var rig = Rig()
    let all = rig.engine.wanted
    rig.handle(.observed([.linkGone(Rig.ether1)]))
    let rest = rig.engine.wanted
    #expect(rest.sysctls == all.sysctls.filter { !$0.key.path.contains("ether1") })
    #expect(rest.sysctls.count == all.sysctls.count - 3)
    #expect(rest.rules.count == all.rules.count - 1)  // the mark's
    rig.handle(.observed([.link(Rig.link(InterfaceIndex(9), "ether1"))]))
    #expect(rig.engine.wanted.sysctls == all.sysctls)
  }

  @Test
  func `a switch changes routes and mark rules, and nothing else`() {
    var rig = Rig()
    let before = rig.engine.wanted
    _ = rig.carrier(Rig.ether1, false)
    let after = rig.engine.wanted
    #expect(after.routes != before.routes)
    #expect(before.rules.subtracting(after.rules).map(\.priority) == [Ours.Priority.mark(0)])
    #expect(after.addresses == before.addresses)
    #expect(after.sysctls == before.sysctls)
    #expect(after.firewall == before.firewall)
  }

  @Test
  func `of an uplink whose addresses the file says, no other leads its way`() {
    var rig = Rig()
    let before = rig.engine.wanted
    let other = HeldAddress(
      interface: Rig.ether1, address: InterfaceAddress("10.10.1.77/24")!, origin: 0)
    rig.handle(.observed([.address(other)]))
    #expect(rig.engine.wanted == before)
  }

  @Test
  func `a single way has no weight, for the kernel keeps none`() {
    let ways = Rig().engine.wanted.routes.filter { !$0.hops.isEmpty }
    #expect(ways.count == 3 && ways.allSatisfy { $0.hops.map(\.weight) == [1] })
  }

  @Test
  func `what comes from an address that the system gave leaves by its link`() {
    let lte = Uplink(name: "isp1", interface: InterfaceName("ether1")!, findsGateways: true)
    var rig = Rig(Rig.configuration(uplinks: [lte, Rig.uplink(2)], judge: nil))
    let held = HeldAddress(
      interface: Rig.ether1, address: InterfaceAddress("100.70.0.9/24")!, origin: 0)
    rig.handle(.observed([.address(held)]))
    let rules = rig.engine.wanted.rules.filter { $0.priority == Ours.Priority.from(0) }
    #expect(rules.map(\.selector) == [.from(.host(IPAddress("100.70.0.9")!))])
  }

  @Test
  func `a group that nobody can hold has no route`() {
    var rig = Rig()
    rig.handle(.observed([.linkGone(Rig.ether1), .linkGone(Rig.ether2)]))
    #expect(rig.engine.wanted.routes.isEmpty)
  }

  @Test
  func `members that share have their weights, and whoever is left alone has none`() {
    let uplinks = [Rig.uplink(1), Rig.uplink(2)]
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: zip(uplinks, [3, 2]).map { Member(.uplink($0.name), tier: 1, weight: $1) })
    var rig = Rig(Configuration(uplinks: uplinks, groups: [group]))
    func weights() -> [Int] {
      rig.engine.wanted.routes.filter { $0.table == Ours.table(group: 0) }
        .flatMap { $0.hops.map(\.weight) }
    }
    #expect(weights() == [3, 2])
    _ = rig.carrier(Rig.ether1, false)
    #expect(weights() == [1])
  }
}
