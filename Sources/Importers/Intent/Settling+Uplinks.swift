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
    let places = (link.places + (waysByInterface[link.interface] ?? []).map(\.place)).sorted()
    remarks.uplinks[name] =
      ["From \((places.isEmpty ? [way.place] : places).spokenPlaces)."] + link.remarks
    for place in link.places { report.amend(place, .carried) }
    return name
  }

  func link(_ interface: String) -> Intent.Link { links[interface] ?? Intent.Link(interface) }

  private mutating func made(_ link: Intent.Link, _ name: UplinkName) -> Uplink {
    guard let interface = InterfaceName(link.interface) else {
      preconditionFailure("\(link.interface) was not looked at before")
    }
    let question = link.question
    let gateways = gateways(of: link)
    let addresses = ownAddresses(link, near: gateways)
    return Uplink(
      name: name, interface: interface, addresses: addresses, gateways: gateways,
      findsGateways: findsGateways(link), resolvers: resolvers(of: link, beside: addresses),
      nat: nat(of: link), nat6: nat6(of: link), clampsMSS: link.clampsMSS,
      judge: question.map { .check(self.name(of: $0)) })
  }

  func gateways(of link: Intent.Link) -> [IPAddress] {
    Family.allCases.compactMap { gateway(of: link, $0)?.address }
  }

  private func nat(of link: Intent.Link) -> NAT {
    if case .source(let address) = link.nat, !address.isOfOneHost { return .none }
    return link.nat
  }

  private func nat6(of link: Intent.Link) -> NAT6 {
    if case .prefix(let prefix) = link.nat6, prefix.length == 0 { return .none }
    return link.nat6
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
        ?? self.owner(of: address.address, beside: link)
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

  /// Each member of the group by itself.
  mutating func judge(_ way: Intent.Way) {
    guard let name = names[way.interface],
      let index = configuration.uplinks.firstIndex(where: { $0.name == name })
    else { return }
    let uplink = configuration.uplinks[index]
    let judge = judge(of: way.questions.map { asked($0, by: way) })
    asked.append((way, judge))
    guard let judge, let own = uplink.judge else {
      if uplink.judge == nil { configuration.uplinks[index].judge = judge }
      return
    }
    // Each says nothing of the other's family.
    guard families(of: own).isDisjoint(with: families(of: judge)) else { return }
    configuration.uplinks[index].judge = .need(2, of: [own, judge])
  }

  /// Those of which a judge can say something.
  private func families(of judge: Judge) -> Set<Family> {
    let checks = judge.checks.compactMap { configuration.check($0) }
    return Set(
      Family.allCases.filter { family in checks.contains { !$0.targets(family).isEmpty } })
  }

  /// Whether a judge asks what another does, of the families in which that can be judged.
  private func asks(_ own: Judge, _ judge: Judge?) -> Bool {
    guard let judge else { return false }
    guard own != judge else { return true }
    let others = own.checks.filter { !judge.checks.contains($0) }
    return judge.checks.allSatisfy(own.checks.contains)
      && others.allSatisfy { families(of: .check($0)).isDisjoint(with: families(of: judge)) }
  }

  /// An uplink's own check counts in every group.
  mutating func noteOtherChecks() {
    for (way, judge) in asked {
      guard let name = names[way.interface], let own = configuration.uplink(name)?.judge,
        !asks(own, judge)
      else { continue }
      report.amend(
        way.place,
        .differs(
          judge == nil
            ? "\(name) is checked here, too, as its other ways ask"
            : "\(name) is checked as its other ways ask, not as this one does"))
    }
  }

  /// In the order of the sources, whatever group named them first.
  mutating func sortUplinks() {
    let places = Dictionary(
      names.map { interface, name in
        (name, (link(interface).places + (waysByInterface[interface] ?? []).map(\.place)).min())
      }
    ) { first, _ in first }
    let order = configuration.uplinks.enumerated().sorted { left, right in
      guard let one = places[left.element.name] ?? nil,
        let other = places[right.element.name] ?? nil
      else { return left.offset < right.offset }
      return (one, left.offset) < (other, right.offset)
    }
    configuration.uplinks = order.map(\.element)
  }

  /// All must be well; nil: nobody is asked.
  mutating func judge(of questions: [Question]) -> Judge? {
    var judges: [Judge] = []
    for question in questions.prefix(16) {
      let judge = Judge.check(name(of: question))
      if !judges.contains(judge) { judges.append(judge) }
    }
    return judges.count > 1 ? .need(judges.count, of: judges) : judges.first
  }

  /// An uplink's own check is asked in both families, and only one may have a gateway to ask.
  private func asked(_ question: Question, by way: Intent.Way) -> Question {
    let link = link(way.interface)
    guard let gateway = way.gateway, question.targets == [.gateway],
      Family.allCases.contains(where: { self.gateway(of: link, $0) == nil && !link.isDynamic[$0] }),
      (waysByInterface[way.interface] ?? []).contains(where: {
        $0.destination.family != way.destination.family
      })
    else { return question }
    var question = question
    question.targets = [.address(gateway)]
    return question
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
