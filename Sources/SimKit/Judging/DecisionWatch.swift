import Config
import Engine
import Model

/// Watches that decisions follow from what was so: no group is emptied while a member can be
/// used, and no target is called mute that answered.
struct DecisionWatch: Sendable {
  /// Hosts that do not answer as they should, or whose link does not carry.
  private var impaired: [FakeNetwork.Place] = []
  /// When they last were; of those that never were, since when they are known.
  private var impairedAt: [FakeNetwork.Place: Instant] = [:]
  private var known: [InterfaceName] = []
  private var stuckSince: [InterfaceName: Instant] = [:]
  private var stoppedUntil = Instant.zero

  mutating func looked(
    _ scene: Scene, kernel: FakeKernel, network: FakeNetwork, at now: Instant
  ) {
    let now = max(now, stoppedUntil)
    stuckSince = stuckSince.filter { scene.sticking.contains($0.key) }
    for name in scene.sticking where stuckSince[name] == nil { stuckSince[name] = now }
    var found: [FakeNetwork.Place] = []
    for uplink in scene.configuration.uplinks {
      let places = FakeNetwork.Place.all(by: uplink.interface)
      if !known.contains(uplink.interface) {
        known.append(uplink.interface)
        for place in places { impairedAt[place] = now }
      }
      let sticks = scene.sticking.contains(uplink.interface)
      let carries = PerFamily { !sticks && kernel.isUsable(uplink, $0) }
      found += places.filter { !carries[$0.family] || network.conduct($0).truth != .up }
    }
    for place in impaired where !found.contains(place) { impairedAt[place] = now }
    impaired = found
  }

  /// What was under way when the daemon stopped for a while is judged when it goes on.
  mutating func stopped(from now: Instant, until then: Instant) {
    stoppedUntil = max(stoppedUntil, then)
    impairedAt = impairedAt.mapValues { $0 + (then - now) }
    stuckSince = stuckSince.mapValues { $0 + (then - now) }
  }

  func violation(_ decision: Decision, _ scene: Scene) -> Violation? {
    emptied(decision) ?? decision.causes.lazy.compactMap { falseAlarm($0, scene) }.first
  }

  private func emptied(_ decision: Decision) -> Violation? {
    let usable = decision.readings.filter(\.standing.isUsable).map(\.member)
    guard decision.state != .manual, !usable.isEmpty else { return nil }
    let isKept = !decision.preferred.isEmpty && decision.preferred.allSatisfy(usable.contains)
    return isKept
      ? nil
      : Violation(
        invariant: .lastWayStays, sentence: "\(decision.headline), though \(usable) can be used")
  }

  private func falseAlarm(_ cause: Cause, _ scene: Scene) -> Violation? {
    guard case .judged(.uplink(let name), let reading) = cause.event, reading.health == .down,
      let uplink = scene.configuration.uplink(name),
      let definition = scene.configuration.check(reading.check)
    else { return nil }
    let place = FakeNetwork.Place(
      interface: uplink.interface, family: reading.family, reach: reading.target.reach)
    let last = impairedAt[place] ?? .zero
    let slack = FakeNetwork.slowest + .milliseconds(20)
    // What was lost may be judged as late as the window is seen.
    let bound = definition.detectionBound + (definition.quality?.window ?? .zero)
    if definition.kind.isAskedOnTheLink, let since = stuckSince[uplink.interface],
      cause.at > since + bound + slack
    {
      return Violation(
        invariant: .unsentIsNotLost,
        sentence: "\(name) was called down by \(reading.check), which could not be asked since "
          + "\((since - .zero).text)")
    }
    guard !impaired.contains(place), cause.at > last + bound + slack else {
      return nil
    }
    return Violation(
      invariant: .lastWayStays,
      sentence: "\(name) was called down by \(reading.check), which was last impaired at "
        + "\((last - .zero).text)")
  }
}

extension CheckKind {
  /// Programs and files are this machine's own.
  fileprivate var isAskedOnTheLink: Bool {
    switch self {
    case .exec, .file, .wifi: false
    case .ping, .arp, .tcp, .dns: true
    }
  }
}
