import Config
import Engine
import Model
import Testing
import Wire

/// An engine between a kernel that obeys at once and gateways that answer after a millisecond.
struct Rig {
  var engine: Engine
  private(set) var now = Instant.zero + .seconds(1)
  private(set) var effects: [Effect] = []  // since they were last taken
  private(set) var probes: [Datagram] = []
  /// What the wall clock shows more than the monotonic one, and the zone it is read in.
  var wallAhead = Duration.zero
  var zone = Duration.zero
  private(set) var clockReadings = 0
  private(set) var memories: [Memory] = []  // all that were to be remembered
  /// Who answers; all others are mute.
  var answering: Set<IPAddress> = []
  /// By which nothing can be sent.
  var stuck: Set<InterfaceIndex> = []
  private var replies: [(at: Instant, echo: NumberedEcho, source: IPAddress, on: InterfaceIndex)] =
    []

  static let isp1 = MemberID.uplink("isp1")
  static let isp2 = MemberID.uplink("isp2")
  static let gateway1 = IPAddress("10.10.1.1")!
  static let gateway2 = IPAddress("10.20.1.1")!
  static let ether1 = InterfaceIndex(2)
  static let ether2 = InterfaceIndex(3)

  /// The dual WAN of the manual.
  static let dualWAN = configuration(uplinks: [uplink(1), uplink(2)])

  static func uplink(_ number: Int, judge: Judge? = nil) -> Uplink {
    Uplink(
      name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
      addresses: [InterfaceAddress("10.\(number)0.1.2/24")!],
      gateways: [IPAddress("10.\(number)0.1.1")!], nat: .masquerade, judge: judge)
  }

  static func configuration(
    uplinks: [Uplink], kind: CheckKind = .ping, targets: [CheckTarget] = [.gateway],
    every: Duration = .seconds(10), timeout: Duration = .seconds(1),
    fall: Int = 2, rise: Int = 1, quality: Quality? = nil, judge: Judge? = .check("gateway"),
    failback: Failback = .auto, damping: Damping? = nil, flows: FlowRules = .move
  ) -> Configuration {
    let check = CheckDefinition(
      name: "gateway", kind: kind, targets: targets, every: every, timeout: timeout, fall: fall,
      rise: rise, quality: quality)
    let members = uplinks.enumerated().map { Member(.uplink($1.name), tier: $0 + 1) }
    let group = Group(
      name: "internet", holding: .route(.defaultV4), members: members, judge: judge,
      failback: failback, damping: damping, flows: flows)
    return Configuration(uplinks: uplinks, checks: [check], groups: [group])
  }

  /// - Parameter found: the kernel as an earlier daemon left it; nil: untouched.
  init(
    _ configuration: Configuration = dualWAN, memory: Memory = Memory(),
    answering: Set<IPAddress> = [gateway1, gateway2], kernel found: KernelState? = nil,
    seed: UInt64 = 1
  ) {
    engine = Engine(seed: seed)
    self.answering = answering
    handle(.remembered(memory))
    handle(.configured(configuration))
    var kernel = found ?? KernelState()
    for (place, uplink) in configuration.uplinks.enumerated() {
      kernel.apply(.link(Self.link(InterfaceIndex(Int32(place) + 2), uplink.interface.text)))
    }
    handle(.resynced(kernel))
    run(for: .milliseconds(100))
  }

  static func link(
    _ index: InterfaceIndex, _ name: String, isUp: Bool = true, hasCarrier: Bool = true,
    hardware: HardwareAddress? = HardwareAddress("02:00:00:00:00:01")
  ) -> Link {
    Link(
      index: index, name: InterfaceName(name)!, isUp: isUp, hasCarrier: hasCarrier,
      isOperational: hasCarrier, hardwareAddress: hardware)
  }

  @discardableResult
  mutating func handle(_ event: Event) -> [Effect] {
    let followed = engine.handle(event, at: now)
    take(followed)
    if let due = engine.asksForClockAt, due <= now {
      clockReadings += 1
      handle(.clock(clock))
    }
    return followed
  }

  @discardableResult
  mutating func order(_ command: Command) throws(CommandRefused) -> String {
    let (answer, followed) = try engine.carryOut(command, at: now)
    take(followed)
    return answer
  }

  mutating func carrier(_ index: InterfaceIndex, _ hasCarrier: Bool) -> [Effect] {
    handle(.observed([.link(Self.link(index, "ether\(index.value - 1)", hasCarrier: hasCarrier))]))
  }

  /// - Parameter changing: what comes instead of an honest reply.
  mutating func run(
    for duration: Duration, changing: ((Datagram, NumberedEcho) -> NumberedEcho?)? = nil
  ) {
    let end = now + duration
    while let next = [engine.wakesAt, replies.map(\.at).min()].compactMap({ $0 }).min(),
      next <= end
    {
      #expect(engine.wakesAt == engine.nextWake?.at)
      now = max(now, next)
      let due = replies.filter { $0.at <= now }
      replies.removeAll { $0.at <= now }
      for reply in due { handle(.received(.echo(reply.echo, from: reply.source), on: reply.on)) }
      let sent = probes.count
      handle(.woke)
      for probe in probes[sent...] { answer(probe, changing) }
    }
    now = end
  }

  /// Nobody looks for so long, and what comes meanwhile waits.
  mutating func stall(for duration: Duration) { now = now + duration }

  mutating func answer(
    _ probe: Datagram, _ changing: ((Datagram, NumberedEcho) -> NumberedEcho?)? = nil
  ) {
    guard answering.contains(probe.destination), case .echo(let echo) = probe.medium,
      let reply = changing.map({ $0(probe, echo) }) ?? echo
    else { return }
    replies.append((now + .milliseconds(1), reply, probe.destination, probe.interface))
  }

  mutating func take(_ followed: [Effect]) {
    effects += followed
    for effect in followed {
      if case .transmit(let packet) = effect {
        if stuck.contains(packet.datagram.interface) {
          handle(.answered(packet.probe, .unsent("ENOBUFS")))
        } else {
          probes.append(packet.datagram)
        }
      }
      if case .remember(let memory) = effect { memories.append(memory) }
      if case .want(let wanted) = effect { obey(wanted) }
    }
  }

  /// The kernel takes everything, additions first.
  private mutating func obey(_ wanted: Wanted) {
    let observed = engine.observed
    var deltas = wanted.addresses.filter { !observed.holds($0) }.sorted()
      .map(KernelState.Delta.address)
    deltas += wanted.routes.subtracting(observed.routes).sorted().map(KernelState.Delta.route)
    deltas += observed.routes.subtracting(wanted.routes).sorted().map(KernelState.Delta.routeGone)
    deltas += wanted.rules.subtracting(observed.rules).sorted().map(KernelState.Delta.rule)
    deltas += observed.rules.subtracting(wanted.rules).sorted().map(KernelState.Delta.ruleGone)
    if !deltas.isEmpty { handle(.observed(deltas)) }
  }
}

// MARK: - What came of it

extension Rig {
  mutating func takeEffects() -> [Effect] {
    defer { effects = [] }
    return effects
  }

  static func sweeps(_ effects: [Effect]) -> [FlowFilter] {
    effects.compactMap { if case .sweep(let filter) = $0 { filter } else { nil } }
  }

  var clock: ClockReading {
    let wall = (now - .zero) + wallAhead
    return ClockReading(
      monotonic: now,
      wall: Timestamp(nanoseconds: wall.nanoseconds, offset: zone.components.seconds))
  }
  var status: GroupStatus { engine.groupStatus(clock: clock)[0] }
  var active: [String] { status.active }
  var sentences: [String] { engine.explanation(of: "internet", clock: clock)?.sentences ?? [] }

  func health(_ member: MemberID) -> Health {
    status.members.first { $0.name == member.text }?.health ?? .unknown
  }

  /// By which interface the group's table leads.
  var way: [InterfaceIndex] {
    engine.observed.routes(in: Ours.table(group: 0)).flatMap(\.hops).map(\.interface)
  }

  func hasMarkRule(_ slot: Int) -> Bool {
    engine.observed.rules.contains { $0.priority == Ours.Priority.mark(slot) }
  }
}
