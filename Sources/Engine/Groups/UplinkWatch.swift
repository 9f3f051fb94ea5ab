import Model

/// An uplink as the kernel shows it now.
struct UplinkWatch: Equatable, Sendable {
  let uplink: Uplink
  private(set) var index: InterfaceIndex?
  private(set) var isUp = false
  private(set) var addresses: [InterfaceAddress] = []  // on the interface, IPv4
  private(set) var obstacles: [Obstacle] = [.absent]

  /// - Parameter old: the watch before a reload; by the same interface, it knows already.
  init(_ uplink: Uplink, after old: UplinkWatch? = nil) {
    self.uplink = uplink
    guard let old, old.uplink.interface == uplink.interface else { return }
    index = old.index
    isUp = old.isUp
    addresses = old.addresses
    obstacles = old.obstacles
  }

  var isUsable: Bool { obstacles.isEmpty }
  var id: MemberID { .uplink(uplink.name) }

  /// The source of what leaves by this link: a configured address that is there; else one in
  /// the gateway's network, as while an address is changed; else any, if none is configured.
  var source: InterfaceAddress? {
    let own = uplink.addresses(.ipv4)
    if let configured = own.first(where: addresses.contains) { return configured }
    let gateway = uplink.gateway(.ipv4)
    let beside = gateway.flatMap { gateway in addresses.first { $0.network.contains(gateway) } }
    return beside ?? (own.isEmpty ? addresses.first : nil)
  }

  /// Whether a default by this link can stand in a table: the interface is up and knows how
  /// to reach the gateway. Carrier does not matter for that.
  var isRoutable: Bool {
    isUp && source != nil && !obstacles.contains(.noGateway)
  }

  mutating func observed(_ kernel: KernelState) {
    guard let link = kernel.link(named: uplink.interface) else {
      self = UplinkWatch(uplink)
      return
    }
    index = link.index
    isUp = link.isUp
    addresses = kernel.addresses(on: link.index).filter { $0.family == .ipv4 }
    obstacles = obstacles(of: link)
  }

  private func obstacles(of link: Link) -> [Obstacle] {
    var found: [Obstacle] = []
    if !link.isUp {
      found.append(.adminDown)
    } else if !link.hasCarrier || !link.isOperational {
      found.append(.noCarrier)
    }
    if source == nil {
      found.append(.noAddress)
    } else if !reachesGateway(isPointToPoint: link.isPointToPoint) {
      found.append(.noGateway)
    }
    return found
  }

  private func reachesGateway(isPointToPoint: Bool) -> Bool {
    guard let gateway = uplink.gateway(.ipv4) else { return true }
    return isPointToPoint || addresses.contains { $0.network.contains(gateway) }
  }
}
