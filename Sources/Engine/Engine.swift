import Checks
import Config
import Model
import Wire

/// What Siaga knows, and what follows from it: a value. Events and `now` go in, effects come
/// out. The daemon, `plan`, the simulator and the tests run this same code.
public struct Engine: Sendable {
  public private(set) var configuration = Configuration()
  public private(set) var observed = KernelState()
  public private(set) var wanted = Wanted()
  public private(set) var decisions: [Decision] = []  // the newest last
  var memory = Memory()
  var watches: [UplinkName: UplinkWatch] = [:]
  var probes: ProbeBoard
  var keepers: [GroupKeeper] = []  // file order
  private var causes: [Cause] = []
  private var memberSince: [MemberID: (key: StandingKey, at: Instant)] = [:]
  private var nextDecision: UInt64 = 1
  private var isStale = false  // something changed that choices or wanted follow from

  /// How many decisions are kept for `explain`.
  public static let remembered = 200

  /// - Parameter seed: of probe cookies and identifiers; an outsider must not know it.
  public init(seed: UInt64) {
    probes = ProbeBoard(seed: seed)
  }

  public mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    switch event {
    case .configured(let configuration):
      configured(configuration, at: now, &effects)
    case .resynced(let state):
      observed = state
      looked(at: now, &effects)
    case .observed(let deltas):
      deltas.forEach { observed.apply($0) }
      looked(at: now, &effects)
    case .received(let message, let source, let index):
      received(message, from: source, on: index, at: now)
    case .unsent(let probe, let reason):
      probes.unsent(probe, reason: reason)
    case .remembered(let memory):
      remembered(memory)
    case .woke:
      woke(at: now, &effects)
    }
    settle(at: now, &effects)
    return effects
  }

  /// When the engine must be woken, and what for.
  public var nextWake: Wake? {
    keepers.reduce(probes.nextWake) { Wake.earlier($0, $1.choice?.nextWake) }
  }
}

// MARK: - Events

extension Engine {
  private mutating func configured(
    _ configuration: Configuration, at now: Instant, _ effects: inout [Effect]
  ) {
    let isFirst = keepers.isEmpty
    let before = memory
    self.configuration = configuration
    memory.slots.assign(
      uplinks: configuration.uplinks.map(\.name), groups: configuration.groups.map(\.name))
    let known = Set(configuration.groups.flatMap { $0.members.map(\.id) })
    memory.drained.formIntersection(known)
    keepers = configuration.groups.map { group in
      if let old = keepers.first(where: { $0.group.name == group.name }) {
        return GroupKeeper(group: group, after: old)
      }
      var keeper = GroupKeeper(group: group, at: now)
      keeper.pin = memory.pins[group.name].flatMap { group.seat(of: $0.member) == nil ? nil : $0 }
      return keeper
    }
    rememberPins()
    if memory != before { effects.append(.remember(memory)) }
    watches = Dictionary(
      uniqueKeysWithValues: configuration.uplinks.map { ($0.name, UplinkWatch($0)) })
    probes.configured(configuration)
    note(isFirst ? .started : .configured, at: now)
    looked(at: now, &effects)
  }

  /// Pins and drains of before apply to what the configuration still has; they come first.
  private mutating func remembered(_ memory: Memory) {
    self.memory = memory
    isStale = true
  }

  /// The kernel changed: who is usable now, and who holds?
  private mutating func looked(at now: Instant, _ effects: inout [Effect]) {
    isStale = true
    for uplink in configuration.uplinks {
      guard var watch = watches[uplink.name] else { continue }
      let before = watch
      watch.observed(observed)
      guard watch != before else { continue }
      watches[uplink.name] = watch
      if watch.index != before.index || watch.isUsable != before.isUsable {
        probes.linkChanged(uplink.name, isUsable: watch.isUsable, at: now)
      }
      if !watch.isUsable, watch.obstacles != before.obstacles {
        note(.becameUnusable(watch.id, watch.obstacles), at: now)
      } else if watch.isUsable, !before.isUsable {
        note(.becameUsable(watch.id), at: now)
      }
    }
    confirmHoldings(at: now, &effects)
  }

  private mutating func received(
    _ message: [UInt8], from source: IPAddress, on index: InterfaceIndex, at now: Instant
  ) {
    // Anything but a well-formed echo reply is nobody's answer: it is dropped here.
    guard let echo = try? ICMPEcho(parsing: message) else { return }
    let verdict = probes.received(echo, from: source, at: now) { watches[$0]?.index == index }
    if let verdict { judged(verdict, at: now) }
  }

  private mutating func woke(at now: Instant, _ effects: inout [Effect]) {
    for step in probes.woke(at: now, watches: watches) {
      switch step {
      case .send(let datagram, let id): effects.append(.transmit(datagram, id))
      case .verdict(let verdict): judged(verdict, at: now)
      }
    }
    for keeper in keepers {
      guard let wake = keeper.choice?.nextWake, wake.at <= now, case .trust(let id) = wake.why
      else { continue }
      note(.trusted(id), at: now)
      isStale = true
    }
  }

  private mutating func judged(_ verdict: ProbeBoard.Verdict, at now: Instant) {
    isStale = true
    let reading = verdict.reading.reading
    let id = MemberID.uplink(verdict.uplink)
    switch verdict.reading.health {
    case .down:
      note(
        .wentDown(
          id, verdict.reading.check, target: verdict.reading.target,
          lostInARow: reading.lostInARow, lastAnswer: reading.lastAnswer), at: now)
    case .up:
      note(
        .wentUp(
          id, verdict.reading.check, target: verdict.reading.target,
          answeredInARow: reading.answeredInARow), at: now)
    case .unknown:
      break
    }
  }

  private mutating func note(_ event: Cause.Event, at now: Instant) {
    causes.append(Cause(at: now, event: event))
  }
}

// MARK: - Orders

extension Engine {
  /// - Returns: a sentence for the operator, and what is to be done.
  public mutating func carryOut(
    _ command: Command, at now: Instant
  ) throws(CommandRefused) -> (answer: String, effects: [Effect]) {
    let answer: String
    var failingBack: GroupName?
    switch command {
    case .pin(let name, let member, let isHard):
      answer = try pin(name, member, isHard: isHard)
    case .failback(let name):
      let index = try keeper(name)
      keepers[index].pin = nil
      failingBack = name
      answer = "\(name): back to the best member that is eligible"
    case .auto(let name):
      let index = try keeper(name)
      keepers[index].pin = nil
      answer = "\(name): policy rules again"
    case .drain(let member, let isForced):
      answer = try drain(member, isForced: isForced, at: now)
    case .undrain(let member):
      try known(member)
      answer = memory.drained.remove(member) == nil ? "\(member) was not drained" : "\(member) is back in service"
    }
    rememberPins()
    note(.ordered(command), at: now)
    isStale = true
    var effects: [Effect] = [.remember(memory)]
    settle(at: now, failingBack: failingBack, &effects)
    return (answer, effects)
  }

  private mutating func pin(
    _ name: GroupName, _ member: MemberID, isHard: Bool
  ) throws(CommandRefused) -> String {
    let index = try keeper(name)
    let group = keepers[index].group
    guard group.seat(of: member) != nil else {
      let names = group.members.map(\.id.text).joined(separator: ", ")
      throw CommandRefused("\(member) is not a member of \(name); its members are \(names)")
    }
    let standing = standing(of: member, in: group)
    guard isHard || (standing.isUsable && standing.health != .down) else {
      let why = standing.isUsable ? "its checks say down" : standing.obstacles.map(\.sentence).joined(separator: ", ")
      throw CommandRefused("\(member) cannot hold \(name) now: \(why); --hard pins it all the same")
    }
    keepers[index].pin = Memory.Pin(member: member, isHard: isHard)
    return "\(name): \(member) holds it until `siaga auto \(name)`"
      + (isHard ? ", whatever happens" : ", or until it fails")
  }

  private mutating func drain(
    _ member: MemberID, isForced: Bool, at now: Instant
  ) throws(CommandRefused) -> String {
    try known(member)
    for keeper in keepers where keeper.group.seat(of: member) != nil {
      if keeper.pin?.member == member {
        throw CommandRefused(
          "\(member) is pinned in \(keeper.group.name); `siaga auto \(keeper.group.name)` first")
      }
      let others = keeper.group.members.filter {
        $0.id != member && standing(of: $0.id, in: keeper.group).isEligible(at: now)
      }
      if others.isEmpty, !isForced {
        throw CommandRefused(
          "\(member) is the last eligible member of \(keeper.group.name); --force drains it all the same")
      }
    }
    memory.drained.insert(member)
    return "\(member) is drained; `siaga undrain \(member)` puts it back"
  }

  private func keeper(_ name: GroupName) throws(CommandRefused) -> Int {
    guard let index = keepers.firstIndex(where: { $0.group.name == name }) else {
      let names = keepers.map(\.group.name.text).joined(separator: ", ")
      throw CommandRefused("there is no group \(name); the groups are \(names)")
    }
    return index
  }

  private func known(_ member: MemberID) throws(CommandRefused) {
    let members = keepers.flatMap { $0.group.members.map(\.id) }
    guard members.contains(member) else {
      let names = Set(members.map(\.text)).sorted().joined(separator: ", ")
      throw CommandRefused("there is no member \(member); the members are \(names)")
    }
  }

  private mutating func rememberPins() {
    memory.pins = [:]
    for keeper in keepers {
      memory.pins[keeper.group.name] = keeper.pin
    }
  }
}

// MARK: - What follows

extension Engine {
  private mutating func settle(
    at now: Instant, failingBack: GroupName? = nil, _ effects: inout [Effect]
  ) {
    // A decision follows from what was just handled; what led to none is over.
    defer { causes = [] }
    guard isStale else { return }
    isStale = false
    for index in keepers.indices {
      let group = keepers[index].group
      let standings = Dictionary(
        uniqueKeysWithValues: group.members.map { ($0.id, standing(of: $0.id, in: group)) })
      noteSince(standings, at: now)
      let isFailingBack = failingBack == group.name
      guard let change = keepers[index].chose(standings, isFailingBack: isFailingBack, at: now)
      else { continue }
      decide(index, change, at: now, &effects)
    }
    let next = compiled
    guard next != wanted else { return }
    wanted = next
    effects.append(.want(next))
  }

  private mutating func decide(
    _ index: Int, _ change: (from: [MemberID], choice: Choice), at now: Instant,
    _ effects: inout [Effect]
  ) {
    let group = keepers[index].group
    // Before there is anything to hold, there is nothing to tell.
    guard !(change.from.isEmpty && change.choice.preferred.isEmpty) else { return }
    let decision = Decision(
      id: nextDecision, group: group.name, at: now, from: change.from,
      preferred: change.choice.preferred, state: change.choice.state,
      causes: causes.filter { $0.concerns(group) },
      readings: group.members.map { reading(of: $0.id, in: group) },
      lacking: change.choice.lacking)
    nextDecision += 1
    decisions.append(decision)
    if decisions.count > Self.remembered { decisions.removeFirst() }
    keepers[index].began(decision, reason: decision.reason)
    effects.append(.record(decision))
  }

  private var compiled: Wanted {
    Compiler(
      configuration: configuration, slots: memory.slots, watches: watches,
      preferred: Dictionary(
        uniqueKeysWithValues: keepers.map { ($0.group.name, $0.choice?.preferred ?? []) }),
      isAlive: isAlive
    ).compile()
  }

  /// Reads from our tables who holds each group, and ends the flows of those who left.
  private mutating func confirmHoldings(at now: Instant, _ effects: inout [Effect]) {
    let byIndex = Dictionary(
      watches.values.compactMap { watch in watch.index.map { ($0, watch.id) } },
      uniquingKeysWith: min)
    for index in keepers.indices {
      let group = keepers[index].group
      guard let slot = memory.slots.groups[group.name], case .route(let destination) = group.holding
      else { continue }
      let held = Set(
        observed.routes(in: Ours.table(group: slot))
          .filter { $0.isOurs && $0.destination == destination }
          .flatMap(\.hops).compactMap { byIndex[$0.interface] })
      let members = group.members.map(\.id).filter(held.contains)
      let departed = keepers[index].confirmed(members, at: now)
      effects += departed.compactMap { sweep(of: $0, after: group) }
    }
  }

  /// The flows of a link that no longer holds a group.
  private func sweep(of id: MemberID, after group: Group) -> Effect? {
    guard case .uplink(let name) = id, let slot = memory.slots.uplinks[name] else { return nil }
    let isAlive = isAlive(name)
    let holdsElsewhere = keepers.contains { $0.group.name != group.name && $0.holding.contains(id) }
    if isAlive, group.flows == .stay || holdsElsewhere { return nil }
    let marks = configuration.marks
    return .sweep(
      FlowFilter(
        mark: marks.mark(slot), mask: marks.mask, scope: isAlive ? .translated : .all))
  }
}

// MARK: - How members stand

extension Engine {
  func standing(of id: MemberID, in group: Group) -> Standing {
    guard case .uplink(let name) = id, let watch = watches[name] else {
      return Standing(obstacles: [.absent], health: .unknown)
    }
    return Standing(
      obstacles: watch.obstacles, health: health(of: watch, in: group),
      isDrained: memory.drained.contains(id))
  }

  private func health(of watch: UplinkWatch, in group: Group) -> Health {
    guard let judge = group.judge else { return watch.isUsable ? .up : .unknown }
    return judge.health { probes.health(watch.uplink.name, $0) }
  }

  func reading(of id: MemberID, in group: Group) -> MemberReading {
    guard case .uplink(let name) = id else {
      return MemberReading(member: id, standing: standing(of: id, in: group), checks: [])
    }
    let checks = (group.judge?.checks ?? []).compactMap { probes.reading(name, $0) }
    return MemberReading(member: id, standing: standing(of: id, in: group), checks: checks)
  }

  /// Packets marked with this link may use it: it is usable, and not all who judge it say down.
  private func isAlive(_ name: UplinkName) -> Bool {
    guard let watch = watches[name], watch.isUsable else { return false }
    let groups = keepers.map(\.group).filter { $0.seat(of: watch.id) != nil }
    return groups.isEmpty || groups.contains { health(of: watch, in: $0) != .down }
  }

  /// What must change for a member's `since` to start anew.
  private struct StandingKey: Equatable {
    let isUsable: Bool
    let health: Health
    let isDrained: Bool
  }

  private mutating func noteSince(_ standings: [MemberID: Standing], at now: Instant) {
    for (id, standing) in standings {
      let key = StandingKey(
        isUsable: standing.isUsable, health: standing.health, isDrained: standing.isDrained)
      if memberSince[id]?.key != key { memberSince[id] = (key, now) }
    }
  }

  func since(_ id: MemberID) -> Instant? {
    memberSince[id]?.at
  }
}

// MARK: - For the shell

extension Engine {
  /// The links whose carrier matters, by index.
  public var usedLinks: [InterfaceIndex] {
    configuration.uplinks.compactMap { watches[$0.name]?.index }
  }

  /// How long each group's last switch took; nil while the kernel has not confirmed it.
  public var groupStates: [(name: GroupName, took: Duration?)] {
    keepers.map { ($0.group.name, $0.lastSwitch?.took) }
  }
}
