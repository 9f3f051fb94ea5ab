import Config
import Engine
import Model

/// What was found out, and the daemon's own engine on paper: what it would want of this kernel,
/// and who is in its way.
struct Patient: Sendable {
  let facts: Facts
  let wanted: Wanted
  let rivals: [Rival]

  init(_ facts: Facts) {
    self.facts = facts
    guard let configuration = facts.configuration, let kernel = facts.kernel else {
      wanted = .nothing
      rivals = []
      return
    }
    let engine = Engine.onPaper(configuration, kernel)
    wanted = engine.wanted
    rivals = engine.rivals
  }

  var configuration: Configuration? { facts.configuration }
  var uplinks: [Uplink] { configuration?.uplinks ?? [] }
  var groups: [Group] { configuration?.groups ?? [] }

  /// Those whose interface is there.
  var links: [(uplink: Uplink, link: Link)] {
    uplinks.compactMap { uplink in
      facts.kernel?.link(named: uplink.interface).map { (uplink, $0) }
    }
  }

  /// Whether this machine is to pass on what others send.
  func forwards(_ family: Family) -> Bool {
    let own = groups.filter { $0.holding.family == family }
    return !own.isEmpty
      && (uplinks.contains { $0.serves(family) } || own.contains(where: \.isOfLAN))
  }

  func name(_ index: InterfaceIndex) -> InterfaceName? {
    facts.kernel?.links[index]?.name
  }

  /// A group of this family in which the uplink stands.
  func group(of uplink: Uplink, _ family: Family) -> Group? {
    groups.first {
      $0.holding.family == family && $0.seat(of: .uplink(uplink.name)) != nil
    }
  }
}

extension Uplink {
  /// Whether hosts inside send by it.
  fileprivate func serves(_ family: Family) -> Bool {
    family == .ipv4 ? nat != .none : nat6 != .none || !lans.isEmpty
  }
}

extension Group {
  /// Whether it takes what comes in by a link, of others.
  fileprivate var isOfLAN: Bool {
    guard let incoming = match?.incoming else { return false }
    return incoming.text != "lo"
  }
}

extension Engine {
  fileprivate static func onPaper(_ configuration: Configuration, _ kernel: KernelState) -> Engine {
    var engine = Engine(seed: 0)
    _ = engine.handle(.configured(configuration), at: .zero)
    _ = engine.handle(.resynced(kernel), at: .zero)
    return engine
  }
}

extension Facts {
  /// The settings that are judged: what the configuration wants set, and what may stand in the way.
  public var settingsToRead: [Sysctl] {
    let names = (configuration?.uplinks ?? []).map(\.interface) + [InterfaceName("all")!]
    let own = names.flatMap { [Sysctl.reversePathFilter($0), .disablesIPv6($0)] }
    return own + Patient(self).wanted.sysctls.keys.sorted()
  }
}

extension Sysctl {
  static func disablesIPv6(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv6/conf/\(name)/disable_ipv6")
  }
}
