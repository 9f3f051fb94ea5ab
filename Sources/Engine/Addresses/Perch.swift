import Model

/// Where a virtual router stands on this node: its link, and what to speak from.
struct Perch: Equatable, Sendable {
  var index: InterfaceIndex  // where others are heard
  var home: InterfaceIndex  // where the addresses stand, and what it says comes from
  var hardware: HardwareAddress?  // of home
  var asker: HardwareAddress?  // of index
  var source: IPAddress  // of IPv6 a link-local one (RFC 9568 §5.1.2.1)
  var networks: [Prefix]  // that are on the link

  /// - Throws: what stands in the way.
  init(
    of router: VirtualRouter, on state: KernelState, without shared: Set<IPAddress>
  ) throws(Obstacle) {
    guard let link = state.link(named: router.id.interface) else { throw .absent }
    guard link.isUp else { throw .adminDown }
    guard link.hasCarrier else { throw .noCarrier }
    let home = try Self.home(of: router, above: link, on: state)
    let own = state.addresses(on: link.index).filter {
      $0.address.family == router.id.family && $0.isReady && !shared.contains($0.address.address)
    }.map(\.address)
    let speakers = own.filter { router.id.family == .ipv4 || $0.address.isLinkLocal }
    // The primary address: that of the network in which the shared one is, if there is one.
    let near = speakers.first { own in router.addresses.contains { own.network.contains($0) } }
    guard let speaker = near ?? speakers.first else { throw .noAddress }
    index = link.index
    self.home = home.index
    hardware = home.hardwareAddress
    asker = link.hardwareAddress
    source = speaker.address
    networks = own.map(\.network)
  }

  private static func home(
    of router: VirtualRouter, above link: Link, on state: KernelState
  ) throws(Obstacle) -> Link {
    guard router.mac == .virtual else { return link }
    guard let there = state.link(named: router.id.linkName), there.isUp,
      VirtualLink(of: router.id, on: link.index).isMade(by: there)
    else { throw .noVirtualLink }
    return there
  }
}
