import Config
import Engine
import Model
import Testing

struct FailoverTests {
  @Test
  func `the first holds at start, before anything has been probed`() {
    var rig = Rig(answering: [])
    #expect(rig.active == ["isp1"])
    #expect(rig.way == [Rig.ether1])
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .seconds(30))
    #expect(rig.status.state == .normal)
  }

  @Test(arguments: [(10_000, 1_000, 2), (1_000, 300, 3), (200, 1_000, 5), (100, 100, 1)])
  func `a mute gateway moves the group within every times fall plus timeout`(
    every: Int, timeout: Int, fall: Int
  ) {
    var rig = Rig(
      Rig.configuration(
        uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .milliseconds(every),
        timeout: .milliseconds(timeout), fall: fall))
    rig.run(for: .seconds(60))
    // The last answer comes a millisecond after the last probe; the gateway is mute from then on.
    let last = rig.probes.count
    while rig.probes.count == last { rig.run(for: .milliseconds(1)) }
    rig.run(for: .milliseconds(2))
    let mutedAt = rig.now
    rig.answering = [Rig.gateway2]
    while rig.active == ["isp1"], rig.now < mutedAt + .seconds(60) {
      rig.run(for: .milliseconds(1))
    }
    #expect(rig.active == ["isp2"])
    #expect(rig.status.state == .failedOver)
    #expect(rig.now - mutedAt <= .milliseconds(every * fall + timeout + 1))
    #expect(rig.now - mutedAt > .milliseconds(every * (fall - 1) + timeout - 10))
  }

  @Test
  func `with rise 1 the first reply fails back`() {
    var rig = Rig()
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(60))
    #expect(rig.active == ["isp2"])
    rig.answering = [Rig.gateway1, Rig.gateway2]
    let sent = rig.probes.count { $0.destination == Rig.gateway1 }
    while rig.probes.count(where: { $0.destination == Rig.gateway1 }) == sent {
      rig.run(for: .milliseconds(1))
    }
    rig.run(for: .milliseconds(1))
    #expect(rig.active == ["isp1"])
    #expect(rig.status.state == .normal)
  }

  @Test
  func `manual failback waits for an order`() throws {
    var rig = Rig(
      Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], failback: .manual))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(60))
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .seconds(60))
    #expect(rig.active == ["isp2"])
    try rig.order(.failback("internet"))
    #expect(rig.active == ["isp1"])
  }

  /// In the very call that tells of it: no `await`, no second turn lies between.
  @Test
  func `carrier loss decides at once, and the dead link's mark rule goes with its route`() throws {
    var rig = Rig()
    #expect(rig.hasMarkRule(0))
    let followed = rig.carrier(Rig.ether1, false)
    let wanted = try #require(
      followed.compactMap { if case .want(let wanted) = $0 { wanted } else { nil } }.first)
    let way = wanted.routes.filter { $0.table == Ours.table(group: 0) }
    #expect(way.flatMap(\.hops).map(\.interface) == [Rig.ether2])
    #expect(!wanted.rules.contains { $0.priority == Ours.Priority.mark(0) })
    #expect(wanted.rules.contains { $0.priority == Ours.Priority.mark(1) })
    #expect(followed.contains { if case .record = $0 { true } else { false } })
    #expect(rig.active == ["isp2"])
    #expect(rig.status.lastSwitch?.tookMs == 0)
  }

  @Test
  func `a member without carrier keeps its own table, so that it is found again by probes`() {
    var rig = Rig()
    _ = rig.carrier(Rig.ether1, false)
    #expect(rig.engine.wanted.routes.contains { $0.table == Ours.table(uplink: 0) })
    #expect(rig.engine.wanted.rules.contains { $0.priority == Ours.Priority.probe(0) })
  }

  @Test
  func `when nobody can be used the last holder is kept`() {
    var rig = Rig()
    rig.answering = []
    rig.run(for: .seconds(60))
    #expect(rig.status.state == .degraded)
    #expect(rig.active == ["isp1"])
    _ = rig.carrier(Rig.ether1, false)
    #expect(rig.active == ["isp2"])  // mute is better than cut
    _ = rig.carrier(Rig.ether2, false)
    #expect(rig.active == ["isp2"])
    #expect(rig.status.state == .degraded)
  }

  @Test
  func `an interface that comes back under another number is used again`() {
    var rig = Rig()
    rig.handle(.observed([.linkGone(Rig.ether1)]))
    #expect(rig.active == ["isp2"])
    let again = InterfaceIndex(9)
    rig.handle(.observed([.link(Rig.link(again, "ether1"))]))
    rig.run(for: .seconds(20))
    #expect(rig.active == ["isp1"])
    #expect(rig.way == [again])
  }

  @Test
  func `the holder found in the kernel stays until there is a verdict`() {
    var engine = Engine(seed: 1)
    _ = engine.handle(.configured(Rig.dualWAN), at: .zero)
    var kernel = KernelState()
    for (index, uplink) in zip([Rig.ether1, Rig.ether2], Rig.dualWAN.uplinks) {
      kernel.apply(.link(Rig.link(index, uplink.interface.text)))
      kernel.apply(.address(HeldAddress(interface: index, address: uplink.addresses[0])))
    }
    kernel.apply(
      .route(
        Route(
          .defaultV4, table: Ours.table(group: 0),
          hops: [NextHop(interface: Rig.ether2, gateway: Rig.gateway2)])))
    _ = engine.handle(.resynced(kernel), at: .zero)
    #expect(engine.decisions.last?.preferred == [Rig.isp2])
  }

  @Test
  func `an interface that came back under another index is asked anew`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    let index = InterfaceIndex(9)
    let address = HeldAddress(
      interface: index, address: Rig.uplink(1).addresses[0], origin: Ours.origin)
    rig.handle(
      .observed([.linkGone(Rig.ether1), .link(Rig.link(index, "ether1")), .address(address)]))
    #expect(rig.status.members[0].usable && rig.health(Rig.isp1) == .unknown)
    rig.run(for: .seconds(1))
    #expect(rig.probes.last?.interface == index && rig.health(Rig.isp1) == .up)
  }

  @Test(arguments: [true, false])
  func `a link that is usable or not as before is no cause, though its addresses change`(
    isUsable: Bool
  ) {
    var rig = Rig()
    rig.run(for: .seconds(30))
    if !isUsable { _ = rig.carrier(Rig.ether2, false) }
    let other = HeldAddress(
      interface: Rig.ether2, address: InterfaceAddress("10.20.1.77/24")!, origin: 0)
    rig.handle(
      .observed([
        .address(other), .link(Rig.link(Rig.ether1, "ether1", hasCarrier: false)),
      ]))
    #expect(
      rig.engine.decisions.last?.causes.map(\.event)
        == [.becameUnusable(Rig.isp1, .ipv4, [.noCarrier])])
  }

  @Test
  func `news before the first look do not pass for all there is`() {
    var engine = Engine(seed: 1)
    _ = engine.handle(.configured(Rig.dualWAN), at: .zero)
    _ = engine.handle(.observed([.link(Rig.link(Rig.ether1, "ether1"))]), at: .zero)
    var kernel = KernelState()
    for (index, uplink) in zip([Rig.ether1, Rig.ether2], Rig.dualWAN.uplinks) {
      kernel.apply(.link(Rig.link(index, uplink.interface.text)))
      kernel.apply(.address(HeldAddress(interface: index, address: uplink.addresses[0])))
    }
    _ = engine.handle(.resynced(kernel), at: .zero)
    #expect(
      engine.decisions.first?.causes.map(\.event)
        == [.started, .becameUsable(Rig.isp1, .ipv4), .becameUsable(Rig.isp2, .ipv4)])
  }
}
