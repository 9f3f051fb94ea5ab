import Model
import Reconcile

/// A Linux kernel as far as Siaga can tell: links, addresses, routes, rules, sysctls, one
/// nftables table, and the netlink socket through which it tells of them.
///
/// It is silent where Linux is: IPv4 routes vanish without a word when their link is set down
/// or loses its last address. IPv6 routes go with a word, and IPv6 addresses too when their
/// link is set down.
public struct FakeKernel: Sendable {
  struct Interface: Sendable {
    var link: Link
    var addresses: [HeldAddress] = []

    /// A next hop by this interface is not dead.
    func carriesRoutes(_ family: Family) -> Bool {
      link.isUp && addresses.contains { $0.address.family == family }
    }
  }

  var interfaces = InterfaceTable()
  var routes: [Route] = []  // of equal metric, the first is asked first
  var rules: [Rule] = []
  var sysctls: [Sysctl: String] = [
    .forwarding(.ipv4): "0", .forwarding(.ipv6): "0",
    .multipathHash(.ipv4): "0", .multipathHash(.ipv6): "0",
  ]
  public var firewall: Firewall?
  var socket = NoticeQueue()
  private var tentative: [HeldAddress] = []
  /// Grows with every change, so that onlookers look only when there is something to see.
  private(set) var version = 0
  private(set) var linkVersion = 0
  private(set) var nextIndex: Int32

  /// - Parameter first: the number of the first interface; machines on one link must differ in it, for
  ///   hardware addresses and link-local ones follow from it.
  init(first: Int32 = 2) {
    nextIndex = first
  }

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
    interfaces[name]?.link.index
  }

  /// Some other link's number.
  func another(than index: InterfaceIndex) -> InterfaceIndex {
    interfaces.all.first { $0.link.index != index }?.link.index ?? InterfaceIndex(9_999)
  }

  /// A new interface, or an old one under a new number.
  mutating func appear(_ name: InterfaceName) -> InterfaceIndex {
    let index = InterfaceIndex(nextIndex)
    appear(
      Link(
        index: index, name: name, isUp: true, hasCarrier: true,
        hardwareAddress: .drawn(Int(index.value))))
    addAddress(Self.linkLocal(index))
    return index
  }

  /// A macvlan, which is set down at first.
  mutating func appear(_ link: VirtualLink) {
    let below = interfaces[link.parent]?.link.hasCarrier ?? false
    appear(
      Link(
        index: InterfaceIndex(nextIndex), name: link.name, isUp: false, hasCarrier: below,
        hardwareAddress: link.hardware, group: Ours.linkGroup,
        macvlan: Macvlan(parent: link.parent, mode: .bridge)))
  }

  private mutating func appear(_ link: Link) {
    nextIndex += 1
    interfaces[link.index] = Interface(link: link)
    for (sysctl, value) in Self.settings(of: link.name) { sysctls[sysctl] = value }
    linkTouched()
    socket.tell(.link(link))
  }

  /// A link that a change has made, or made another of.
  mutating func become(_ link: Link) {
    guard interfaces[link.index] != nil else { return appear(link) }
    interfaces[link.index]?.link = link
    linkTouched()
    socket.tell(.link(link))
  }

  mutating func vanish(_ index: InterfaceIndex) {
    guard let interface = interfaces[index] else { return }
    let above = interfaces.all.filter { $0.link.macvlan?.parent == index }.map(\.link.index)
    above.forEach { vanish($0) }
    for held in interface.addresses { removeAddress(held) }
    // A route with a hop on a link that is unregistered goes whole (fib_sync_down_dev).
    routes.removeAll { $0.leads(by: index) }
    interfaces[index] = nil
    for (sysctl, _) in Self.settings(of: interface.link.name) { sysctls[sysctl] = nil }
    linkTouched()
    socket.tell(.linkGone(index))
  }

  mutating func setUp(_ index: InterfaceIndex, _ isUp: Bool) {
    guard interfaces[index] != nil, interfaces[index]?.link.isUp != isUp else { return }
    interfaces[index]?.link.isUp = isUp
    dropDeadRoutes()
    linkTouched()
    tellOfLink(index)
    let own = interfaces[index]?.addresses.filter { $0.address.family == .ipv6 } ?? []
    if isUp {
      guard let name = interfaces[index]?.link.name,
        sysctls[.withoutIPv6(name)] != "1", sysctls[.linkLocalMode(name)] != "1"
      else { return }
      addAddress(Self.linkLocal(index))
    } else {
      own.forEach { removeAddress($0) }
    }
  }

  private static func settings(of name: InterfaceName) -> [(Sysctl, String)] {
    [
      (.reversePathFilter(name), "1"), (.promoteSecondaries(name), "0"),
      (.acceptAdvertisements(name), "1"), (.ignoreARP(name), "0"), (.announceARP(name), "0"),
      (.withoutIPv6(name), "0"), (.linkLocalMode(name), "0"),
    ] + Family.allCases.map { (.ignoreLinkdown(name, $0), "0") }
  }

  /// What every interface that is up has from the kernel (RFC 4291 §2.5.6).
  private static func linkLocal(_ index: InterfaceIndex) -> HeldAddress {
    let address = IPAddress.v6(high: 0xfe80 << 48, low: UInt64(index.value))
    return HeldAddress(
      interface: index, address: InterfaceAddress(address, length: 64), origin: 0)
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
    var held = held
    if held.address.family == .ipv6, !held.address.address.isLinkLocal, !held.isShared {
      held.stage = .tentative
      tentative.append(held)
    }
    interfaces[held.interface]?.addresses.append(held)
    touched()
    socket.tell(.address(held))
  }

  /// Those that are being asked for since this was called last.
  mutating func takeTentative() -> [HeldAddress] {
    defer { tentative = [] }
    return tentative
  }

  mutating func foundUnique(_ held: HeldAddress) {
    let addresses = interfaces[held.interface]?.addresses ?? []
    guard let place = addresses.firstIndex(of: held) else { return }
    interfaces[held.interface]?.addresses[place].stage = .preferred
    touched()
    interfaces[held.interface].map { socket.tell(.address($0.addresses[place])) }
  }

  /// The first of a network takes the others of it along, unless they are promoted
  /// (__inet_del_ifa).
  mutating func removeAddress(_ held: HeldAddress) {
    guard let interface = interfaces[held.interface] else { return }
    let siblings = interface.addresses.filter { $0.address.network == held.address.network }
    let isPromoting =
      held.address.family == .ipv6 || sysctls[.promoteSecondaries(interface.link.name)] == "1"
    let isPrimary = siblings.first?.isSame(as: held) ?? false
    for gone in isPrimary && !isPromoting ? siblings.reversed() : [held] {
      interfaces[held.interface]?.addresses.removeAll { $0.isSame(as: gone) }
      socket.tell(.addressGone(gone))
    }
    touched()
    dropDeadRoutes()
  }

  /// IPv4's without a word: of them only those that somebody deletes are told of.
  private mutating func dropDeadRoutes() {
    let dead = routes.filter { route in
      route.kind == .unicast && !route.hops.contains { isAlive($0, route.destination.family) }
    }
    guard !dead.isEmpty else { return }
    routes.removeAll(where: dead.contains)
    for route in dead where route.destination.family == .ipv6 {
      Self.farewell(to: route).map { socket.tell($0) }
    }
  }

  func isAlive(_ hop: NextHop, _ family: Family) -> Bool {
    interfaces[hop.interface]?.carriesRoutes(family) ?? false
  }

  mutating func addRoute(_ route: Route) {
    precondition(
      route.destination.family == .ipv4 || !routes.contains(where: route.wouldMerge),
      "IPv6 routes of equal metric become one")
    routes.insert(route, at: 0)
    touched()
    Self.notice(of: route).map { socket.tell($0) }
  }

  /// Removes the first that fits, which need not be the one that was meant.
  @discardableResult
  mutating func removeRoute(_ route: Route) -> Bool {
    guard let place = routes.firstIndex(where: route.deletionFits) else { return false }
    let hit = routes.remove(at: place)
    touched()
    Self.farewell(to: hit).map { socket.tell($0) }
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

  /// What the daemon's monitor passes on of a route that stands.
  static func notice(of route: Route) -> KernelState.Delta? {
    guard route.concernsUs else { return nil }
    return route.isForeignDefault ? .foreignDefault(route) : .route(route)
  }

  private static func farewell(to route: Route) -> KernelState.Delta? {
    guard route.concernsUs else { return nil }
    return route.isForeignDefault ? .foreignDefaultGone(route) : .routeGone(route)
  }
}

extension HardwareAddress {
  /// One that an administrator chose (IEEE 802: the second bit of the first byte).
  static func drawn(_ number: Int) -> HardwareAddress? {
    HardwareAddress(bytes: [2, 0, 0, 0, UInt8(number >> 8 & 0xff), UInt8(number & 0xff)])
  }
}

extension Route {
  /// fib_table_delete and fib_nh_match (net/ipv4): hops are compared as far as the other's list
  /// goes, weights not at all; no metric and no tag fit any. IPv6 routes are told apart by
  /// their metrics (ip6_route_del).
  fileprivate func deletionFits(_ other: Route) -> Bool {
    guard destination == other.destination, table == other.table, origin == other.origin,
      metric == 0 || metric == other.metric, kind == other.kind, tag == 0 || tag == other.tag,
      other.hops.count <= hops.count
    else { return false }
    return zip(hops, other.hops).allSatisfy {
      $0.interface == $1.interface && $0.gateway == $1.gateway
    }
  }

  fileprivate func wouldMerge(with other: Route) -> Bool {
    destination == other.destination && table == other.table && metric == other.metric
      && hops != other.hops
  }
}
