import Config
import Model

/// What cannot stand in a file of Siaga's, and why.
extension Settling {
  /// Why no uplink can lead that way.
  func complaint(about way: Intent.Way) -> String? {
    let link = link(way.interface)
    if let complaint = InterfaceName.complaint(about: way.interface) { return complaint }
    let family = way.destination.family
    guard let gateway = way.gateway else {
      let mayCarry = Uplink.mayCarry(
        family, addresses: addresses(of: link),
        gateways: gateways(of: link),
        findsGateways: findsGateways(link))
      return mayCarry ? nil : "\(way.interface) has no \(family.name)"
    }
    if let complaint = complaint(about: gateway, of: link, way) { return complaint }
    guard let first = self.gateway(of: link, family), first.address != gateway else { return nil }
    return
      "\(link.interface) leads by \(first.address) already (\(first.place)), and an uplink has "
      + "one gateway of a family; give the other one an interface of its own"
  }

  private func complaint(
    about gateway: IPAddress, of link: Intent.Link, _ way: Intent.Way
  ) -> String? {
    let family = way.destination.family
    let own = addresses(of: link).filter { $0.family == family }
    if gateway.family != family { return "\(gateway) is no \(family.name) address" }
    if !gateway.isOfOneHost { return "no router has the address \(gateway)" }
    if own.contains(where: { $0.address == gateway }) {
      return "\(gateway) is \(link.interface)'s own address"
    }
    let isNear = way.isOnLink || family == .ipv6 && gateway.isLinkLocal
    return own.isEmpty || isNear || own.contains { $0.network.contains(gateway) }
      ? nil
      : "\(gateway) is in no network of \(link.interface) "
        + "(\(own.map(\.description).joined(separator: ", ")))"
  }

  /// One of each family: an interface is one uplink's. The default route's goes before.
  func gateway(of link: Intent.Link, _ family: Family) -> (address: IPAddress, place: SourcePlace)?
  {
    let ways = (waysByInterface[link.interface] ?? []).filter { way in
      way.destination.family == family
        && way.gateway.map { complaint(about: $0, of: link, way) == nil } ?? false
    }
    let best = ways.min {
      ($0.destination.length, $0.table == Intent.main ? 0 : 1, $0.distance)
        < ($1.destination.length, $1.table == Intent.main ? 0 : 1, $1.distance)
    }
    return best.flatMap { way in way.gateway.map { ($0, way.place) } }
  }

  /// Those that a host can have, each once, and none of another link's.
  func addresses(of link: Intent.Link) -> [InterfaceAddress] {
    var kept: [InterfaceAddress] = []
    for address in link.addresses
    where address.isOfHost && owner(of: address.address, beside: link) == nil
      && !kept.contains(where: { $0.address == address.address })
    {
      kept.append(address)
    }
    return Array(kept.prefix(Bound.addresses))
  }

  /// An address is one link's: that which had it first.
  func owner(of address: IPAddress, beside link: Intent.Link) -> String? {
    owners[address].flatMap { $0 == link.interface ? nil : $0 }
  }

  func findsGateways(_ link: Intent.Link) -> Bool {
    Family.allCases.contains { link.isDynamic[$0] && gateway(of: link, $0) == nil }
  }

  /// Why that traffic cannot have a group of its own.
  func complaint(about selection: Intent.Selection, to destination: Prefix) -> String? {
    let match = selection.match
    let lists = [
      match.from.count, match.to.count, match.transports.count, match.fromPorts.count,
      match.toPorts.count,
    ]
    if match == TrafficMatch() {
      return "it takes all traffic; make its table's routes those of the main table"
    }
    if lists.contains(where: { $0 > Bound.listed })
      || match.selectors.count > TrafficMatch.mostSelectors
    {
      return "its lists are longer than a group's `match` can be"
    }
    if (match.from + match.to).contains(where: { $0.family != destination.family }) {
      return "its addresses are not \(destination.family.name)"
    }
    let namesPorts = !(match.fromPorts.isEmpty && match.toPorts.isEmpty)
    if namesPorts, match.transports.isEmpty || !Transport.ported.isSuperset(of: match.transports) {
      return "only TCP and UDP have ports"
    }
    if let interface = match.incoming?.text,
      let complaint = InterfaceName.complaint(about: interface)
    {
      return complaint
    }
    let twin = configuration.groups.first {
      $0.holding == .route(destination) && $0.match == match
    }
    return twin.map { "group \($0.name) takes the same traffic before it" }
  }
}

/// Bounds of the file's lists.
private enum Bound {
  static let addresses = 16
  static let listed = 16
}
