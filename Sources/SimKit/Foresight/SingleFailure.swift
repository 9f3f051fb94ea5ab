import Config
import Engine
import Model

/// One thing that fails in otherwise calm weather, and comes back.
public enum SingleFailure: Hashable, Sendable {
  case carrier(UplinkName)  // its cable is out
  case silence(UplinkName)  // nobody answers by it, its router neither
  case beyond(UplinkName)  // its router answers, and nobody behind it does

  public var uplink: UplinkName {
    switch self {
    case .carrier(let name), .silence(let name), .beyond(let name): name
    }
  }

  public static func all(of configuration: Configuration) -> [SingleFailure] {
    configuration.uplinks.flatMap { [.carrier($0.name), .silence($0.name), .beyond($0.name)] }
  }
}

extension SingleFailure: CustomStringConvertible {
  public var description: String {
    switch self {
    case .carrier(let name): "\(name) loses its carrier"
    case .silence(let name): "nobody answers by \(name)"
    case .beyond(let name): "nobody answers beyond \(name)'s gateway"
    }
  }
}

/// What becomes of a group when something fails and comes back.
public struct Course: Equatable, Sendable {
  public let group: GroupName
  public let before: [MemberID]
  public let during: [MemberID]
  public let after: [MemberID]
  /// From the failure to the decision that moved the group; nil: it stayed.
  public let left: Duration?
  /// From the end of the failure to the decision that moved it back.
  public let returned: Duration?
}

extension Configuration {
  /// What becomes of each group when this fails, and what when it is over: the daemon's own engine
  /// on a simulated machine whose links and providers are as the configuration has them.
  /// - Returns: nil when the simulation itself broke an invariant, which is a mistake of ours.
  public func courses(of failure: SingleFailure, seed: UInt64 = 1) -> [Course]? {
    var world = World(
      site: Site(for: self), configuration: self, seed: seed, flaw: .none)
    world.run(until: world.now + settlingTime)
    let before = world.holders
    let failed = world.strike(failure)
    world.run(until: failed + settlingTime)
    let during = world.holders
    let healed = world.strike(failure, isOver: true)
    world.run(until: healed + settlingTime)
    guard world.violation == nil else { return nil }
    return groups.map { group in
      let (held, holds) = (before[group.name] ?? [], during[group.name] ?? [])
      return Course(
        group: group.name, before: held, during: holds, after: world.holders[group.name] ?? [],
        left: world.moved(group.name, from: held, between: failed, and: healed).map { $0 - failed },
        returned: world.moved(group.name, from: holds, between: healed, and: world.now)
          .map { $0 - healed })
    }
  }

  /// After so long everything is judged, and nothing waits any more.
  private var settlingTime: Duration {
    let judged = checks.map { check in
      let paces = check.every * (check.fall + check.rise + 1) + check.timeout
      return paces + (check.quality?.window ?? .zero) * 2
    }
    let waits = groups.map { group -> Duration in
      guard case .delayed(let after, _) = group.failback else { return .zero }
      return after
    }
    return (judged.max() ?? .zero) * 2 + (waits.max() ?? .zero) + .seconds(10)
  }
}

extension World {
  /// Who holds each group, as the kernel confirms.
  fileprivate var holders: [GroupName: [MemberID]] {
    let status = engine?.groupStatus(clock: shell.wall) ?? []
    return Dictionary(
      uniqueKeysWithValues: status.map { group in
        (GroupName(group.name), group.active.map { .uplink(UplinkName($0)) })
      })
  }

  /// When the last decision fell that moved a group from those holders.
  fileprivate func moved(
    _ group: GroupName, from holders: [MemberID], between start: Instant, and end: Instant
  ) -> Instant? {
    engine?.decisions.last {
      $0.group == group && $0.at >= start && $0.at < end && $0.preferred != holders
        && $0.from != $0.preferred
    }?.at
  }

  /// Begins at the next whole second.
  fileprivate mutating func strike(_ failure: SingleFailure, isOver: Bool = false) -> Instant {
    let at = now + .seconds(1)
    guard let name = scene.configuration.uplink(failure.uplink)?.interface else { return at }
    let conduct: Conduct = isOver ? .answers : .mute
    let reaches: [Reach]
    switch failure {
    case .carrier:
      agenda.add(at, .incident(.link(name, .carrier(isThere: isOver))))
      return at
    case .silence: reaches = [.gateway, .far]
    case .beyond: reaches = [.far]
    }
    for family in Family.allCases {
      for reach in reaches {
        agenda.add(at, .incident(.conduct(name, family, reach, conduct)))
      }
    }
    return at
  }
}
