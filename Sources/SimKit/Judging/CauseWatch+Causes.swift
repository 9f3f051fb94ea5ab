import Config
import Engine
import Model

/// Each kind of cause, and what must have been so.
extension CauseWatch {
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
        case .noAddress:
          wasTrue(.isUnusable(name, family), at: cause.at)
            || interface.map { wasTrue(.isBare($0, family), at: cause.at) } ?? false
        case .noGateway: true  // it may have to be learnt first
        case .peerSilent, .peerUnfit, .peerAside, .noVirtualLink, .notInBond, .inAnother:
          false  // nobody is a peer here, or a port
        }
      }
    case .becameUsable(.uplink(let name), let family):
      // Its carrier and its address may have been there at different moments of the last second.
      let interface = scene.configuration.uplink(name)?.interface
      return wasTrue(.isUsable(name, family), at: cause.at)
        || interface.map { interface in
          wasTrue(.carries(interface), at: cause.at)
            && (wasTrue(.isAddressed(name, family), at: cause.at)
              || wasTrue(.isCovered(interface, family), at: cause.at))
        } ?? false
    case .judged(.uplink(let name), let reading) where reading.health == .up:
      guard let uplink = scene.configuration.uplink(name) else { return false }
      return wasTrue(
        .answers(reading.place(by: uplink)), at: cause.at, within: reading.memory(scene))
    case .judged, .becameUsable, .becameUnusable:
      return true  // a false alarm is `DecisionWatch`'s, and all members are uplinks here
    case .suspected(let name, let family, let endpoint):
      guard let check = scene.configuration.check(name) else { return false }
      // By each link that asks that host it fails, or did until a moment ago.
      let bound = max(check.detectionBound, check.recoveryBound)
      let places = decision.places(asking: endpoint, check: name, family, scene.configuration)
      return !places.isEmpty
        && places.allSatisfy {
          wasTrue(.fails($0), at: cause.at, within: bound + check.memory)
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
