import Config
import Engine
import Model
import Testing

struct ReloadTests {
  @Test
  func `an uplink inserted before others moves no mark, table or rule of theirs`() {
    var rig = Rig()
    let before = rig.engine.wanted
    rig.handle(
      .configured(Rig.configuration(uplinks: [Rig.uplink(3), Rig.uplink(1), Rig.uplink(2)])))
    let after = rig.engine.wanted
    #expect(before.rules.isSubset(of: after.rules))
    #expect(before.routes.isSubset(of: after.routes))
    #expect(before.addresses.isSubset(of: after.addresses))
    let marks = rig.engine.uplinkStatus(clock: rig.clock).map {
      "\($0.name) \($0.mark) \($0.table)"
    }
    #expect(marks == ["isp3 0x300 8102", "isp1 0x100 8100", "isp2 0x200 8101"])
  }

  @Test
  func `the flows of an uplink that is no more end, for its mark is free`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    _ = rig.takeEffects()
    rig.handle(.configured(Rig.configuration(uplinks: [Rig.uplink(2)])))
    #expect(
      Rig.sweeps(rig.takeEffects())
        == Family.allCases.map {
          FlowFilter(mark: 0x100, mask: 0x3f00, family: $0, scope: .all)
        })
  }

  @Test
  func `numbers never exceed what the marks can tell apart`() {
    var slots = Slots(uplinks: ["a": 4, "b": 0])
    slots.assign(uplinks: ["a", "b"], groups: [], marks: MarkSpace(mask: 0x300))
    #expect(slots.uplinks == ["a": 1, "b": 0])
  }

  @Test
  func `a machine without a default route for a moment forgets no order`() throws {
    var rig = Rig()
    rig.run(for: .seconds(30))
    try rig.order(.drain(Rig.isp2, isForced: false))
    rig.handle(.configured(Configuration()))
    rig.handle(.configured(Rig.dualWAN))
    #expect(rig.status.members.map(\.drained) == [false, true])
  }

  @Test
  func `a number that was given back is given to the next`() {
    var slots = Slots()
    slots.assign(uplinks: ["a", "b", "c"], groups: ["g"])
    slots.assign(uplinks: ["c", "a"], groups: ["g"])
    #expect(slots.uplinks == ["a": 0, "c": 2])
    slots.assign(uplinks: ["c", "d", "a", "e"], groups: ["h", "g"])
    #expect(slots.uplinks == ["a": 0, "d": 1, "c": 2, "e": 3])
    #expect(slots.groups == ["g": 0, "h": 1])
  }

  @Test
  func `numbers from a file that are out of range or given twice are given anew`() {
    var slots = Slots(uplinks: ["a": -1, "b": 5, "c": 5, "d": 4_000])
    slots.assign(uplinks: ["a", "b", "c", "d"], groups: [])
    #expect(slots.uplinks == ["a": 0, "b": 5, "c": 1, "d": 2])
  }

  @Test
  func `the same configuration again changes nothing`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    _ = rig.takeEffects()
    let health = rig.status.members
    rig.handle(.configured(Rig.dualWAN))
    #expect(rig.takeEffects() == [])
    #expect(rig.status.members == health)
  }

  @Test
  func `runs of checks that a reload does not touch keep what they know`() throws {
    var rig = Rig()
    rig.run(for: .seconds(95))
    let before = try #require(rig.status.members.first?.checks.first)
    #expect(before.sent > 5)
    rig.handle(
      .configured(Rig.configuration(uplinks: [Rig.uplink(3), Rig.uplink(1), Rig.uplink(2)])))
    #expect(rig.status.members.first { $0.name == "isp1" }?.checks.first == before)
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `a check with other numbers starts anew, and the holder stays meanwhile`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(60))
    #expect(rig.active == ["isp2"])
    rig.answering = []
    rig.handle(
      .configured(Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(5))))
    #expect(rig.health(Rig.isp2) == .unknown)
    #expect(rig.active == ["isp2"])
  }

  @Test
  func `a run that a reload made new probes at once`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    let sent = rig.probes.count
    rig.handle(
      .configured(Rig.configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(5))))
    rig.run(for: .seconds(1))
    #expect(rig.probes.count >= sent + 2)
    #expect(rig.health(Rig.isp1) == .up)
  }

  @Test
  func `a member taken out of the file holds no longer`() {
    var rig = Rig()
    rig.handle(.configured(Rig.configuration(uplinks: [Rig.uplink(2)])))
    #expect(rig.active == ["isp2"])
    #expect(rig.engine.decisions.last?.causes.first?.event == .configured)
    #expect(rig.way == [Rig.ether2])
    #expect(!rig.engine.wanted.routes.contains { $0.table == Ours.table(uplink: 0) })
  }

  /// Only `Instant`s come in: were every one of them a day later, nothing else would be so.
  @Test
  func `nothing depends on what the clocks show`() {
    func story(from start: Instant) -> [[MemberID]] {
      var engine = Engine(seed: 3)
      var kernel = KernelState()
      for (index, uplink) in zip([Rig.ether1, Rig.ether2], Rig.dualWAN.uplinks) {
        kernel.apply(.link(Rig.link(index, uplink.interface.text)))
        kernel.apply(.address(HeldAddress(interface: index, address: uplink.addresses[0])))
      }
      _ = engine.handle(.configured(Rig.dualWAN), at: start)
      _ = engine.handle(.resynced(kernel), at: start)
      var sent: [String] = []
      while let wake = engine.nextWake, wake.at < start + .seconds(60) {
        let effects = engine.handle(.woke, at: wake.at)
        sent.append("\(wake.at - start) \(effects.count)")
      }
      _ = engine.handle(.observed([.linkGone(Rig.ether1)]), at: start + .seconds(60))
      #expect(sent.count > 5)
      return engine.decisions.map(\.preferred)
    }
    #expect(story(from: .zero) == story(from: .zero + .seconds(86_400)))
  }

  @Test
  func `an address changed within the gateway's network moves nothing`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    let decided = rig.engine.decisions.count
    var changed = Rig.dualWAN
    changed.uplinks[0] = Uplink(
      name: "isp1", interface: changed.uplinks[0].interface,
      addresses: [InterfaceAddress("10.10.1.77/24")!], gateways: [Rig.gateway1], nat: .masquerade)
    rig.handle(.configured(changed))
    #expect(rig.engine.decisions.count == decided)
    #expect(rig.active == ["isp1"])
  }

  @Test(arguments: [true, false])
  func `the longest prefix is asked for first, whatever came first`(isFirst: Bool) throws {
    var rig = Rig()
    let partner = Group(
      name: "partner", holding: .route(Prefix(IPAddress("203.0.113.0")!, length: 24)),
      members: Rig.dualWAN.groups[0].members)
    var both = Rig.dualWAN
    both.groups.insert(partner, at: isFirst ? 0 : 1)
    rig.handle(.configured(both))
    let rules = rig.engine.wanted.rules.filter { $0.priority >= Ours.Priority.group(0) }.sorted()
    // The partner's table is the second, for the numbers stay.
    #expect(rules.map(\.table) == [Ours.table(group: 1), Ours.table(group: 0)])
  }

  @Test
  func `the flows of several that are no more end in the order of their marks`() {
    var rig = Rig(Rig.configuration(uplinks: (1...6).map { Rig.uplink($0) }))
    _ = rig.takeEffects()
    rig.handle(.configured(Rig.configuration(uplinks: [Rig.uplink(3)])))
    let marks = Rig.sweeps(rig.takeEffects()).filter { $0.family == .ipv4 }.map(\.mark)
    #expect(marks == [0x100, 0x200, 0x400, 0x500, 0x600])
  }

  @Test
  func `that a member was drained is forgotten with it`() throws {
    var rig = Rig()
    rig.run(for: .seconds(30))
    try rig.order(.drain(Rig.isp2, isForced: false))
    rig.handle(.configured(Rig.configuration(uplinks: [Rig.uplink(1)])))
    #expect(rig.engine.memory.drained == [])
    rig.handle(.configured(Rig.dualWAN))
    #expect(rig.status.members.map(\.drained) == [false, false])
  }

  @Test
  func `of a group that is given another destination nobody holds it until the kernel says so`() {
    var rig = Rig()
    #expect(rig.active == ["isp1"])
    var changed = Rig.dualWAN
    let group = changed.groups[0]
    let partner = Prefix(IPAddress("203.0.113.0")!, length: 24)
    changed.groups[0] = Group(
      name: group.name, holding: .route(partner), members: group.members, judge: group.judge,
      damping: nil)
    let followed = rig.engine.handle(.configured(changed), at: rig.now)
    #expect(rig.active == [] && rig.status.preferred == ["isp1"])
    rig.take(followed)
    #expect(rig.active == ["isp1"])
  }
}
