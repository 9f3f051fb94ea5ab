import Config
import Model

/// Links as uplinks.
extension Settling {
  mutating func uplink(of way: Intent.Way) -> UplinkName {
    if let known = names[way.interface] { return known }
    let link = link(way.interface)
    let name = UplinkName(
      unused(link.name ?? link.interface) { name in
        configuration.uplinks.contains { $0.name.text == name }
          || intent.bonds.contains { $0.ports.contains(name) }
      })
    names[way.interface] = name
    let uplink = made(link, name)
    configuration.uplinks.append(uplink)
    let places = (link.places + ways(by: link).map(\.place)).sorted()
    remarks.uplinks[name] =
      ["From \((places.isEmpty ? [way.place] : places).spokenPlaces)."] + link.remarks
    for place in link.places { report.amend(place, .carried) }
    return name
  }

  func link(_ interface: String) -> Intent.Link {
    intent.links.first { $0.interface == interface } ?? Intent.Link(interface)
  }

  /// Why no uplink can lead that way.
  func complaint(about way: Intent.Way) -> String? {
    let link = link(way.interface)
    if let complaint = InterfaceName.complaint(about: way.interface) { return complaint }
    let family = way.destination.family
    let own = link.addresses.filter { $0.family == family }
    if let gateway = way.gateway {
      if let reason = gateway.notUnicast { return "the gateway \(reason)" }
      let isNear =
        way.isOnLink || gateway.isLinkLocal && family == .ipv6
        || own.contains { $0.network.contains(gateway) }
      let isOwn = own.contains { $0.address == gateway }
      if isOwn { return "\(gateway) is \(way.interface)'s own address" }
      return own.isEmpty || isNear
        ? nil : "\(gateway) is in no network of \(way.interface) (\(own.spokenAddresses))"
    }
    let mayCarry = Uplink.mayCarry(
      family, addresses: link.addresses, gateways: ways(by: link).compactMap(\.gateway),
      findsGateways: Family.allCases.contains { link.isDynamic[$0] })
    return mayCarry ? nil : "\(way.interface) has no \(family.name)"
  }

  private func ways(by link: Intent.Link) -> [Intent.Way] {
    intent.ways.filter { $0.interface == link.interface }
  }

  private mutating func made(_ link: Intent.Link, _ name: UplinkName) -> Uplink {
    guard let interface = InterfaceName(link.interface) else {
      preconditionFailure("\(link.interface) was not looked at before")
    }
    let gateways = Family.allCases.compactMap { gateway(of: link, $0) }
    let question = link.question
    let addresses = ownAddresses(link, near: gateways)
    return Uplink(
      name: name, interface: interface, addresses: addresses, gateways: gateways,
      findsGateways: Family.allCases.contains { family in
        link.isDynamic[family] && !gateways.contains { $0.family == family }
      },
      resolvers: resolvers(of: link, beside: addresses), nat: link.nat, nat6: link.nat6, clampsMSS: link.clampsMSS,
      judge: question.map { .check(self.name(of: $0)) })
  }

  /// An address is one link's. Where a gateway is in none of their networks, the system keeps
  /// setting those of its family.
  mutating func ownAddresses(_ link: Intent.Link, near gateways: [IPAddress]) -> [InterfaceAddress]
  {
    var kept: [InterfaceAddress] = []
    for address in link.addresses where !kept.contains(where: { $0.address == address.address }) {
      let owner =
        configuration.uplinks.first { $0.addresses.contains { $0.address == address.address } }
        .map { "uplink \($0.name)" }
        ?? configuration.bonds.first { $0.addresses.contains { $0.address == address.address } }
        .map { "bond \($0.name)" }
      if let owner {
        differ(link, "\(address.address) is \(owner)'s already")
      } else if let reason = address.reservedInItsNetwork ?? address.address.notUnicast {
        differ(link, "an address \(reason)")
      } else {
        kept.append(address)
      }
    }
    for gateway in gateways {
      let own = kept.filter { $0.family == gateway.family }
      let isNear = own.contains { $0.network.contains(gateway) && $0.address != gateway }
      guard !own.isEmpty, !isNear, !(gateway.family == .ipv6 && gateway.isLinkLocal) else {
        continue
      }
      differ(
        link,
        "\(gateway) is in none of its networks, so the system goes on setting its addresses")
      kept.removeAll { $0.family == gateway.family }
    }
    return kept
  }

  /// Each once, and none that is the machine itself.
  func resolvers(of link: Intent.Link, beside addresses: [InterfaceAddress]) -> [IPAddress] {
    var kept: [IPAddress] = []
    for resolver in link.resolvers
    where !kept.contains(resolver) && !addresses.contains(where: { $0.address == resolver }) {
      kept.append(resolver)
    }
    return Array(kept.prefix(8))
  }

  private mutating func differ(_ link: Intent.Link, _ how: String) {
    link.places.first.map { report.amend($0, .differs(how)) }
  }

  /// One of each family: an interface is one uplink's.
  mutating func gateway(of link: Intent.Link, _ family: Family) -> IPAddress? {
    let ways = ways(by: link).filter {
      $0.gateway?.family == family && complaint(about: $0) == nil
    }
    guard let first = ways.min(by: { $0.distance < $1.distance }), let gateway = first.gateway
    else { return nil }
    for other in ways where other.gateway != gateway {
      report.amend(
        other.place,
        .left(
          "\(link.interface) leads by \(gateway) already (\(first.place)), and an uplink has one "
            + "gateway of a family; give the other one an interface of its own"))
    }
    return gateway
  }

  /// Each member of the group by itself.
  mutating func judge(_ way: Intent.Way) {
    guard let question = way.question, let name = names[way.interface],
      let index = configuration.uplinks.firstIndex(where: { $0.name == name })
    else { return }
    let check = Judge.check(self.name(of: question))
    let uplink = configuration.uplinks[index]
    guard uplink.judge == nil || uplink.judge == check else {
      return report.amend(
        way.place, .differs("\(name) is checked as its other ways ask, not as this one does"))
    }
    configuration.uplinks[index].judge = check
  }

  mutating func leaveOtherLinks() {
    let bonds = Set(configuration.bonds.map(\.name.text))
    for link in intent.links
    where names[link.interface] == nil && !bonds.contains(link.interface) {
      for place in link.places {
        report.amend(
          place,
          .left("\(link.interface) leads nowhere that has a choice; let the system set it up"))
      }
    }
  }
}

extension [InterfaceAddress] {
  fileprivate var spokenAddresses: String { map(\.description).joined(separator: ", ") }
}
