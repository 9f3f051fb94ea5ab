/// The kernel as far as Siaga looks at it: all links and addresses, our routes and rules
/// (and whatever else stands in our tables), the sysctls we set, our nft table.
public struct KernelState: Sendable {
  public private(set) var links: [InterfaceIndex: Link] = [:]
  private var indexes: [InterfaceName: InterfaceIndex] = [:]
  private var addressesByLink: [InterfaceIndex: [HeldAddress]] = [:]
  public private(set) var routes: Set<Route> = []
  public private(set) var rules: Set<Rule> = []
  public private(set) var sysctls: [Sysctl: String] = [:]
  public private(set) var firewall: Firewall?  // nil: not there, or meddled with

  public init() {}

  public enum Delta: Hashable, Sendable {
    case link(Link)
    case linkGone(InterfaceIndex)
    case address(HeldAddress)
    case addressGone(HeldAddress)
    case route(Route)
    case routeGone(Route)
    case table(UInt32, Family, [Route])  // read whole: replaces what was known of it
    case rule(Rule)
    case ruleGone(Rule)
    case sysctl(Sysctl, String?)
    case firewall(Firewall?)

    public var isOfLink: Bool {
      switch self {
      case .link, .linkGone: true
      case .address, .addressGone, .route, .routeGone, .table, .rule, .ruleGone, .sysctl,
        .firewall:
        false
      }
    }

    public var isOfLinkOrAddress: Bool {
      switch self {
      case .link, .linkGone, .address, .addressGone: true
      case .route, .routeGone, .table, .rule, .ruleGone, .sysctl, .firewall: false
      }
    }
  }

  public mutating func apply(_ delta: Delta) {
    switch delta {
    case .link(let link):
      forgetName(of: link.index)
      links[link.index] = link
      indexes[link.name] = link.index
    case .linkGone(let index):
      if let name = links[index]?.name { sysctls = sysctls.filter { !$0.key.concerns(name) } }
      forgetName(of: index)
      links[index] = nil
      addressesByLink[index] = nil
      routes = routes.filter { route in !route.hops.contains { $0.interface == index } }
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

  /// After a dump of what rtnetlink tells: the rest stays as it was known, but for the
  /// settings of links that went, or went and came again.
  public mutating func keep(_ known: KernelState) {
    let gone = known.links.values.filter { links[$0.index]?.name != $0.name }.map(\.name)
    sysctls = known.sysctls.filter { sysctl in !gone.contains { sysctl.key.concerns($0) } }
    firewall = known.firewall
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

  public func addresses(on index: InterfaceIndex) -> [InterfaceAddress] {
    (addressesByLink[index] ?? []).map(\.address).sorted()
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
  public var interface: InterfaceIndex
  public var address: InterfaceAddress
  public var origin: UInt8  // IFA_PROTO; 0 where the kernel does not say

  public init(interface: InterfaceIndex, address: InterfaceAddress, origin: UInt8 = Ours.origin) {
    self.interface = interface
    self.address = address
    self.origin = origin
  }

  public var isOurs: Bool { origin == Ours.origin }

  public func isSame(as other: HeldAddress) -> Bool {
    interface == other.interface && address == other.address
  }

  public static func < (left: HeldAddress, right: HeldAddress) -> Bool {
    (left.interface, left.address) < (right.interface, right.address)
  }
}

/// A kernel setting below /proc/sys, such as `net/ipv4/ip_forward`.
public struct Sysctl: Hashable, Comparable, Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  public static let forwardV4 = Sysctl("net/ipv4/ip_forward")
  public static let multipathHashV4 = Sysctl("net/ipv4/fib_multipath_hash_policy")

  public static func reversePathFilter(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv4/conf/\(name)/rp_filter")
  }

  /// So that an address can be changed: without it the old one takes the new one with it.
  public static func promoteSecondaries(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv4/conf/\(name)/promote_secondaries")
  }

  public static func ignoreLinkdown(_ name: InterfaceName) -> Sysctl {
    Sysctl("net/ipv4/conf/\(name)/ignore_routes_with_linkdown")
  }

  public static func < (left: Sysctl, right: Sysctl) -> Bool {
    left.path < right.path
  }

  /// A setting of an interface goes with the interface.
  public func concerns(_ name: InterfaceName) -> Bool {
    path.split(separator: "/").dropLast().last.map { $0 == name.text } ?? false
  }

  /// As `sysctl` takes it: slashes, since an interface's name may hold a dot.
  public var text: String { path }
}
