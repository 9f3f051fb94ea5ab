import Model
import Reconcile

/// A Linux kernel as far as Siaga can tell: links, addresses, routes, rules, sysctls, one
/// nftables table, and the netlink socket through which it tells of them.
///
/// It is silent where Linux is: IPv4 routes vanish without a word when their link is set down
/// or loses its last address.
public struct FakeKernel: Sendable {
  struct Interface: Sendable {
    var link: Link
    var addresses: [HeldAddress] = []

    /// A next hop by this interface is not dead.
    var carriesRoutes: Bool { link.isUp && !addresses.isEmpty }
  }

  var interfaces: [InterfaceIndex: Interface] = [:]
  var routes: [Route] = []  // of equal metric, the first is asked first
  var rules: [Rule] = []
  var sysctls: [Sysctl: String] = [.forwardV4: "0", .multipathHashV4: "0"]
  public var firewall: Firewall?
  var socket = NoticeQueue()
  /// Grows with every change, so that onlookers look only when there is something to see.
  private(set) var version = 0
  private(set) var linkVersion = 0
  private var nextIndex: Int32 = 2

  init() {}

  mutating func touched() {
    version += 1
  }

  private mutating func linkTouched() {
    version += 1
    linkVersion += 1
  }
}

// MARK: - Links

extension FakeKernel {
  func index(of name: InterfaceName) -> InterfaceIndex? {
    interfaces.values.first { $0.link.name == name }?.link.index
  }

  /// A new interface, or an old one under a new number.
  mutating func appear(_ name: InterfaceName) -> InterfaceIndex {
    let index = InterfaceIndex(nextIndex)
    nextIndex += 1
    let link = Link(index: index, name: name, isUp: true, hasCarrier: true)
    interfaces[index] = Interface(link: link)
    sysctls[.reversePathFilter(name)] = "1"
    sysctls[.ignoreLinkdown(name)] = "0"
    sysctls[.promoteSecondaries(name)] = "0"
    linkTouched()
    socket.tell(.link(link))
    return index
  }

  mutating func vanish(_ index: InterfaceIndex) {
    guard let interface = interfaces[index] else { return }
    for held in interface.addresses { removeAddress(held) }
    // A route with a hop on a link that is unregistered goes whole (fib_sync_down_dev).
    routes.removeAll { route in route.hops.contains { $0.interface == index } }
    interfaces[index] = nil
    sysctls[.reversePathFilter(interface.link.name)] = nil
    sysctls[.ignoreLinkdown(interface.link.name)] = nil
    sysctls[.promoteSecondaries(interface.link.name)] = nil
    linkTouched()
    socket.tell(.linkGone(index))
  }

  mutating func setUp(_ index: InterfaceIndex, _ isUp: Bool) {
    guard interfaces[index] != nil, interfaces[index]?.link.isUp != isUp else { return }
    interfaces[index]?.link.isUp = isUp
    dropDeadRoutes()
    linkTouched()
    tellOfLink(index)
  }

  /// Whoever calls says when the kernel gets round to telling of it (`tellOfLink`).
  mutating func setCarrier(_ index: InterfaceIndex, _ hasCarrier: Bool) {
    guard interfaces[index] != nil, interfaces[index]?.link.hasCarrier != hasCarrier else { return }
    interfaces[index]?.link.hasCarrier = hasCarrier
    interfaces[index]?.link.isOperational = hasCarrier
    linkTouched()
  }

  /// A notice tells how things stand when it is written, not when they changed.
  mutating func tellOfLink(_ index: InterfaceIndex) {
    guard let interface = interfaces[index] else { return }
    socket.tell(.link(interface.link))
  }
}

// MARK: - Addresses and the routes that hang on them

extension FakeKernel {
  mutating func addAddress(_ held: HeldAddress) {
    interfaces[held.interface]?.addresses.append(held)
    touched()
    socket.tell(.address(held))
  }

  /// The first of a network takes the others of it along, unless they are promoted
  /// (__inet_del_ifa).
  mutating func removeAddress(_ held: HeldAddress) {
    guard let interface = interfaces[held.interface] else { return }
    let siblings = interface.addresses.filter { $0.address.network == held.address.network }
    let isPromoting = sysctls[.promoteSecondaries(interface.link.name)] == "1"
    let isPrimary = siblings.first?.isSame(as: held) ?? false
    for gone in isPrimary && !isPromoting ? siblings.reversed() : [held] {
      interfaces[held.interface]?.addresses.removeAll { $0.isSame(as: gone) }
      socket.tell(.addressGone(gone))
    }
    touched()
    dropDeadRoutes()
  }

  /// Without a word: only routes that somebody deletes are told of.
  private mutating func dropDeadRoutes() {
    routes = routes.filter { $0.hops.contains(where: isAlive) }
  }

  func isAlive(_ hop: NextHop) -> Bool {
    interfaces[hop.interface]?.carriesRoutes ?? false
  }

  mutating func addRoute(_ route: Route) {
    routes.insert(route, at: 0)
    touched()
    if Self.isWatched(route) { socket.tell(.route(route)) }
  }

  /// Removes the first that fits, which need not be the one that was meant.
  @discardableResult
  mutating func removeRoute(_ route: Route) -> Bool {
    guard let place = routes.firstIndex(where: route.deletionFits) else { return false }
    let hit = routes.remove(at: place)
    touched()
    if Self.isWatched(hit) { socket.tell(.routeGone(hit)) }
    return true
  }

  mutating func removeRule(_ rule: Rule) {
    guard let place = rules.firstIndex(of: rule) else { return }
    rules.remove(at: place)
    touched()
    if rule.concernsUs { socket.tell(.ruleGone(rule)) }
  }

  mutating func addRule(_ rule: Rule) {
    rules.append(rule)
    touched()
    if rule.concernsUs { socket.tell(.rule(rule)) }
  }

  /// What the daemon's monitor passes on.
  static func isWatched(_ route: Route) -> Bool {
    route.isOurs || Ours.tables.contains(route.table)
  }
}

extension Route {
  /// fib_table_delete and fib_nh_match (net/ipv4): hops are compared as far as the other's list
  /// goes, weights not at all; no metric and no tag fit any.
  fileprivate func deletionFits(_ other: Route) -> Bool {
    guard destination == other.destination, table == other.table, origin == other.origin,
      metric == 0 || metric == other.metric, tag == 0 || tag == other.tag,
      other.hops.count <= hops.count
    else { return false }
    return zip(hops, other.hops).allSatisfy {
      $0.interface == $1.interface && $0.gateway == $1.gateway
    }
  }
}
