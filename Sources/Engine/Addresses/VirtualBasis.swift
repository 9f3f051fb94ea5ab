import Model

/// What routers with a virtual MAC stand on: their interfaces, and settings of those and of the links
/// below.
///
/// It is there on every node, whoever holds the addresses. When the holder's cable or power goes, its
/// switch forgets where that MAC was and sends what is for it to all; the next node then passes it on
/// before anybody knows that somebody died. RFC 9568 §6.4.2 would have a backup discard that. What it
/// costs: a network that always sends everything to all (a hub) brings such packets to their end
/// twice. As long as the holder advertises, a switch knows where it is.
struct VirtualBasis: Equatable, Sendable {
  var links: Set<VirtualLink> = []
  var sysctls: [Sysctl: String] = [:]

  fileprivate mutating func add(_ router: VirtualRouter, on state: KernelState) {
    // No Ethernet has none; of that the node's troubles tell.
    guard router.mac == .virtual, let below = state.link(named: router.id.interface),
      below.hardwareAddress != nil
    else { return }
    let link = VirtualLink(of: router.id, on: below.index)
    links.insert(link)
    // The kernel answers for any address of the machine on any link, and gives any as its own.
    sysctls[.ignoreARP(below.name)] = "1"
    sysctls[.announceARP(below.name)] = "2"
    // An interface that is not there has no settings.
    guard let there = state.link(named: link.name), link.isMade(by: there) else { return }
    sysctls[.ignoreARP(link.name)] = "1"
    switch router.id.family {
    case .ipv4:
      // The way back is by the link below. Of a loose filter nothing passes where there is no address
      // (__fib_validate_source), as on a backup.
      sysctls[.reversePathFilter(link.name)] = "0"
      sysctls[.withoutIPv6(link.name)] = "1"
    case .ipv6:
      sysctls[.linkLocalMode(link.name)] = "1"
      sysctls[.acceptAdvertisements(link.name)] = "0"
    }
  }
}

extension AddressKeeper {
  func basis(on state: KernelState) -> VirtualBasis {
    routers.reduce(into: VirtualBasis()) { $0.add($1, on: state) }
  }

  /// Why it has none, though the link below is there.
  func basisTroubles(on state: KernelState) -> [String] {
    routers.filter { $0.mac == .virtual }.compactMap { router in
      guard let below = state.link(named: router.id.interface) else { return nil }
      guard below.hardwareAddress != nil else {
        return "\(below.name) is no Ethernet and can have no virtual MAC; say `mac: own` of what "
          + "\(group) holds there"
      }
      guard let there = state.link(named: router.id.linkName), !there.isOurs else { return nil }
      return
        "\(there.name), the interface that \(group) needs for its virtual MAC, is there and is not "
        + "Siaga's; remove or rename it (`ip link set \(there.name) name …`), or take another `vrid`"
    }
  }
}
