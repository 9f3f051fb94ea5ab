import Model

/// One step from the observed kernel to the wanted one.
public enum Change: Hashable, Sendable {
  case addLink(VirtualLink)
  case raiseLink(InterfaceName, InterfaceIndex)
  case lowerLink(InterfaceName, InterfaceIndex)
  case removeLink(InterfaceIndex)
  case bond(BondChange)
  case addAddress(HeldAddress)
  case removeAddress(HeldAddress)
  case addRoute(Route)
  case removeRoute(Route)
  case addRule(Rule)
  case removeRule(Rule)
  case setSysctl(Sysctl, String)
  case loadFirewall(Firewall)
  case removeFirewall

  /// How a change reaches the kernel.
  public enum Lane: Hashable, Sendable {
    case netlink  // at once, many in one batch
    case slow  // files and programs: never on the loop
  }

  public var lane: Lane {
    switch self {
    case .addLink, .raiseLink, .lowerLink, .removeLink, .bond, .addAddress, .removeAddress,
      .addRoute, .removeRoute, .addRule, .removeRule:
      .netlink
    case .setSysctl, .loadFirewall, .removeFirewall: .slow
    }
  }

  /// What is so once the kernel has confirmed the change; nil: of a link the kernel tells more than
  /// was asked for, and tells it itself.
  public var confirmed: KernelState.Delta? {
    switch self {
    case .addLink, .raiseLink, .lowerLink, .bond: nil
    case .removeLink(let index): .linkGone(index)
    case .addAddress(let address): .address(address.asAdded)
    case .removeAddress(let address): .addressGone(address)
    case .addRoute(let route): .route(route)
    case .removeRoute(let route): .routeGone(route)
    case .addRule(let rule): .rule(rule)
    case .removeRule(let rule): .ruleGone(rule)
    case .setSysctl(let sysctl, let value): .sysctl(sysctl, value)
    case .loadFirewall(let firewall): .firewall(firewall)
    case .removeFirewall: .firewall(nil)
    }
  }

  /// Errors that mean "it is so already": somebody was faster, or the kernel was silent.
  public func isAlreadySo(_ code: Int32) -> Bool {
    switch self {
    case .addLink, .bond(.add), .addAddress, .addRoute, .addRule: code == Errno.exists
    case .removeLink: code == Errno.noSuchDevice
    case .removeAddress: code == Errno.noSuchAddress || code == Errno.noSuchDevice
    case .removeRoute, .removeRule:
      code == Errno.noSuchProcess || code == Errno.noEntry || code == Errno.noSuchDevice
    case .raiseLink, .lowerLink, .bond, .setSysctl, .loadFirewall, .removeFirewall: false
    }
  }
}

extension Change {
  /// What one change brings and another takes away: the two must not leave a gap.
  enum Place: Hashable {
    case route(Prefix, table: UInt32)
    case address(InterfaceIndex, Family)
    case rule(Selector, Family)  // at whatever priority, to whatever table
    case visits(Family, table: UInt32)  // by packets that a rule sends there
    case worseRoutes(Prefix, table: UInt32)  // which an IPv6 route may hide by its metric
  }

  /// What is not settled before this is done: it comes, or (visits) it ends.
  var settles: Place? {
    switch self {
    case .addRoute(let route): .route(route.destination, table: route.table)
    case .addAddress(let held): .address(held.interface, held.address.family)
    case .addRule(let rule): .rule(rule.selector, rule.family)
    case .removeRule(let rule): .visits(rule.family, table: rule.table)
    case .removeRoute(let route) where route.destination.family == .ipv6:
      .worseRoutes(route.destination, table: route.table)
    case .addLink, .raiseLink, .lowerLink, .removeLink, .bond, .removeAddress, .removeRoute,
      .setSysctl, .loadFirewall, .removeFirewall:
      nil
    }
  }

  /// What must be settled when this is taken away. A link that is about to get its address
  /// may be wanted again in a moment, so routes by it wait too.
  var waitsFor: [Place] {
    switch self {
    case .removeRoute(let route):
      [
        .route(route.destination, table: route.table),
        .visits(route.destination.family, table: route.table),
        .worseRoutes(route.destination, table: route.table),
      ]
        + route.hops.map { .address($0.interface, route.destination.family) }
    case .removeAddress(let held):
      [.address(held.interface, held.address.family)]
    case .removeRule(let rule):
      [.rule(rule.selector, rule.family)]
    case .addLink, .raiseLink, .lowerLink, .removeLink, .bond, .addAddress, .addRoute, .addRule,
      .setSysctl, .loadFirewall, .removeFirewall:
      []
    }
  }
}

extension HeldAddress {
  /// IPv6: it is asked first whether somebody else has it (RFC 4862 §5.4); the kernel tells when
  /// that is over.
  fileprivate var asAdded: HeldAddress {
    var added = self
    if address.family == .ipv6 { added.stage = .tentative }
    return added
  }
}

/// Linux errno values that changes are judged by (asm-generic/errno*.h).
enum Errno {
  static let noEntry: Int32 = 2
  static let noSuchProcess: Int32 = 3
  static let exists: Int32 = 17
  static let noSuchDevice: Int32 = 19
  static let noSuchAddress: Int32 = 99
  static let timedOut: Int32 = 110
  static let canceled: Int32 = 125
}

/// Why the kernel, or a program, refused a change.
public struct ChangeFailure: Error, Hashable, Sendable {
  public let code: Int32  // an errno; 0 when a program failed
  public let name: String  // `ENETUNREACH`
  public let message: String?  // the kernel's own words, or the program's

  public init(code: Int32, name: String, message: String?) {
    self.code = code
    self.name = name
    self.message = message
  }

  /// Nobody said whether it was done.
  public var isSilence: Bool { code == Errno.timedOut }
}
