import Config
import Engine
import Model

/// A simulated machine with the daemon's own pilot, its links and providers as a configuration has
/// them, on which all is judged and well, and the first member of the first group has just been
/// probed. It is a value: each question is asked of a copy.
public struct Foresight: Sendable {
  let configuration: Configuration
  let settled: World

  /// - Parameter seed: of all that is chance, such as how long an answer takes.
  public init(_ configuration: Configuration, seed: UInt64 = 1) {
    let configuration = configuration.withBondsAsLinks
    self.configuration = configuration
    var world = World(
      site: Site(for: configuration), configuration: configuration, seed: seed, flaw: .none,
      notesPassage: true)
    world.run(until: .zero + configuration.settlingTime)
    world.runToProbe()
    settled = world
  }

  /// What becomes of each group when these fail at once, and what when that is over.
  public func forecast(of failures: [SingleFailure]) -> Forecast {
    var world = settled
    let before = world.holders
    let failed = world.strike(failures)
    world.run(until: failed + configuration.judgingTime)
    let during = world.holders
    let healed = world.strike(failures, isOver: true)
    world.run(until: healed + configuration.settlingTime)
    world.checkAgreement()
    let courses = configuration.groups.map { group in
      let name = group.name
      let (held, holds) = (before[name] ?? [], during[name] ?? [])
      let lost = { world.passage.lost(name, whole: $0, from: failed, to: $1) }
      return Course(
        group: name, before: held, during: holds, after: world.holders[name] ?? [],
        left: world.moved(name, from: held, between: failed, and: healed).map { $0 - failed },
        returned: world.moved(name, from: holds, between: healed, and: world.now)
          .map { $0 - healed },
        outage: lost(true, world.now), partly: lost(false, world.now),
        isLostMeanwhile: world.passage.isLost(name, at: healed))
    }
    return Forecast(
      failures: failures, courses: courses, trouble: world.violation.map { "\($0)" })
  }
}

extension Configuration {
  /// A simulated bond is one link, which has its carrier or not, as any.
  public var withBondsAsLinks: Configuration {
    var plain = withWaysOfBonds()
    plain.bonds = []
    return plain
  }

  /// What becomes of each group when this fails, and what when it is over.
  /// - Returns: nil when the simulation itself broke an invariant, which is a mistake of ours.
  public func courses(of failure: SingleFailure, seed: UInt64 = 1) -> [Course]? {
    let forecast = Foresight(self, seed: seed).forecast(of: [failure])
    return forecast.trouble == nil ? forecast.courses : nil
  }

  /// After so long everything is judged.
  var judgingTime: Duration {
    let judged = checks.map { check in
      let paces = check.every * (check.fall + check.rise + 1) + check.timeout
      return paces + (check.quality?.window ?? .zero) * 2
    }
    return (judged.max() ?? .zero) * 2 + .seconds(10)
  }

  /// After so long nothing waits any more either: whole tens of seconds.
  var settlingTime: Duration {
    let waits = groups.map { group -> Duration in
      guard case .delayed(let after, _) = group.failback else { return .zero }
      return after
    }
    let time =
      judgingTime + (waits.max() ?? .zero) + (groups.compactMap { $0.damping?.base }.max() ?? .zero)
    return .seconds((time.components.seconds + 9) / 10 * 10)
  }
}

extension World {
  /// To the next probe by the first member of the first group, if it is probed.
  fileprivate mutating func runToProbe() {
    let before = probesOfFirst
    for _ in 0..<10_000 where before > 0 && probesOfFirst == before {
      guard let next = engine?.wakesAt else { return }
      run(until: next > now ? next : now + .milliseconds(1))
    }
  }

  private var probesOfFirst: Int {
    engine?.groupStatus(clock: shell.wall).first?.members.first?.checks.first?.sent ?? 0
  }

  /// Who holds each group, as the kernel confirms.
  var holders: [GroupName: [MemberID]] {
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

  /// Begins a second later.
  fileprivate mutating func strike(_ failures: [SingleFailure], isOver: Bool = false) -> Instant {
    let at = now + .seconds(1)
    for failure in failures {
      guard let name = scene.configuration.uplink(failure.uplink)?.interface else { continue }
      for incident in failure.incidents(by: name, isOver: isOver) {
        agenda.add(at, .incident(incident))
      }
    }
    return at
  }
}
