import Config
import Engine
import Model
import Testing

/// Several groups, and links without one: what is said and remembered of each.
struct StandingTests {
  private static let partner = Prefix(IPAddress("203.0.113.0")!, length: 24)

  private static func group(
    _ members: [Int], _ name: GroupName = "internet", to destination: Prefix = .defaultV4,
    damping: Damping? = nil
  ) -> Group {
    Group(
      name: name, holding: .route(destination),
      members: members.enumerated().map {
        Member(.uplink(UplinkName("isp\($1)")), tier: $0 + 1)
      }, damping: damping)
  }

  private static func rig(_ groups: [Group], uplinks: [Int] = [1, 2, 3]) -> Rig {
    Rig(Configuration(uplinks: uplinks.map { Rig.uplink($0) }, groups: groups))
  }

  private static let two = [
    group([1, 2]), group([2, 1], "partner", to: partner),
  ]

  @Test
  func `an order's answer names whoever is to hold that group, and not another's`() throws {
    var rig = Self.rig(Self.two, uplinks: [1, 2])
    let first = try rig.order(.auto("internet"))
    #expect(first == "internet: policy rules again; isp1 is to hold it")
    let second = try rig.order(.failback("partner"))
    #expect(second == "partner: back to its best eligible member; isp2 is to hold it")
  }

  @Test
  func `an order that leaves a group to nobody says so`() throws {
    var rig = Self.rig([Self.group([1, 2])], uplinks: [1, 2])
    rig.handle(.observed([.linkGone(Rig.ether1), .linkGone(Rig.ether2)]))
    let answer = try rig.order(.auto("internet"))
    #expect(answer == "internet: policy rules again; nobody can hold it now")
  }

  @Test
  func `a drain asks nothing of groups that the member is not in`() throws {
    var rig = Self.rig([Self.group([1, 3]), Self.group([2], "partner", to: Self.partner)])
    _ = rig.carrier(Rig.ether2, false)
    let answer = try rig.order(.drain(Rig.isp1, isForced: false))
    #expect(answer == "isp1 is drained; `siaga undrain isp1` puts it back")
    #expect(rig.active == ["isp3"])
  }

  @Test
  func `a pin is forgotten with its group`() throws {
    var rig = Self.rig(Self.two, uplinks: [1, 2])
    try rig.order(.pin("partner", Rig.isp1, isHard: true))
    #expect(rig.memories.last?.pins.count == 1)
    rig.handle(
      .configured(Configuration(uplinks: [Rig.uplink(1), Rig.uplink(2)], groups: [Self.two[0]])))
    #expect(rig.memories.last?.pins == [:])
  }

  @Test
  func `marked packets may use a link that no group has, while it can be used`() {
    var rig = Self.rig([Self.group([1])], uplinks: [1, 2])
    #expect(rig.hasMarkRule(1))
    _ = rig.carrier(Rig.ether2, false)
    #expect(!rig.hasMarkRule(1))
  }

  @Test
  func `a machine without a default route for a moment forgives no flapping`() {
    var rig = Self.rig([Self.group([1, 2], damping: .standard)], uplinks: [1, 2])
    let configuration = rig.engine.configuration
    for _ in 0..<3 {
      _ = rig.carrier(Rig.ether1, false)
      _ = rig.carrier(Rig.ether1, true)
    }
    #expect(rig.active == ["isp2"])
    rig.handle(.configured(Configuration()))
    rig.handle(.observed([.link(Rig.link(Rig.ether1, "ether1"))]))
    rig.handle(.configured(configuration))
    #expect(rig.active == ["isp2"] && rig.status.members[0].trustedAt != nil)
  }

  @Test
  func `a member that the file has no more takes its past with it`() {
    var rig = Self.rig([Self.group([1, 2], damping: .standard)], uplinks: [1, 2])
    let configuration = rig.engine.configuration
    for _ in 0..<3 {
      _ = rig.carrier(Rig.ether1, false)
      _ = rig.carrier(Rig.ether1, true)
    }
    rig.handle(
      .configured(
        Configuration(
          uplinks: [Rig.uplink(2)], groups: [Self.group([2], damping: .standard)])))
    #expect(rig.memories.last?.unrest == [:])
    rig.handle(.configured(configuration))
    #expect(rig.active == ["isp1"])
  }

  @Test
  func `since when a group and its members stand as they do is told`() {
    var rig = Self.rig([Self.group([1, 2, 3])])
    rig.run(for: .seconds(10))
    let (first, start) = (rig.status.since, rig.status.members.map(\.since))
    _ = rig.carrier(Rig.ether1, false)
    let second = rig.status
    #expect(second.since > first && second.members[0].since > start[0])
    #expect(second.members[1...].map(\.since) == Array(start[1...]))
    // The state stays what it was, and another holds.
    rig.run(for: .seconds(10))
    _ = rig.carrier(Rig.ether2, false)
    #expect(rig.status.state == second.state && rig.status.since > second.since)
    #expect(rig.status.members[0].since == second.members[0].since)
  }

  /// The kernel takes its time.
  @Test
  func `how long a switch took is told once the kernel has confirmed it`() {
    var engine = Engine(seed: 1)
    let configuration = Self.rig([Self.group([1, 2])], uplinks: [1, 2]).engine.configuration
    var kernel = KernelState()
    for (index, uplink) in zip([Rig.ether1, Rig.ether2], configuration.uplinks) {
      kernel.apply(.link(Rig.link(index, uplink.interface.text)))
      kernel.apply(.address(HeldAddress(interface: index, address: uplink.addresses[0])))
    }
    _ = engine.handle(.configured(configuration), at: .zero)
    _ = engine.handle(.resynced(kernel), at: .zero)
    #expect(engine.groupStates.map(\.took) == [nil])
    let table = engine.wanted.routes.filter { $0.table == Ours.table(group: 0) }
    _ = engine.handle(
      .observed(table.map { .route($0) }), at: .zero + .milliseconds(7))
    #expect(engine.groupStates.map(\.took) == [.milliseconds(7)])
    _ = engine.handle(
      .observed([.link(Rig.link(InterfaceIndex(9), "other"))]), at: .zero + .seconds(1))
    #expect(engine.groupStates.map(\.took) == [.milliseconds(7)])
  }

  /// Two links without a carrier, and what an earlier daemon left in the group's table.
  private static func found(_ routes: [KernelState.Delta]) -> Engine {
    var engine = Engine(seed: 1)
    let configuration = rig([group([1, 2])], uplinks: [1, 2]).engine.configuration
    var kernel = KernelState()
    for (index, uplink) in zip([Rig.ether1, Rig.ether2], configuration.uplinks) {
      kernel.apply(.link(Rig.link(index, uplink.interface.text, hasCarrier: false)))
      kernel.apply(.address(HeldAddress(interface: index, address: uplink.addresses[0])))
    }
    _ = engine.handle(.configured(configuration), at: .zero)
    _ = engine.handle(.resynced(kernel), at: .zero)
    _ = engine.handle(.observed(routes), at: .zero)
    return engine
  }

  private static func route(_ destination: Prefix, origin: UInt8 = Ours.origin) -> Route {
    let hop = NextHop(interface: Rig.ether2, gateway: Rig.gateway2)
    return Route(destination, table: Ours.table(group: 0), hops: [hop], origin: origin)
  }

  private func stand(_ engine: Engine) -> [[String]] {
    let clock = ClockReading(monotonic: .zero, wall: Timestamp(nanoseconds: 0))
    return engine.groupStatus(clock: clock).map { [$0.active, $0.preferred].flatMap { $0 } }
  }

  @Test
  func `who is found holding while nobody can be used is left there`() {
    let engine = Self.found([.route(Self.route(.defaultV4))])
    #expect(stand(engine) == [["isp2", "isp2"]])
    #expect(stand(Self.found([])) == [[]])
  }

  @Test
  func `only our own route to what the group holds makes a holder`() {
    #expect(stand(Self.found([.route(Self.route(Self.partner))])) == [[]])
    #expect(stand(Self.found([.route(Self.route(.defaultV4, origin: 3))])) == [[]])
  }

  // MARK: A kernel that takes its time

  /// isp1 holds, as the kernel confirms; what comes now it has not done yet.
  private static func slow(_ failback: Failback = .auto) -> Engine {
    let configuration = Rig.configuration(
      uplinks: [Rig.uplink(1), Rig.uplink(2)], judge: nil, failback: failback)
    var kernel = KernelState()
    for (index, uplink) in zip([Rig.ether1, Rig.ether2], configuration.uplinks) {
      kernel.apply(.link(Rig.link(index, uplink.interface.text)))
      kernel.apply(.address(HeldAddress(interface: index, address: uplink.addresses[0])))
    }
    let hop = NextHop(interface: Rig.ether1, gateway: Rig.gateway1)
    kernel.apply(.route(.ours(.defaultV4, table: Ours.table(group: 0), hops: [hop])))
    var engine = Engine(seed: 1)
    _ = engine.handle(.configured(configuration), at: .zero)
    _ = engine.handle(.resynced(kernel), at: .zero)
    return engine
  }

  private static let news = Event.observed([.link(Rig.link(InterfaceIndex(9), "other"))])

  @Test
  func `until the kernel has confirmed a switch, no flow ends and nothing has taken its time`()
    throws
  {
    var engine = Self.slow()
    let (_, effects) = try engine.carryOut(
      .pin("internet", Rig.isp2, isHard: false), at: .zero + .seconds(1))
    let more = engine.handle(Self.news, at: .zero + .seconds(2))
    #expect(Rig.sweeps(effects + more).isEmpty)
    #expect(engine.groupStates.map(\.took) == [nil] && stand(engine) == [["isp1", "isp2"]])
  }

  @Test
  func `a switch that is taken back before the kernel did it took no time`() throws {
    var engine = Self.slow()
    _ = try engine.carryOut(.pin("internet", Rig.isp2, isHard: false), at: .zero + .seconds(1))
    _ = try engine.carryOut(.auto("internet"), at: .zero + .seconds(2))
    #expect(engine.groupStates.map(\.took) == [.zero] && stand(engine) == [["isp1", "isp1"]])
  }

  @Test
  func `who was chosen last counts as the holder, though the kernel is not there yet`() {
    var engine = Self.slow(.manual)
    for hasCarrier in [false, true] {
      _ = engine.handle(
        .observed([.link(Rig.link(Rig.ether1, "ether1", hasCarrier: hasCarrier))]),
        at: .zero + .seconds(1))
    }
    #expect(stand(engine) == [["isp1", "isp2"]])
  }

  // MARK: Checks and pins

  @Test
  func `marked packets may use a link that one of its groups finds good enough`() {
    let checked = Rig.configuration(
      uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500))
    var configuration = checked
    configuration.groups.append(Self.group([1, 2], "partner", to: Self.partner))
    var rig = Rig(configuration, answering: [Rig.gateway2])
    rig.run(for: .seconds(10))
    #expect(rig.active == ["isp2"] && rig.hasMarkRule(0))
  }

  @Test
  func `of a link that cannot be used, and that nobody checks, nothing is known`() {
    var rig = Self.rig([Self.group([1, 2])], uplinks: [1, 2])
    #expect(rig.health(Rig.isp1) == .up)
    _ = rig.carrier(Rig.ether1, false)
    #expect(rig.health(Rig.isp1) == .unknown)
  }

  @Test
  func `a pin outlives a reload, and one of a stranger is none`() throws {
    var rig = Self.rig([Self.group([1, 2])], uplinks: [1, 2])
    try rig.order(.pin("internet", Rig.isp2, isHard: false))
    rig.handle(.configured(rig.engine.configuration))
    #expect(rig.status.pinned == "isp2" && rig.active == ["isp2"])
    var memory = Memory()
    memory.pins["internet"] = Memory.Pin(member: .uplink("isp9"), isHard: true)
    let other = Rig(memory: memory)
    #expect(other.status.pinned == nil && other.active == ["isp1"])
  }

  @Test
  func `an order to fail back ends a pin, and a pin says until when it holds`() throws {
    var rig = Self.rig([Self.group([1, 2])], uplinks: [1, 2])
    let soft = try rig.order(.pin("internet", Rig.isp2, isHard: false))
    #expect(soft == "internet: isp2 holds it until `siaga auto internet`, or until it fails")
    let hard = try rig.order(.pin("internet", Rig.isp2, isHard: true))
    #expect(hard == "internet: isp2 holds it until `siaga auto internet`, whatever happens")
    try rig.order(.failback("internet"))
    #expect(rig.status.pinned == nil && rig.active == ["isp1"])
  }
}
