import Checks
import Config
import Election
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
  public internal(set) var usedLinks: [InterfaceIndex] = []
  var probes: ProbeBoard
  var keepers: [GroupKeeper] = [] {  // file order
    didSet { appointments = nil }
  }
  var seats: [UplinkName: [Int]] = [:]  // in which keepers' groups it is a member
  var living = PerFamily<Set<UplinkName>> { _ in [] }  // whose marked packets may use them
  var fixed = Wanted()  // the part that follows from the configuration alone
  var causes: [Cause] = []
  var pastCauses: [Cause] = []  // among nodes, of the last moments
  var clock: ClockReading? {  // the last one handed in
    didSet { appointments = nil }
  }
  var nextDecision: UInt64 = 1
  var random: RandomSource  // for what must not be done by all at once
  var tellers: [PrefixTeller] = [] {  // of hosts inside, by interface
    didSet { appointments = nil }
  }
  var standIns: [UplinkName: StandIn] = [:] {
    didSet { appointments = nil }
  }
  var toldNameServers: NameServers??  // nil: nothing was told yet
  var companions: [UplinkName: Set<UplinkName>] = [:]  // who is in one network of IPv4 with it
  var ears: [Ear] = []  // where router discovery is listened to
  var appointments: Appointments?  // nil: something that they follow from has changed since
  /// When it must be woken, at hand: as of the last event, order or conclusion.
  public private(set) var wakesAt: Instant?
  /// When `Event.clock` is due.
  public private(set) var asksForClockAt: Instant?
  var isBlind = true  // until the kernel has been read once: there is nothing to decide on
  var isStale = false  // something changed that choices or wanted follow from
  var mustListen = false  // links came or went
  let host: NodeName  // this machine, where the configuration does not name it
  var bonds: [InterfaceName: BondWatch] = [:]
  var addressKeepers: [AddressKeeper] = []  // file order
  var bases: [GroupName: VirtualBasis] = [:]  // of what they hold, as they were last compiled
  var keepersByRouter: [UInt8: [Int]] = [:]  // their places, by the numbers of their routers
  var channel: PeerChannel?  // nil: nodes know of each other by VRRP alone
  let epoch: UInt64  // of this run, among nodes; never 0
  var lending = AddressLending()
  var isLeaving = false
  var addressEffects: [Effect] = []  // to be handed out with the event's others
  var vrrpRefusals: [VRRPRefusal: Int] = [:]
  var lastRefused: [VRRPRefusal: RefusedRouter] = [:]
  var joined: [VRRPLink] = []
  var heeded: [ClaimEar] = []
  var mustJoin = false  // virtual routers, or their links, came or went
  var mustConfirm = false  // another node may hold now
  var mustAnnounce = false  // something changed that hooks may have to be told

  /// How many decisions are kept for `explain`.
  public static let remembered = 200

  /// - Parameters:
  ///   - seed: of probe cookies and identifiers; an outsider must not know it.
  ///   - host: this machine's name, where the configuration gives it none.
  public init(seed: UInt64, host: NodeName = "localhost") {
    self.host = host
    epoch = seed | 1
    probes = ProbeBoard(seed: seed)
    random = RandomSource(seed: ~seed)
  }

  public mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    take(event, at: now, &effects)
    conclude(at: now, &effects)
    return effects
  }

  /// What came of a conversation, or of what could not be sent; as a packet that is heard.
  public mutating func heard(
    _ result: ProbeResult, of probe: ProbeID, waited: Duration = .zero, at now: Instant
  ) {
    for verdict in probes.came(result, of: probe, waited: waited, at: now) {
      judged(verdict, at: now)
    }
  }

  /// What follows from all that was heard.
  public mutating func conclusions(at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    conclude(at: now, &effects)
    return effects
  }

  private mutating func conclude(at now: Instant, _ effects: inout [Effect]) {
    if mustConfirm { confirmHoldings(at: now, &effects) }
    sayWhatIsDue(&effects)
    settle(at: now, &effects)
    attendNodes(at: now, &effects)
    tellHosts(at: now, &effects)
    listen(&effects)
    join(&effects)
    announce(at: now, &effects)
    appoint()
  }

  /// After whatever may change when it must be woken.
  mutating func appoint() {
    let known = appointed()
    asksForClockAt = known.clock
    wakesAt = Instant.earlier(probes.wakesAt, known.next)
    guard isAmongNodes else { return }
    let nodes = Instant.earlier(nextAddressWake?.at, nextPeerWake?.at)
    wakesAt = Instant.earlier(wakesAt, nodes)
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
    case .observed(let deltas, let waited):
      deltas.forEach { observed.apply($0) }
      if deltas.contains(where: \.isOfRivals) { rivals = foundRivals }
      // The first news may come before the first look, and would pass for all there is.
      if !isBlind, deltas.contains(where: \.isOfUplinks) { looked(at: now) }
      if deltas.contains(where: \.isOfLink) { mustListen = true }
      confirmHoldings(waited: waited, at: now, &effects)
      effects += sweepsOfStrays(deltas)
    case .received(let arrival, let index, let waited):
      heard(arrival, on: index, waited: waited, at: now)
    case .answered(let probe, let result, let waited):
      heard(result, of: probe, waited: waited, at: now)
    case .unsent(let datagram, let reason):
      unsent(datagram, reason, at: now)
    case .remembered(let memory):
      remembered(memory)
    case .clock(let reading):
      read(reading, at: now)
    case .leaving:
      leaves(at: now)
    case .woke:
      woke(at: now, &effects)
    }
  }

  /// When the engine must be woken, and what for.
  public var nextWake: Wake? {
    let own = Wake.earlier(probes.nextWake, nextClock)
    let nodes = Wake.earlier(nextAddressWake, nextPeerWake)
    let others = Wake.earlier(nodes, Wake.earlier(nextDiscovery, nextTelling))
    let next = Wake.earlier(Wake.earlier(own, others), nextStandIn)
    return keepers.reduce(next) { Wake.earlier($0, $1.choice?.nextWake) }
  }

  mutating func appointed() -> Appointments {
    if let appointments { return appointments }
    let found = Appointments(self)
    appointments = found
    return found
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
