import Model
import Reconcile

extension FakeKernel {
  /// A dump of what the daemon's reader passes on: everything but sysctls and firewall.
  func state() -> KernelState {
    var state = KernelState()
    for interface in interfaces.all {
      state.apply(.link(interface.link))
      interface.addresses.forEach { state.apply(.address($0)) }
    }
    for route in routes { Self.notice(of: route).map { state.apply($0) } }
    for rule in rules where rule.isOurs { state.apply(.rule(rule)) }
    return state
  }

  func table(_ table: UInt32, _ family: Family) -> [Route] {
    routes.filter { $0.table == table && $0.destination.family == family }
  }

  func links(_ indexes: [InterfaceIndex]) -> [Link] {
    indexes.compactMap { interfaces[$0]?.link }
  }

  func hasCarrier(_ index: InterfaceIndex) -> Bool {
    interfaces.hasCarrier(index)
  }

  /// The interface that has an address.
  func index(with address: IPAddress?) -> InterfaceIndex? {
    interfaces.all.first { interface in
      interface.addresses.contains { $0.address.address == address }
    }?.link.index
  }
}

// MARK: - The truth, which the daemon's own view is measured by

extension FakeKernel {
  /// Whether packets can leave by an uplink at all.
  func isUsable(_ uplink: Uplink, _ family: Family) -> Bool {
    guard let interface = interfaces[uplink.interface],
      interface.link.isUp, interface.link.hasCarrier, interface.link.isOperational
    else { return false }
    return isAddressed(uplink, family)
  }

  /// It has an address there, and a way to its gateway from it.
  func isAddressed(_ uplink: Uplink, _ family: Family) -> Bool {
    guard let interface = interfaces[uplink.interface] else { return false }
    let own = uplink.addresses(family)
    // Asked after every change, so not copied.
    let there = interface.addresses.lazy.filter { $0.isReady && $0.address.family == family }
      .map(\.address).filter { family == .ipv4 || !$0.address.isLinkLocal }
    guard own.isEmpty ? there.first != nil : own.contains(where: { there.contains($0) })
    else { return false }
    // Who sets addresses tells of a gateway too, and it is known as long as the address is.
    guard let gateway = uplink.gateway(family) else { return true }
    return gateway.isLinkLocal || there.contains { $0.network.contains(gateway) }
  }

  /// By which links packets to a destination leave that some rule sends to a table: those of
  /// the first route that is not dead (fib_table_lookup).
  /// - Parameter isSelective: the rule is for some traffic, and not for all.
  func way(to destination: Prefix, table: UInt32, isSelective: Bool) -> [InterfaceIndex] {
    let isAsked = rules.contains {
      $0.table == table && $0.family == destination.family
        && ($0.selector != .all) == isSelective
    }
    guard isAsked else { return [] }
    let candidates = routes.filter { $0.table == table && $0.destination == destination }
    for metric in Set(candidates.map(\.metric)).sorted() {
      for route in candidates where route.metric == metric {
        let open = route.hops.filter { takesPackets($0, destination.family) }
        if !open.isEmpty { return open.map(\.interface) }
      }
    }
    return []
  }

  private func takesPackets(_ hop: NextHop, _ family: Family) -> Bool {
    guard isAlive(hop, family), let link = interfaces[hop.interface]?.link else { return false }
    return link.hasCarrier || sysctls[.ignoreLinkdown(link.name, family)] != "1"
  }

  /// Whether a change of ours did something to what is not ours.
  func foreignDiffers(from after: FakeKernel, after change: Change) -> Bool {
    if rules.filter({ !$0.isOurs }) != after.rules.filter({ !$0.isOurs }) { return true }
    if foreignAddresses != after.foreignAddresses { return true }
    // Routes that hang on an address go with it; that is the kernel's doing.
    if case .removeAddress = change { return false }
    return routes.filter { !$0.isOurs } != after.routes.filter { !$0.isOurs }
  }

  private var foreignAddresses: [HeldAddress] {
    interfaces.all.flatMap(\.addresses).filter { !$0.isOurs }.sorted()
  }
}
