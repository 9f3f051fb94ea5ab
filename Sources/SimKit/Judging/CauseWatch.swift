import Config
import Engine
import Model

/// Watches that what a decision gives as its causes really was, when it says so.
///
/// The daemon may hear of a link a second late, when the kernel holds its notices back, and of all
/// that was while it stood still when it goes on.
struct CauseWatch: Sendable {
  /// What can be true or false of a link, and of the hosts beyond it.
  private enum Fact: Hashable, Sendable {
    case lacks(InterfaceName, Obstacle)
    case carries(InterfaceName)
    case isAddressed(UplinkName, Family)
    case isUsable(UplinkName, Family)
    case isUnusable(UplinkName, Family)
    case answers(FakeNetwork.Place)  // perhaps
    case fails(FakeNetwork.Place)  // perhaps
  }

  private static let lag = LinkGate.shutFor + .milliseconds(50)

  private var facts: Set<Fact> = []
  private var lastTrue: [Fact: Instant] = [:]
  private var stoppedUntil = Instant.zero
  var startedAt = Instant.zero
  /// Of this turn; what came before the kernel is known is decided once it is.
  var orders: [Command] = []
  var isReloaded = false

  mutating func looked(
    _ scene: Scene, kernel: FakeKernel, network: FakeNetwork, at now: Instant
  ) {
    let now = max(now, stoppedUntil)
    for fact in facts { lastTrue[fact] = now }
    // Also those that no file names yet: the daemon may go by what it heard of them.
    facts = Set(kernel.interfaces.all.filter(\.carries).map { .carries($0.link.name) })
    for uplink in scene.configuration.uplinks {
      let name = uplink.interface
      let link = kernel.interfaces[name]?.link
      if link == nil { facts.insert(.lacks(name, .absent)) }
      if link?.isUp == false { facts.insert(.lacks(name, .adminDown)) }
      if let link, !link.hasCarrier || !link.isOperational {
        facts.insert(.lacks(name, .noCarrier))
      }
      for family in Family.allCases {
        let isUsable = kernel.isUsable(uplink, family)
        facts.insert(isUsable ? .isUsable(uplink.name, family) : .isUnusable(uplink.name, family))
        if kernel.isAddressed(uplink, family) { facts.insert(.isAddressed(uplink.name, family)) }
      }
      for place in FakeNetwork.Place.all(by: name) {
        let truth = network.conduct(place).truth
        if truth != .down { facts.insert(.answers(place)) }
        let isHindered = facts.contains(.isUnusable(uplink.name, place.family))
        if truth != .up || isHindered { facts.insert(.fails(place)) }
      }
    }
  }

  /// What was so when the daemon stopped for a while it may take for true when it goes on.
  mutating func stopped(from now: Instant, until then: Instant) {
    stoppedUntil = max(stoppedUntil, then)
    lastTrue = lastTrue.mapValues { $0 + (then - now) }
  }

  func violation(
    _ decision: Decision, _ scene: Scene, _ memory: Memory, wall: ClockReading
  ) -> Violation? {
    decision.causes.lazy.compactMap { cause in
      isTrue(cause, decision, scene, memory, wall)
        ? nil
        : Violation(
          invariant: .causesAreTrue, sentence: "\(decision.headline) because of \(cause.event)")
    }.first
  }

  private func isTrue(
    _ cause: Cause, _ decision: Decision, _ scene: Scene, _ memory: Memory, _ wall: ClockReading
  ) -> Bool {
    if cause.event == .started { return cause.at == startedAt }
    if cause.event == .configured { return isReloaded }
    if case .ordered(let command) = cause.event { return orders.contains(command) }
    guard cause.at == decision.at else { return false }
    let reading = { id in decision.readings.first { $0.member == id }?.standing }
    switch cause.event {
    case .started, .configured:
      return false  // decisions of a turn with a new file are not judged
    case .becameUnusable(.uplink(let name), let family, let obstacles):
      let interface = scene.configuration.uplink(name)?.interface
      return obstacles.allSatisfy { obstacle in
        switch obstacle {
        case .absent, .adminDown, .noCarrier:
          interface.map { wasTrue(.lacks($0, obstacle), at: cause.at) } ?? false
        case .noAddress: wasTrue(.isUnusable(name, family), at: cause.at)
        case .noGateway: true  // it may have to be learnt first
        case .peerSilent, .peerUnfit, .peerAside, .noVirtualLink, .notInBond, .inAnother:
          false  // nobody is a peer here, or a port
        }
      }
    case .becameUsable(.uplink(let name), let family):
      // Its carrier and its address may have been there at different moments of the last second.
      let interface = scene.configuration.uplink(name)?.interface
      return wasTrue(.isUsable(name, family), at: cause.at)
        || (wasTrue(.isAddressed(name, family), at: cause.at)
          && interface.map { wasTrue(.carries($0), at: cause.at) } ?? false)
    case .judged(.uplink(let name), let reading) where reading.health == .up:
      guard let uplink = scene.configuration.uplink(name) else { return false }
      return wasTrue(
        .answers(reading.place(by: uplink)), at: cause.at, within: reading.memory(scene))
    case .judged, .becameUsable, .becameUnusable:
      return true  // a false alarm is `DecisionWatch`'s, and all members are uplinks here
    case .suspected(let name, let family, let endpoint):
      guard let check = scene.configuration.check(name) else { return false }
      // By each link that asks that host it fails.
      let places = decision.places(asking: endpoint, check: name, family, scene.configuration)
      return !places.isEmpty
        && places.allSatisfy {
          wasTrue(.fails($0), at: cause.at, within: check.detectionBound + check.memory)
        }
    case .trustedTarget:
      return true  // a suspicion ends also when nobody is left to share it
    case .trusted(let id, let name):
      guard name == decision.group, let unrest = memory.unrest[name]?[id],
        let damping = scene.configuration.group(decision.group)?.damping
      else { return false }
      return unrest.last + damping.penalty(ofReturn: unrest.returns) <= cause.at
    case .wasGood(let id, _, let duration):
      return reading(id)?.goodSince.map { $0 + duration <= cause.at } ?? false
    case .windowOpened(_, _, let window):
      return window.contains(wall.timestamp(of: cause.at))
        || cause.at <= scene.clockSteppedAt + .seconds(31)
    case .portBecameUsable, .portBecameUnusable, .nodeBecameUsable, .nodeBecameUnusable,
      .nodeAdvertised, .nodeResigned, .nobodyAdvertised, .nodeFellSilent, .nodeCame, .nodeSaid:
      return false  // no group here is of nodes, or of ports
    case .ordered:
      return false  // as above
    }
  }

  private func wasTrue(
    _ fact: Fact, at now: Instant, within more: Duration = .zero
  ) -> Bool {
    facts.contains(fact) || (lastTrue[fact].map { now <= $0 + Self.lag + more } ?? false)
  }
}

extension FakeKernel.Interface {
  fileprivate var carries: Bool { link.isUp && link.hasCarrier && link.isOperational }
}

extension Decision {
  /// Where a host is asked by a check, by the group's members: a gateway is not everybody's.
  fileprivate func places(
    asking endpoint: Endpoint, check: CheckName, _ family: Family, _ configuration: Configuration
  ) -> [FakeNetwork.Place] {
    readings.flatMap { reading -> [FakeNetwork.Place] in
      guard case .uplink(let name) = reading.member, let uplink = configuration.uplink(name) else {
        return []
      }
      return reading.checks
        .filter { $0.check == check && $0.family == family && $0.endpoint == endpoint }
        .map { $0.place(by: uplink) }
    }
  }
}

extension CheckReading {
  fileprivate func place(by uplink: Uplink) -> FakeNetwork.Place {
    FakeNetwork.Place(interface: uplink.interface, family: family, reach: target.reach)
  }

  fileprivate func memory(_ scene: Scene) -> Duration {
    scene.configuration.check(check)?.memory ?? .zero
  }
}

extension CheckDefinition {
  /// For so long it may go by what it heard last.
  fileprivate var memory: Duration { every + timeout + (quality?.window ?? .zero) }
}
