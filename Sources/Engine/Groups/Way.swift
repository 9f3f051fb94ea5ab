import Model

/// The way out by an uplink in one family, as the kernel shows it now.
struct Way: Equatable, Sendable {
  private(set) var addresses: [HeldAddress] = []  // on the interface, sorted
  private(set) var source: IPAddress?  // of what leaves by this link
  private(set) var gateway: IPAddress?
  private(set) var knownBy: Knowledge?  // nil: there is no gateway
  private(set) var obstacles: [Obstacle] = [.absent]
  /// nil: packets go straight to the interface.
  private(set) var nextHop: IPAddress?
  private(set) var leasedResolvers: [IPAddress] = []

  /// How the gateway is known; the best first.
  enum Knowledge: Equatable, Sendable {
    case file
    case route  // somebody's default route
    case advertisedRoute  // one that was made of a router advertisement
    case lease
    case peer  // the far end of the link
    case router  // an advertisement, heard by ourselves
    case memory  // it was known once
  }

  var isUsable: Bool { obstacles.isEmpty }

  /// Whether a default by this way can stand in a table: the interface is up and knows how to
  /// reach the gateway. Carrier does not matter for that.
  var isRoutable: Bool {
    obstacles.allSatisfy { $0 == .noCarrier }
  }

  /// Packets can go out on the link itself, whatever lies beyond.
  var isConnected: Bool {
    !obstacles.contains { $0 == .absent || $0 == .adminDown || $0 == .noCarrier }
  }

  /// It is in a network of the link's, and needs no way out.
  func isOnLink(_ host: IPAddress) -> Bool {
    addresses.contains { $0.address.network.contains(.host(host)) }
  }

  /// Those that others may answer to; what is good on the link only needs no way out.
  var ownAddresses: [IPAddress] {
    addresses.map(\.address.address).filter { $0.family == .ipv4 || !$0.isLinkLocal }
  }

  /// Who a target is here; nil when there is no such host.
  func endpoint(of target: CheckTarget) -> Endpoint? {
    switch target {
    case .host(let host): address(of: host).map(Endpoint.host)
    case .port(let port, let host): address(of: host).map { .port(port, of: $0) }
    case .path(let path): .path(path)
    case .radio: .radio
    }
  }

  private func address(of host: CheckHost) -> IPAddress? {
    switch host {
    case .gateway: gateway
    case .resolvers: nil  // each is a target of its own once it is known
    case .address(let address): address
    }
  }

  /// Whether whoever has this address is on the link itself. Networks of IPv6 that only an
  /// advertisement told of are not among those of our addresses.
  func isNeighbor(_ address: IPAddress) -> Bool {
    address == gateway || address.family == .ipv6
      || addresses.contains { $0.address.network.contains(address) || $0.peer == address }
  }

  /// Where a probe to this address comes from: to a neighbour's link-local address from ours.
  func source(to target: IPAddress) -> IPAddress? {
    guard target.isLinkLocal, target.family == .ipv6 else { return source }
    return linkLocal
  }

  /// IPv6's, which is good on the link only.
  var linkLocal: IPAddress? {
    addresses.first {
      $0.isReady && $0.address.family == .ipv6 && $0.address.address.isLinkLocal
    }?.address.address
  }

  /// - Parameters:
  ///   - link: of the uplink's interface.
  ///   - routers: that advertise themselves there.
  mutating func observed(
    _ uplink: Uplink, _ family: Family, _ link: Link, _ kernel: KernelState, _ routers: RouterWatch,
    _ search: RouterSearch
  ) {
    addresses = kernel.addresses(on: link.index).filter { $0.address.family == family }
    let configured = uplink.gateway(family)
    let found = uplink.findsGateways ? found(family, link, kernel, routers, search) : nil
    (gateway, knownBy) = configured.map { ($0, .file) } ?? found ?? (nil, nil)
    nextHop = link.isPointToPoint ? configured : gateway
    source = source(of: uplink, family)
    leasedResolvers = leasedResolvers(of: uplink, family, kernel.leases[link.index])
    obstacles = obstacles(of: uplink, link, needsGateway: configured != nil)
  }
}

// MARK: - Gateways

extension Way {
  /// The best default route by the link that can be used, else what a lease tells, else the far
  /// end of the link, else a router that advertises itself, else the last one known: a lease
  /// outlives the route that it came with. A router that has withdrawn, or whose time has ended, is
  /// none any more, though the kernel may be slow to clear its route away.
  private func found(
    _ family: Family, _ link: Link, _ kernel: KernelState, _ routers: RouterWatch,
    _ search: RouterSearch
  ) -> (IPAddress, Knowledge)? {
    if let route = routed(family, link, kernel, routers, search) { return route }
    if let leased = kernel.leases[link.index]?.gateway, leased.family == family,
      isReachable(leased, by: link)
    {
      return (leased, .lease)
    }
    if let peer = addresses.lazy.compactMap(\.peer).first { return (peer, .peer) }
    let known = gateway.flatMap { isReachable($0, by: link) && !routers.hasEnded($0) ? $0 : nil }
    if let known, stays(known, routers, search) {
      return (known, routers.lives(known) ? .router : .memory)
    }
    if family == .ipv6, let router = routers.chosen, isReachable(router, by: link) {
      return (router, .router)
    }
    return known.map { ($0, .memory) }
  }

  /// Nobody who speaks up takes the place of a router that lives, or has not had the time yet to
  /// say so.
  private func stays(
    _ gateway: IPAddress, _ routers: RouterWatch, _ search: RouterSearch
  ) -> Bool {
    routers.lives(gateway) || (gateway.family == .ipv6 && !search.isOver)
  }

  /// By a default route. One that was advertised does not displace the gateway, as long as that is
  /// advertised too: anybody on the link can advertise himself.
  private func routed(
    _ family: Family, _ link: Link, _ kernel: KernelState, _ routers: RouterWatch,
    _ search: RouterSearch
  ) -> (IPAddress, Knowledge)? {
    let hops: [(hop: NextHop, route: Route)] = kernel.foreignDefaults
      .filter { $0.destination.family == family && $0.leads(by: link.index) }
      .sorted { ($0.metric, $0) < ($1.metric, $1) }
      .flatMap { route in route.hops.map { (hop: $0, route: route) } }
      .filter { (hop: NextHop, route: Route) in
        guard hop.interface == link.index, let gateway = hop.gateway else { return false }
        return isReachable(gateway, by: link)
          && !(route.isAdvertised && routers.hasEnded(gateway))
      }
    guard let (best, route) = hops.first, let found = best.gateway else { return nil }
    guard route.isAdvertised else { return (found, .route) }
    let rivals = hops.filter { $0.route.isAdvertised && $0.route.metric == route.metric }
    if let gateway, isReachable(gateway, by: link),
      !routers.hasEnded(gateway),
      stays(gateway, routers, search) || rivals.contains(where: { $0.hop.gateway == gateway })
    {
      return (gateway, .advertisedRoute)
    }
    return (found, .advertisedRoute)
  }

  /// Whether only a router itself can say whether there is one, and for how long, and has not.
  func asks(for routers: RouterWatch) -> Bool {
    guard linkLocal != nil else { return false }
    switch knownBy {
    case .file, .route, .lease, .peer: return false
    case .advertisedRoute, .memory, .router: return gateway.map { !routers.lives($0) } ?? true
    case nil: return true
    }
  }

  /// The kernel takes a gateway only inside a network of the interface's addresses. It is
  /// never one of these addresses itself, whatever a DHCP server says.
  private func isReachable(_ gateway: IPAddress, by link: Link) -> Bool {
    if addresses.contains(where: { $0.address.address == gateway }) { return false }
    if link.isPointToPoint { return true }
    if gateway.isLinkLocal, gateway.family == .ipv6 { return !addresses.isEmpty }
    return addresses.contains { $0.address.network.contains(gateway) }
  }
}

// MARK: - Resolvers

extension Way {
  /// A lease is believed when it is of an address that the interface has: files stay for months.
  /// What it told is kept as long as there is any address.
  private func leasedResolvers(
    of uplink: Uplink, _ family: Family, _ lease: Lease?
  ) -> [IPAddress] {
    guard uplink.hasLeasedResolvers, !addresses.isEmpty else { return [] }
    guard let lease, addresses.contains(where: { $0.address.address == lease.address }) else {
      return leasedResolvers
    }
    return lease.resolvers.filter { $0.family == family }
  }
}

// MARK: - Addresses and obstacles

extension Way {
  /// A configured address that is there; else one in the gateway's network, as while an
  /// address is changed; else any, if none is configured.
  private func source(of uplink: Uplink, _ family: Family) -> IPAddress? {
    let own = uplink.addresses(family)
    let ready = addresses.filter(\.isReady)
    if let held = ready.first(where: { own.contains($0.address) }) { return held.address.address }
    let beside = ready.filter { held in
      gateway.map { !$0.isLinkLocal && held.address.network.contains($0) } ?? false
    }
    return best(of: beside) ?? (own.isEmpty ? best(of: ready) : nil)
  }

  /// Preferred before deprecated, global before unique local ones (RFC 6724 §5); what is good
  /// on the link only comes last in IPv4, and leads nowhere in IPv6.
  private func best(of candidates: [HeldAddress]) -> IPAddress? {
    candidates.filter { $0.address.family == .ipv4 || !$0.address.address.isLinkLocal }
      .min { rank($0) < rank($1) }?.address.address
  }

  private func rank(_ held: HeldAddress) -> Int {
    let address = held.address.address
    if address.isLinkLocal { return 4 }
    return (held.stage == .preferred ? 0 : 2) + (Prefix.uniqueLocal.contains(address) ? 1 : 0)
  }

  private func obstacles(of uplink: Uplink, _ link: Link, needsGateway: Bool) -> [Obstacle] {
    var found: [Obstacle] = []
    if !link.isUp {
      found.append(.adminDown)
    } else if !link.hasCarrier || !link.isOperational {
      found.append(.noCarrier)
    }
    if source == nil {
      found.append(.noAddress)
    } else if let gateway {
      if needsGateway, !isReachable(gateway, by: link) { found.append(.noGateway) }
    } else if uplink.findsGateways, !link.isPointToPoint {
      found.append(.noGateway)
    }
    return found
  }
}

extension Prefix {
  /// RFC 4193.
  fileprivate static let uniqueLocal = Prefix(.v6(high: 0xfc00 << 48, low: 0), length: 7)
}
