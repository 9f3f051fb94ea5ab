/// The kernel as far as Siaga looks at it: all links and addresses, our routes and rules
/// (and whatever else stands in our tables), the rules before ours, everybody's default routes,
/// the sysctls we set, our nft table.
public struct KernelState: Sendable {
  public private(set) var links: [InterfaceIndex: Link] = [:]
  private var indexes: [InterfaceName: InterfaceIndex] = [:]
  private var addressesByLink: [InterfaceIndex: [HeldAddress]] = [:]
  public private(set) var routes: Set<Route> = []
  /// Others' default routes: what they tell of gateways. Linux drops IPv4 ones without a word,
  /// so one that stands here may be gone.
  public private(set) var foreignDefaults: Set<Route> = []
  public private(set) var leases: [InterfaceIndex: Lease] = [:]
  public private(set) var rules: Set<Rule> = []
  /// Others' rules that the kernel asks before ours: they may take what is ours.
  public private(set) var earlierRules: Set<Rule> = []
  public private(set) var sysctls: [Sysctl: String] = [:]
  public private(set) var firewall: Firewall?  // nil: not there, or meddled with

  public static let mostAdvertised = 8

  public init() {}

  public enum Delta: Hashable, Sendable {
    case link(Link)
    case linkGone(InterfaceIndex)
    case address(HeldAddress)
    case addressGone(HeldAddress)
    case route(Route)
    case routeGone(Route)
    case table(UInt32, Family, [Route])  // read whole: replaces what was known of it
    case foreignDefault(Route)
    case foreignDefaultGone(Route)
    case leased(InterfaceIndex, Lease?)
    case rule(Rule)
    case ruleGone(Rule)
    case sysctl(Sysctl, String?)
    case firewall(Firewall?)

    public var isOfLink: Bool {
      switch self {
      case .link, .linkGone: true
      case .address, .addressGone, .route, .routeGone, .table, .foreignDefault,
        .foreignDefaultGone, .leased, .rule, .ruleGone, .sysctl, .firewall:
        false
      }
    }

    public var isOfAddress: Bool {
      switch self {
      case .address, .addressGone: true
      case .link, .linkGone, .route, .routeGone, .table, .foreignDefault, .foreignDefaultGone,
        .leased, .rule, .ruleGone, .sysctl, .firewall:
        false
      }
    }

    /// Whether it may change who is usable.
    public var isOfUplinks: Bool {
      switch self {
      case .link, .linkGone, .address, .addressGone, .foreignDefault, .foreignDefaultGone,
        .leased:
        true
      case .route, .routeGone, .table, .rule, .ruleGone, .sysctl, .firewall: false
      }
    }
  }

  public mutating func apply(_ delta: Delta) {
    switch delta {
    case .link(let link):
      // Whoever comes under the old name next has settings of its own.
      if let old = links[link.index]?.name, old != link.name { forgetSettings(of: old) }
      forgetName(of: link.index)
      links[link.index] = link
      indexes[link.name] = link.index
    case .linkGone(let index):
      if let name = links[index]?.name { forgetSettings(of: name) }
      forgetName(of: index)
      links[index] = nil
      addressesByLink[index] = nil
      routes = routes.filter { !$0.leads(by: index) }
      foreignDefaults = foreignDefaults.filter { !$0.leads(by: index) }
      leases[index] = nil
    case .address(let address):
      // The same address with another owner mark is the same address.
      addressesByLink[address.interface, default: []].removeAll { $0.isSame(as: address) }
      addressesByLink[address.interface, default: []].append(address)
    case .addressGone(let address):
      addressesByLink[address.interface]?.removeAll { $0.isSame(as: address) }
    case .route(let route):
      routes.insert(route)
    case .routeGone(let route):
      routes.remove(route)
    case .table(let table, let family, let found):
      routes = routes.filter { $0.table != table || $0.destination.family != family }
      routes.formUnion(found)
    case .foreignDefault(let route):
      // By the same interface it may be a replacement, which says what came, not what went.
      foreignDefaults = foreignDefaults.filter { !$0.isReplaced(by: route) }
      if !route.isAdvertised || hasRoom(for: route) { foreignDefaults.insert(route) }
    case .foreignDefaultGone(let route):
      foreignDefaults.remove(route)
    case .leased(let index, let lease):
      leases[index] = lease
    case .rule(let rule) where rule.isForeignAndEarlier:
      earlierRules.insert(rule)
    case .ruleGone(let rule) where rule.isForeignAndEarlier:
      earlierRules.remove(rule)
    case .rule(let rule):
      rules.insert(rule)
    case .ruleGone(let rule):
      // The kernel holds a rule once, whoever made it.
      rules = rules.filter { !$0.isSame(as: rule) }
    case .sysctl(let sysctl, let value):
      sysctls[sysctl] = value
    case .firewall(let firewall):
      self.firewall = firewall
    }
  }

  /// Anybody on a link can advertise himself as a router, a thousand times under a thousand names.
  /// Of those a few are kept for each link, the first that were heard of.
  private func hasRoom(for route: Route) -> Bool {
    foreignDefaults.count { known in
      known.isAdvertised && known.hops.first?.interface == route.hops.first?.interface
    } < Self.mostAdvertised
  }

  /// After a dump of what rtnetlink tells: the rest stays as it was known, but for the
  /// settings of links that went, or went and came again.
  public mutating func keep(_ known: KernelState) {
    let gone = known.links.values.filter { links[$0.index]?.name != $0.name }.map(\.name)
    sysctls = known.sysctls.filter { sysctl in !gone.contains { sysctl.key.concerns($0) } }
    firewall = known.firewall
    leases = known.leases.filter { links[$0.key] != nil }
  }

  private mutating func forgetSettings(of name: InterfaceName) {
    sysctls = sysctls.filter { !$0.key.concerns(name) }
  }

  private mutating func forgetName(of index: InterfaceIndex) {
    guard let name = links[index]?.name, indexes[name] == index else { return }
    indexes[name] = nil
  }

  public func link(named name: InterfaceName) -> Link? {
    indexes[name].flatMap { links[$0] }
  }

  /// Of all links, sorted.
  public var addresses: [HeldAddress] {
    addressesByLink.values.joined().sorted()
  }

  /// Sorted.
  public func addresses(on index: InterfaceIndex) -> [HeldAddress] {
    (addressesByLink[index] ?? []).sorted()
  }

  public func holds(_ address: HeldAddress) -> Bool {
    addressesByLink[address.interface]?.contains { $0.isSame(as: address) } ?? false
  }

  public func routes(in table: UInt32) -> [Route] {
    routes.filter { $0.table == table }.sorted()
  }
}

/// An address on an interface, and whether we put it there.
public struct HeldAddress: Hashable, Comparable, Sendable {
  /// How far an address may be used (RFC 4862 §5.5.4). IPv4's are preferred from the start.
  public enum Stage: Hashable, Sendable {
    case tentative  // it is still asked whether somebody else has it
    case duplicate  // somebody else has it
    case preferred
    case deprecated  // what is new should not begin from it
  }

  public var interface: InterfaceIndex
  public var address: InterfaceAddress
  public var peer: IPAddress?  // the other end of a point-to-point link
  public var origin: UInt8  // IFA_PROTO; 0 where the kernel does not say
  public var stage: Stage
  public var isLeased: Bool  // it ends unless whoever set it renews it: DHCP, an advertisement
  /// Nodes hold it between them: no network comes with it, and nobody is asked whether it is free.
  public var isShared = false

  public init(
    interface: InterfaceIndex, address: InterfaceAddress, peer: IPAddress? = nil,
    origin: UInt8 = Ours.origin, stage: Stage = .preferred, isLeased: Bool = false
  ) {
    self.interface = interface
    self.address = address
    self.peer = peer
    self.origin = origin
    self.stage = stage
    self.isLeased = isLeased
  }

  /// One that nodes hold between them stands alone.
  public static func shared(_ address: IPAddress, on interface: InterfaceIndex) -> HeldAddress {
    var held = HeldAddress(
      interface: interface, address: InterfaceAddress(address, length: address.family.bits))
    held.isShared = true
    return held
  }

  /// Packets can come from it.
  public var isReady: Bool { stage == .preferred || stage == .deprecated }

  public var isOurs: Bool { origin == Ours.origin }

  public func isSame(as other: HeldAddress) -> Bool {
    interface == other.interface && address == other.address
  }

  public static func < (left: HeldAddress, right: HeldAddress) -> Bool {
    (left.interface, left.address) < (right.interface, right.address)
  }
}
