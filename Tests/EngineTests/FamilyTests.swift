import Config
import Engine
import Model
import Testing

/// IPv6 beside IPv4 by the same links: each family stands and falls by itself.
struct FamilyTests {
  private static let gateway1v6 = IPAddress("2001:db8:1::1")!
  private static let gateway2v6 = IPAddress("fe80::1")!

  private static let dualStack: Configuration = {
    let plain = Rig.configuration(
      uplinks: [1, 2].map { number in
        let v4 = Rig.uplink(number)
        return Uplink(
          name: v4.name, interface: v4.interface,
          addresses: v4.addresses + [InterfaceAddress("2001:db8:\(number)::2/64")!],
          gateways: v4.gateways + [number == 1 ? gateway1v6 : gateway2v6], nat: .masquerade,
          nat6: .masquerade)
      }, every: .seconds(1), fall: 2, rise: 1)
    let six = Group(
      name: "internet6", holding: .route(.defaultV6), members: plain.groups[0].members,
      judge: .check("gateway"), damping: nil)
    return Configuration(
      uplinks: plain.uplinks, checks: plain.checks, groups: plain.groups + [six])
  }()

  private static func rig() -> Rig {
    var rig = Rig(
      dualStack, answering: [Rig.gateway1, Rig.gateway2, gateway1v6, gateway2v6])
    rig.run(for: .seconds(5))
    return rig
  }

  private func holders(_ rig: Rig) -> [[String]] {
    rig.engine.groupStatus(clock: rig.clock).map(\.active)
  }

  @Test
  func `a gateway that is mute in one family moves that family only`() {
    var rig = Self.rig()
    #expect(holders(rig) == [["isp1"], ["isp1"]])
    rig.answering.remove(Self.gateway1v6)
    rig.run(for: .seconds(5))
    #expect(holders(rig) == [["isp1"], ["isp2"]])
    let decision = rig.engine.decisions.last
    #expect(decision?.group == "internet6")
    #expect(decision?.reason.contains("2001:db8:1::1 answered none of the last 2") == true)
    let rules = rig.engine.observed.rules.filter { $0.priority == Ours.Priority.mark(0) }
    #expect(rules.map(\.family) == [.ipv4], "the dead family's mark rule is gone")
  }

  @Test
  func `a lost carrier moves both in one turn`() {
    var rig = Self.rig()
    let effects = rig.carrier(Rig.ether1, false)
    let decisions = effects.compactMap {
      if case .record(let told) = $0 { told.group } else { nil }
    }
    #expect(decisions == ["internet", "internet6"])
    let causes = rig.engine.decisions.suffix(2).map { $0.causes.map(\.event) }
    #expect(
      causes == Family.allCases.map { [.becameUnusable(Rig.isp1, $0, [.noCarrier])] },
      "each has its own family's")
    #expect(holders(rig) == [["isp2"], ["isp2"]])
    let flows = Rig.sweeps(rig.takeEffects()).filter { $0.mark == 0x100 }
    #expect(Set(flows.map(\.family)) == [.ipv4, .ipv6])
  }

  @Test
  func `a link-local gateway is asked from the link-local address`() {
    var rig = Self.rig()
    let own = HeldAddress(
      interface: Rig.ether2, address: InterfaceAddress("fe80::2/64")!, origin: 0)
    rig.handle(.observed([.address(own)]))
    rig.run(for: .seconds(2))
    let probe = rig.probes.last { $0.destination == Self.gateway2v6 }
    #expect(probe?.source == IPAddress("fe80::2"))
    let route = rig.engine.observed.routes(in: Ours.table(uplink: 1)).last
    #expect(route?.hops.first?.gateway == Self.gateway2v6)
  }

  @Test
  func `an address that is still asked for is not used yet`() {
    var rig = Self.rig()
    var held = HeldAddress(
      interface: Rig.ether1, address: InterfaceAddress("2001:db8:1::2/64")!)
    held.stage = .tentative
    rig.handle(.observed([.address(held)]))
    #expect(holders(rig) == [["isp1"], ["isp2"]])
    held.stage = .preferred
    rig.handle(.observed([.address(held)]))
    rig.run(for: .seconds(3))
    #expect(holders(rig) == [["isp1"], ["isp1"]])
  }

  @Test
  func `other hops of IPv6 are another route, so that the new stands beside the old`() {
    let hops = [(1, "fe80::1"), (1, "fe80::2"), (2, "fe80::1")].map {
      NextHop(interface: InterfaceIndex($0.0), gateway: IPAddress($0.1))
    }
    let routes = [[hops[0]], [hops[1]], [hops[2]], [hops[0], hops[2]], [hops[2], hops[0]]].map {
      Route.ours(.defaultV6, table: 8300, hops: $0)
    }
    #expect(Set(routes.map(\.metric)).count == routes.count)
    #expect(routes.allSatisfy { $0.tag == 0 })
  }
}
