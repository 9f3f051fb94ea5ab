import Config
import Model

extension Engine {
  mutating func settle(at now: Instant, _ effects: inout [Effect]) {
    guard !isBlind else { return }
    // A decision follows from what was just handled; what led to none is over. The start leads
    // to the first, even if addresses must be set before.
    defer { forgetCauses(at: now) }
    guard isStale else { return }
    isStale = false
    mustAnnounce = true
    for index in keepers.indices {
      let group = keepers[index].group
      var standings: [MemberID: Standing] = [:]
      for id in group.members.map(\.id) {
        standings[id] = keepers[index].saw(id, standing(of: id, in: group), at: now)
      }
      let change = keepers[index].chose(standings, clock: freshClock(at: now), at: now)
      if group.holding.authority == .elected { bid(index, after: change, at: now) }
      guard let change else { continue }
      decide(index, change, at: now, &effects)
    }
    rememberUnrest(&effects)
    let held = Set(keepers.flatMap { $0.choice?.preferred ?? [] })
    probes.paced(at: now) { !held.contains($0) }
    let died = takeDied()
    lookedForSenders(at: now)
    let next = compiled
    if next != wanted {
      wanted = next
      effects.append(.want(next))
    }
    effects += died.compactMap { sweep(ofDead: $0, $1) }
  }

  private mutating func forgetCauses(at now: Instant) {
    guard !causes.isEmpty else { return }
    if !addressKeepers.isEmpty { pastCauses = (lately(at: now) + causes).suffix(8) }
    causes = decisions.isEmpty ? causes.filter { $0.event == .started } : []
  }

  /// Among nodes a decision may follow once others have answered, or the kernel has.
  private func lately(at now: Instant) -> [Cause] {
    pastCauses.filter { now - $0.at < .seconds(2) }
  }

  private func causes(
    for group: Group, _ readings: [MemberReading], at now: Instant
  ) -> [Cause] {
    let concerning = { (causes: [Cause]) in
      causes.filter { cause in
        cause.concerns(group, readings) { configuration.judge(of: $0, in: group) }
      }
    }
    let own = concerning(causes)
    return own.isEmpty && group.holding.authority == .elected ? concerning(lately(at: now)) : own
  }

  /// The ways that lived at the last look, and do not now.
  private mutating func takeDied() -> [(UplinkName, Family)] {
    let families = configuration.families
    let before = living
    var died: [(UplinkName, Family)] = []
    living = PerFamily { _ in [] }
    for uplink in configuration.uplinks {
      for family in families {
        if isAlive(uplink.name, family) {
          living[family].insert(uplink.name)
        } else if before[family].contains(uplink.name) {
          died.append((uplink.name, family))
        }
      }
    }
    return died
  }

  mutating func decide(
    _ index: Int, _ change: (from: [MemberID], choice: Choice), at now: Instant,
    _ effects: inout [Effect]
  ) {
    let group = keepers[index].group
    // Before there is anything to hold, there is nothing to tell.
    guard !(change.from.isEmpty && change.choice.preferred.isEmpty) else { return }
    let readings = group.members.map { reading(of: $0.id, in: group) }
    let decision = Decision(
      id: nextDecision, group: group.name, at: now, from: change.from,
      preferred: change.choice.preferred, state: change.choice.state,
      causes: causes(for: group, readings, at: now), readings: readings,
      lacking: change.choice.lacking)
    nextDecision += 1
    decisions.append(decision)
    if decisions.count > Self.remembered { decisions.removeFirst() }
    keepers[index].began(decision)
    effects.append(.record(decision))
  }

  private var compiled: Wanted {
    var wanted = compiledRoutes
    wanted.addresses.formUnion(addressKeepers.flatMap(\.wanted))
    for keeper in addressKeepers {
      let basis = keeper.basis(on: observed)
      wanted.links.formUnion(basis.links)
      wanted.sysctls.merge(basis.sysctls) { first, _ in first }
    }
    addBonds(to: &wanted)
    return wanted
  }

  private var compiledRoutes: Wanted {
    Compiler(
      fixed: fixed, configuration: configuration, slots: memory.slots, watches: watches,
      preferred: Dictionary(
        uniqueKeysWithValues: keepers.map { ($0.group.name, $0.choice?.preferred ?? []) }),
      living: living, senders: standIns.compactMapValues(\.sender)
    ).compile()
  }

  /// Reads from our tables who holds each group, and ends the flows of those who left.
  /// - Parameter waited: how long ago the kernel said so.
  mutating func confirmHoldings(
    waited: Duration = .zero, at now: Instant, _ effects: inout [Effect]
  ) {
    mustConfirm = false
    var departures: [(MemberID, Int)] = []
    let ours = Dictionary(grouping: observed.routes.filter(\.isOurs), by: \.table)
    for index in keepers.indices {
      let group = keepers[index].group
      guard let members = confirmed(group, among: ours, at: now) else { continue }
      let before = keepers[index].holding
      if members != before {
        mustAnnounce = true
        if keepers[index].followsKernel { isStale = true }
      }
      departures += keepers[index].confirmed(members, at: now - waited).map { ($0, index) }
      guard let family = group.holding.family else { continue }
      effects += members.filter { !before.contains($0) }
        .compactMap { mark($0) }  // named alone, `mark` would take a copy of the engine with it
        .map { .spare(mark: $0, family) }
    }
    // Only now is it known who holds what else.
    effects += departures.compactMap { sweep(of: $0, after: keepers[$1]) }
  }

  /// Who holds a group, as the kernel or the other nodes say; nil: nobody can say yet.
  private func confirmed(
    _ group: Group, among ours: [UInt32: [Route]], at now: Instant
  ) -> [MemberID]? {
    if group.holding.authority == .elected { return holders(of: group, at: now) }
    if let bond = group.holding.bond { return bonds[bond.name]?.carrying.map { .port($0) } }
    guard let held = heldLinks(of: group, among: ours) else { return nil }
    return group.members.map(\.id).filter { id in
      guard case .uplink(let name) = id, let link = watches[name]?.index else { return false }
      return held.contains(link)
    }
  }

  /// By which links the group's own table leads; nil: it has none.
  private func heldLinks(of group: Group, among ours: [UInt32: [Route]]) -> [InterfaceIndex]? {
    guard let slot = memory.slots.groups[group.name], case .route(let destination) = group.holding
    else { return nil }
    return (ours[Ours.table(group: slot)] ?? []).filter { $0.destination == destination }
      .flatMap { $0.hops.map(\.interface) }
  }

  /// Our table stands, and did not before. What began meanwhile was translated by nobody, and
  /// would stay so for as long as it keeps on trying: a tunnel's keepalive tries for ever.
  func sweepsOfStrays(_ deltas: [KernelState.Delta]) -> [Effect] {
    guard
      case .firewall(let firewall?)? = deltas.last(where: { delta in
        if case .firewall = delta { true } else { false }
      })
    else { return [] }
    let families = configuration.families.filter { family in
      firewall.links.contains { family == .ipv4 ? $0.nat != .none : $0.nat6 != .none }
    }
    // Whatever its mark: its next packet has given it one by now.
    return families.map {
      .sweep(FlowFilter(mark: 0, mask: 0, family: $0, scope: .unanswered))
    }
  }

  private func mark(_ id: MemberID) -> UInt32? {
    guard case .uplink(let name) = id else { return nil }
    return memory.slots.uplinks[name].map(configuration.marks.mark)
  }

  /// The flows of a link that no longer holds a group: all, if it is dead or has nobody else's.
  private func sweep(of id: MemberID, after keeper: GroupKeeper) -> Effect? {
    guard case .uplink(let uplink) = id, let mark = mark(id),
      let family = keeper.group.holding.family
    else { return nil }
    let isAlive = isAlive(uplink, family)
    if isAlive, keeper.flowPolicy(forLeft: id).keepsFlows { return nil }
    return .sweep(
      FlowFilter(
        mark: mark, mask: configuration.marks.mask, family: family,
        scope: isAlive ? .translated : .all,
        share: isAlive ? share(of: keeper.group, on: uplink) : nil))
  }

  /// The flows that were to finish on a link that had been left: it is dead now. Those of a
  /// holder end when the kernel has confirmed that it holds no longer.
  private func sweep(ofDead name: UplinkName, _ family: Family) -> Effect? {
    let id = MemberID.uplink(name)
    let keepers = keepers.filter { $0.group.holding.family == family }
    guard keepers.contains(where: { $0.group.keepsFlows(of: id) }),
      !keepers.contains(where: { $0.holding.contains(id) }), let mark = mark(id)
    else { return nil }
    return .sweep(
      FlowFilter(mark: mark, mask: configuration.marks.mask, family: family, scope: .all))
  }
}
