import Checks
import Config
import Model

/// What Siaga knows, and what follows from it: a value. Events and `now` go in, effects come
/// out. The daemon, `plan`, the simulator and the tests run this same code.
public struct Engine: Sendable {
  public internal(set) var configuration = Configuration() {
    didSet { appointments = nil }
  }
  public internal(set) var observed = KernelState()
  public internal(set) var wanted = Wanted()
  public internal(set) var decisions: [Decision] = []  // the newest last
  public internal(set) var rivals: [Rival] = []  // rules of others that are in our way
  public internal(set) var memory = Memory()
  var watches: [UplinkName: UplinkWatch] = [:] {
    didSet { appointments = nil }
  }
  /// The links whose carrier matters, by index.
  public private(set) var usedLinks: [InterfaceIndex] = []
  var probes: ProbeBoard
  var keepers: [GroupKeeper] = [] {  // file order
    didSet { appointments = nil }
  }
  var seats: [UplinkName: [Int]] = [:]  // in which keepers' groups it is a member
  var living = PerFamily<Set<UplinkName>> { _ in [] }  // whose marked packets may use them
  var fixed = Wanted()  // the part that follows from the configuration alone
  var causes: [Cause] = []
  var clock: ClockReading? {  // the last one handed in
    didSet { appointments = nil }
  }
  var nextDecision: UInt64 = 1
  var random: RandomSource  // for what must not be done by all at once
  var tellers: [PrefixTeller] = [] {  // of hosts inside, by interface
    didSet { appointments = nil }
  }
  var ears: [Ear] = []  // where router discovery is listened to
  var appointments: Appointments?  // nil: something that they follow from has changed since
  var isBlind = true  // until the kernel has been read once: there is nothing to decide on
  var isStale = false  // something changed that choices or wanted follow from
  var mustListen = false  // links came or went
  var mustAnnounce = false  // something changed that hooks may have to be told

  /// How many decisions are kept for `explain`.
  public static let remembered = 200

  /// - Parameter seed: of probe cookies and identifiers; an outsider must not know it.
  public init(seed: UInt64) {
    probes = ProbeBoard(seed: seed)
    random = RandomSource(seed: ~seed)
  }

  public mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    take(event, at: now, &effects)
    conclude(at: now, &effects)
    return effects
  }

  /// An answer to a probe, of which more may follow: what comes of them `conclusions` says, at the
  /// end of the turn.
  public mutating func heard(_ answer: Event, at now: Instant) {
    switch answer {
    case .received(let arrival, let index, let waited):
      received(arrival, on: index, waited: waited, at: now)
    case .answered(let probe, let result, let waited):
      for verdict in probes.came(result, of: probe, waited: waited, at: now) {
        judged(verdict, at: now)
      }
    case .configured, .resynced, .observed, .unsent, .remembered, .clock, .woke:
      preconditionFailure("\(answer) is more than an answer")
    }
  }

  /// What follows from all that was heard.
  public mutating func conclusions(at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    conclude(at: now, &effects)
    return effects
  }

  private mutating func conclude(at now: Instant, _ effects: inout [Effect]) {
    settle(at: now, &effects)
    tellHosts(at: now, &effects)
    listen(&effects)
    announce(at: now, &effects)
    if appointments == nil { appointments = Appointments(self) }
  }

  private mutating func take(_ event: Event, at now: Instant, _ effects: inout [Effect]) {
    switch event {
    case .configured(let configuration):
      configured(configuration, at: now, &effects)
      rivals = foundRivals
    case .resynced(let state):
      observed = state
      isBlind = false
      rivals = foundRivals
      mustListen = true
      looked(at: now)
      confirmHoldings(at: now, &effects)
    case .observed(let deltas):
      deltas.forEach { observed.apply($0) }
      if deltas.contains(where: \.isOfRivals) { rivals = foundRivals }
      // The first news may come before the first look, and would pass for all there is.
      if !isBlind, deltas.contains(where: \.isOfUplinks) { looked(at: now) }
      if deltas.contains(where: \.isOfLink) { mustListen = true }
      confirmHoldings(at: now, &effects)
      effects += sweepsOfStrays(deltas)
    case .received, .answered:
      heard(event, at: now)
    case .unsent(let datagram, let reason):
      unsent(datagram, reason, at: now)
    case .remembered(let memory):
      remembered(memory)
    case .clock(let reading):
      read(reading, at: now)
    case .woke:
      woke(at: now, &effects)
    }
  }

  /// When the engine must be woken, and what for.
  public var nextWake: Wake? {
    let own = Wake.earlier(probes.nextWake, nextClock)
    let next = Wake.earlier(own, Wake.earlier(nextDiscovery, nextTelling))
    return keepers.reduce(next) { Wake.earlier($0, $1.choice?.nextWake) }
  }

  /// The same moment, at hand.
  public var wakesAt: Instant? { Instant.earlier(probes.wakesAt, appointed.next) }

  var appointed: Appointments { appointments ?? Appointments(self) }
}

// MARK: - Events

extension Engine {
  mutating func configured(
    _ configuration: Configuration, at now: Instant, _ effects: inout [Effect]
  ) {
    let isFirst = keepers.isEmpty
    let before = memory
    let marksBefore = self.configuration.marks
    self.configuration = configuration
    prune(configuration)
    effects += freedMarks(before.slots, marksBefore)
    keepers = configuration.groups.map { group in
      if let old = keepers.first(where: { $0.group.name == group.name }) {
        return GroupKeeper(group: group, after: old)
      }
      var keeper = GroupKeeper(group: group, at: now)
      keeper.remembered(memory, at: now)
      return keeper
    }
    seats = [:]
    for (place, group) in configuration.groups.enumerated() {
      for case .uplink(let name) in group.members.map(\.id) {
        seats[name, default: []].append(place)
      }
    }
    rememberKeepers()
    if memory != before { effects.append(.remember(memory)) }
    let families = configuration.families
    watches = Dictionary(
      uniqueKeysWithValues: configuration.uplinks.map {
        ($0.name, UplinkWatch($0, families: families, after: watches[$0.name]))
      })
    probes.configured(configuration, watches, at: now)
    fixed = configuration.fixed(memory.slots)
    configuredTellers(at: now, &effects)
    note(isFirst ? .started : .configured, at: now)
    isStale = true
    mustListen = true
    looked(at: now)
    confirmHoldings(at: now, &effects)
  }

  /// Forgets what is not in the configuration any more. One without groups is a machine that
  /// has no default route at the moment, and forgets nothing.
  private mutating func prune(_ configuration: Configuration) {
    guard !configuration.groups.isEmpty else { return }
    memory.slots.assign(
      uplinks: configuration.uplinks.map(\.name), groups: configuration.groups.map(\.name),
      marks: configuration.marks)
    let names = Set(configuration.groups.map(\.name))
    memory.told = memory.told.filter { names.contains($0.key) }
    memory.drained.formIntersection(configuration.groups.flatMap { $0.members.map(\.id) })
  }

  /// A mark that is free again may be another link's in a moment: its flows end.
  private func freedMarks(_ before: Slots, _ marks: MarkSpace) -> [Effect] {
    before.uplinks.sorted { $0.value < $1.value }.flatMap { name, slot -> [Effect] in
      guard memory.slots.uplinks[name] != slot, slot < marks.capacity else { return [] }
      return Family.allCases.map { family in
        .sweep(
          FlowFilter(mark: marks.mark(slot), mask: marks.mask, family: family, scope: .all))
      }
    }
  }

  /// Pins and drains of before apply to what the configuration still has; they come first.
  mutating func remembered(_ memory: Memory) {
    self.memory = memory
    isStale = true
  }

  /// Links, addresses or gateways may have changed: who is usable now?
  mutating func looked(at now: Instant) {
    lookedInside(at: now)
    var hasOtherResolvers = false
    for uplink in configuration.uplinks {
      guard var watch = watches[uplink.name] else { continue }
      let before = watch
      watch.observed(observed)
      watch.searched(at: now, random: &random)
      guard watch != before else { continue }
      watches[uplink.name] = watch
      isStale = true
      for family in watch.families { looked(at: watch, before, family, at: now) }
      hasOtherResolvers =
        hasOtherResolvers
        || watch.families.contains { watch.resolvers($0) != before.resolvers($0) }
    }
    usedLinks = configuration.uplinks.compactMap { watches[$0.name]?.index }
    // Those that are asked as before go on with what they know.
    if hasOtherResolvers { probes.configured(configuration, watches, at: now) }
  }

  private mutating func looked(
    at watch: UplinkWatch, _ before: UplinkWatch, _ family: Family, at now: Instant
  ) {
    let (way, old) = (watch[family], before[family])
    let isAnother =
      watch.index != before.index || way.isUsable != old.isUsable || way.gateway != old.gateway
    probes.looked(at: watch, family, isAnotherWay: isAnother, at: now)
    if !way.isUsable, way.obstacles != old.obstacles {
      note(.becameUnusable(watch.id, family, way.obstacles), at: now)
    } else if way.isUsable, !old.isUsable {
      note(.becameUsable(watch.id, family), at: now)
    }
  }

  mutating func received(
    _ arrival: Arrival, on index: InterfaceIndex, waited: Duration, at now: Instant
  ) {
    if case .discovery(let message, let sender, let hopLimit) = arrival {
      return discovered(message, from: sender, hopLimit: hopLimit, on: index, at: now)
    }
    guard let answer = ProbeAnswer(arrival) else { return }
    for verdict in probes.received(answer, on: index, waited: waited, at: now) {
      judged(verdict, at: now)
    }
  }

  mutating func woke(at now: Instant, _ effects: inout [Effect]) {
    wokeForRouters(at: now, &effects)
    for _ in 0..<ProbeBoard.mostInOneTurn {
      guard let step = probes.woke(at: now) else { break }
      for verdict in step.verdicts { judged(verdict, at: now) }
      if let effort = step.effort, let probe = step.probe { take(effort, probe, at: now, &effects) }
    }
    guard let next = appointed.groups, next <= now else { return }
    for keeper in keepers {
      guard let wake = keeper.choice?.nextWake, wake.at <= now else { continue }
      isStale = true
      switch wake.why {
      case .trust(let id): note(.trusted(id, keeper.group.name), at: now)
      case .failback(let id): noteFailback(of: id, in: keeper, at: now)
      case .probe, .clock, .router, .prefixes: break
      }
    }
  }

  mutating func take(
    _ effort: Probe.Effort, _ id: ProbeID, at now: Instant, _ effects: inout [Effect]
  ) {
    switch effort {
    case .transmit(let datagram): effects.append(.transmit(datagram, id))
    case .begin(let request): effects.append(.begin(request, id))
    // What could not be sent changes no mind.
    case .impossible(let reason): _ = probes.came(.unsent(reason), of: id, waited: .zero, at: now)
    }
  }

  mutating func judged(_ verdict: ProbeBoard.Verdict, at now: Instant) {
    isStale = true
    switch verdict {
    case .judged(let name, let reading): note(.judged(.uplink(name), reading), at: now)
    case .suspected(let key): note(.suspected(key.check, key.family, key.endpoint), at: now)
    case .trusted(let key): note(.trustedTarget(key.check, key.family, key.endpoint), at: now)
    }
  }

  mutating func note(_ event: Cause.Event, at now: Instant) {
    causes.append(Cause(at: now, event: event))
  }
}

// MARK: - For the shell

extension Engine {
  /// Links of which a lease may tell something, and that are there.
  public var leasedLinks: [(InterfaceIndex, InterfaceName)] {
    configuration.uplinks.filter { $0.findsGateways || $0.hasLeasedResolvers }.compactMap {
      uplink in
      observed.link(named: uplink.interface).map { ($0.index, uplink.interface) }
    }
  }

  /// How long each group's last switch took; nil while the kernel has not confirmed it.
  public var groupStates: [(name: GroupName, took: Duration?)] {
    keepers.map { ($0.group.name, $0.lastSwitch?.took) }
  }
}
