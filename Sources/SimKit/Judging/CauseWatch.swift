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

  private var names: Set<InterfaceName> = []  // of all links that ever were
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
    facts = []
    names.formUnion(kernel.interfaces.all.lazy.map(\.link.name))
    names.formUnion(scene.configuration.uplinks.lazy.map(\.interface))
    for name in names { look(at: name, scene, kernel) }
    for uplink in scene.configuration.uplinks {
      let name = uplink.interface
      for family in Family.allCases {
        let isUsable = kernel.isUsable(uplink, family)
        facts.insert(isUsable ? .isUsable(uplink.name, family) : .isUnusable(uplink.name, family))
        if kernel.isAddressed(uplink, family) { facts.insert(.isAddressed(uplink.name, family)) }
      }
      for place in FakeNetwork.Place.all(by: name) {
        let truth = network.conduct(place).truth
        if truth != .down { facts.insert(.answers(place)) }
        let isHindered =
          scene.sticking.contains(name) || facts.contains(.isUnusable(uplink.name, place.family))
        if truth != .up || isHindered { facts.insert(.fails(place)) }
      }
    }
  }

  /// Also at those that no file names yet: the daemon may go by what it heard of them.
  private mutating func look(at name: InterfaceName, _ scene: Scene, _ kernel: FakeKernel) {
    guard let interface = kernel.interfaces[name] else {
      facts.insert(.lacks(name, .absent))
      return
    }
    let link = interface.link
    if !link.isUp { facts.insert(.lacks(name, .adminDown)) }
    if !link.hasCarrier || !link.isOperational { facts.insert(.lacks(name, .noCarrier)) }
    if link.isUp, link.hasCarrier, link.isOperational { facts.insert(.carries(name)) }
    guard !scene.configuration.uplinks.contains(where: { $0.interface == name }) else { return }
    for family in Family.allCases {
      facts.insert(interface.hasAddress(family) ? .isCovered(name, family) : .isBare(name, family))
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
