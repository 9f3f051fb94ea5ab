import Config
import Engine
import Model

/// Watches that what a decision gives as its causes really was, when it says so.
///
/// The daemon may hear of a link a second late, when the kernel holds its notices back, and of all
/// that was while it stood still when it goes on.
struct CauseWatch: Sendable {
  /// What can be true or false of a link, and of the hosts beyond it.
  enum Fact: Hashable, Sendable {
    case lacks(InterfaceName, Obstacle)
    case carries(InterfaceName)
    case isBare(InterfaceName, Family)  // without an address; of links that no file names
    case isCovered(InterfaceName, Family)  // with one, likewise
    case isAddressed(UplinkName, Family)
    case isUsable(UplinkName, Family)
    case isUnusable(UplinkName, Family)
    case answers(FakeNetwork.Place)  // perhaps
    case fails(FakeNetwork.Place)  // perhaps
  }

  private static let lag = LinkGate.shutFor + .milliseconds(50)

  private var names: [InterfaceName] = []  // of all links that ever were
  private var facts: [Fact] = []
  private var lastTrue: [Fact: Instant] = [:]  // of what is no longer so
  private var stoppedUntil = Instant.zero
  var startedAt = Instant.zero
  /// Of this turn; what came before the kernel is known is decided once it is.
  var orders: [Command] = []
  var isReloaded = false

  mutating func looked(
    _ scene: Scene, kernel: FakeKernel, network: FakeNetwork, at now: Instant
  ) {
    for interface in kernel.interfaces.all { learn(interface.link.name) }
    for uplink in scene.configuration.uplinks { learn(uplink.interface) }
    var found: [Fact] = []
    found.reserveCapacity(facts.count)
    for name in names { look(at: name, scene, kernel, &found) }
    for uplink in scene.configuration.uplinks { look(at: uplink, scene, kernel, network, &found) }
    guard found != facts else { return }  // as mostly, and to hash them all would be slow
    let stillSo = Set(found)
    for fact in facts where !stillSo.contains(fact) { lastTrue[fact] = max(now, stoppedUntil) }
    facts = found
  }

  private mutating func learn(_ name: InterfaceName) {
    if !names.contains(name) { names.append(name) }
  }

  /// Also at those that no file names yet: the daemon may go by what it heard of them.
  private func look(
    at name: InterfaceName, _ scene: Scene, _ kernel: FakeKernel, _ found: inout [Fact]
  ) {
    guard let interface = kernel.interfaces[name] else {
      found.append(.lacks(name, .absent))
      return
    }
    let link = interface.link
    if !link.isUp { found.append(.lacks(name, .adminDown)) }
    if !link.hasCarrier || !link.isOperational { found.append(.lacks(name, .noCarrier)) }
    if link.isUp, link.hasCarrier, link.isOperational { found.append(.carries(name)) }
    guard !scene.configuration.uplinks.contains(where: { $0.interface == name }) else { return }
    for family in Family.allCases {
      found.append(interface.hasAddress(family) ? .isCovered(name, family) : .isBare(name, family))
    }
  }

  private func look(
    at uplink: Uplink, _ scene: Scene, _ kernel: FakeKernel, _ network: FakeNetwork,
    _ found: inout [Fact]
  ) {
    let usable = PerFamily { kernel.isUsable(uplink, $0) }
    for family in Family.allCases {
      found.append(
        usable[family] ? .isUsable(uplink.name, family) : .isUnusable(uplink.name, family))
      if kernel.isAddressed(uplink, family) { found.append(.isAddressed(uplink.name, family)) }
    }
    let sticks = scene.sticking.contains(uplink.interface)
    for place in FakeNetwork.Place.all(by: uplink.interface) {
      let truth = network.conduct(place).truth
      if truth != .down { found.append(.answers(place)) }
      if truth != .up || sticks || !usable[place.family] { found.append(.fails(place)) }
    }
  }

  /// What was so when the daemon stopped for a while it may take for true when it goes on.
  mutating func stopped(from now: Instant, until then: Instant) {
    stoppedUntil = max(stoppedUntil, then)
    lastTrue = lastTrue.mapValues { $0 + (then - now) }
  }

  func wasTrue(
    _ fact: Fact, at now: Instant, within more: Duration = .zero
  ) -> Bool {
    facts.contains(fact) || (lastTrue[fact].map { now <= $0 + Self.lag + more } ?? false)
  }
}

extension FakeKernel.Interface {
  fileprivate func hasAddress(_ family: Family) -> Bool {
    addresses.contains {
      $0.isReady && $0.address.family == family
        && (family == .ipv4 || !$0.address.address.isLinkLocal)
    }
  }
}
