import Checks
import Config
import Model

extension Engine {
  public func groupStatus(clock: ClockReading) -> [GroupStatus] {
    keepers.map { status(of: $0, clock: clock) }
  }

  public func uplinkStatus(clock: ClockReading) -> [UplinkStatus] {
    configuration.uplinks.compactMap { uplink in
      guard let slot = memory.slots.uplinks[uplink.name] else { return nil }
      let mark = configuration.marks.mark(slot)
      return UplinkStatus(
        name: uplink.name.text, interface: uplink.interface.text,
        gateway: ways(of: uplink).lazy.compactMap(\.gateway).first?.description,
        gateways: ways(of: uplink).compactMap { $0.gateway?.description },
        addresses: ways(of: uplink).flatMap(\.addresses).map(\.address.description),
        table: Int(Ours.table(uplink: slot)), mark: "0x" + String(mark, radix: 16),
        prefixes: prefixStatus(of: uplink.name, clock: clock))
    }
  }

  private func ways(of uplink: Uplink) -> [Way] {
    watches[uplink.name].map { watch in watch.families.map { watch[$0] } } ?? []
  }

  private func status(of keeper: GroupKeeper, clock: ClockReading) -> GroupStatus {
    let group = keeper.group
    return GroupStatus(
      name: group.name.text, holds: group.holding.sentence,
      active: keeper.holding.map(\.text),
      preferred: (keeper.choice?.preferred ?? []).map(\.text),
      state: keeper.choice?.state ?? .down, pinned: keeper.pin?.member.text,
      pinIsHard: keeper.pin?.isHard ?? false,
      failback: group.failback.description, since: clock.timestamp(of: keeper.since).text,
      members: group.members.map { status(of: $0, in: keeper, clock: clock) },
      lastSwitch: keeper.lastSwitch.map { status(of: $0, clock: clock) },
      switches: keeper.switches,
      table: memory.slots.groups[group.name].map { Int(Ours.table(group: $0)) })
  }

  private func status(of seat: Member, in keeper: GroupKeeper, clock: ClockReading) -> MemberStatus
  {
    let reading = reading(of: seat.id, in: keeper.group)
    let standing = reading.standing
    let lack = keeper.choice?.lacking.first { $0.member == seat.id }
    // Of a member that cannot hold, nobody asks when its penalty is over.
    let trustedAt = standing.trustedAt.flatMap { $0 > clock.monotonic ? $0 : nil }
    return MemberStatus(
      name: seat.id.text, tier: seat.tier, weight: seat.weight, family: keeper.group.holding.family,
      usable: standing.isUsable, obstacles: standing.obstacles, health: standing.health,
      drained: standing.isDrained,
      trustedAt: trustedAt.map { clock.timestamp(of: $0).text },
      since: clock.timestamp(of: keeper.watches[seat.id]?.since ?? keeper.since).text,
      lacks: lack?.sentence(reading: reading, clock: clock), checks: reading.checks.map(\.status))
  }

  private func status(of last: GroupKeeper.Switch, clock: ClockReading) -> SwitchStatus {
    let decision = last.decision
    return SwitchStatus(
      at: clock.timestamp(of: decision.at).text, from: decision.from.map(\.text),
      to: decision.preferred.map(\.text), reason: decision.reason,
      tookMs: last.took?.milliseconds)
  }
}

extension CheckReading {
  var status: CheckStatus {
    CheckStatus(
      name: check.text, target: host, health: health, suspect: isSuspect,
      rttMs: health == .down ? nil : reading.roundTrip?.milliseconds,
      lossPercent: reading.lossPercent, quality: reading.quality?.status, sent: reading.sent,
      answered: reading.answered,
      unsent: reading.unsent, note: note?.sentence)
  }
}

extension QualityReading {
  fileprivate var status: QualityStatus {
    QualityStatus(
      windowMs: quality.window.milliseconds, lossPercent: lossPercent,
      latencyMs: latency?.milliseconds, jitterMs: jitter?.milliseconds,
      faults: faults.map(\.rawValue))
  }
}

extension Holding {
  /// `route default`
  public var sentence: String {
    switch self {
    case .route(.defaultV4): "route default"
    case .route(.defaultV6): "route default6"
    case .route(let prefix): "route \(prefix)"
    case .bond(let bond): "bond \(bond.mode.rawValue)"
    case .addresses(let routers):
      routers.flatMap(\.addresses).map(\.description).joined(separator: ", ")
    }
  }
}
