import Config
import Election
import Model

extension Configuration {
  /// The part of what is wanted that follows from the configuration and its numbers alone: a
  /// switch leaves it as it is, so it is made once.
  /// - Parameter local: this node.
  func fixed(_ slots: Slots, on local: NodeName) -> Wanted {
    var wanted = Wanted()
    guard !groups.isEmpty else { return wanted }
    for family in families { addRules(family, slots, to: &wanted) }
    for (rank, group) in groupsByPrecedence.enumerated() {
      guard let slot = slots.groups[group.name], case .route(let prefix) = group.holding else {
        continue
      }
      let table = Ours.table(group: slot)
      for selector in (group.match?.selectors ?? [.all]).flatMap(withEntrances) {
        wanted.rules.insert(
          Rule(
            priority: Ours.Priority.group(rank), family: prefix.family, selector: selector,
            table: table))
      }
      if let kind = group.lastResort.route {
        wanted.routes.insert(.lastResort(prefix, table: table, kind))
      }
    }
    wanted.sysctls = families.reduce(into: [:]) { settings, family in
      settings.merge(sysctls(family)) { first, _ in first }
    }
    let refused = refusedAddresses(on: local)
    wanted.firewall = uplinks.isEmpty && refused.isEmpty ? nil : firewall(slots, refused)
    return wanted
  }

  private func addRules(_ family: Family, _ slots: Slots, to wanted: inout Wanted) {
    wanted.rules.insert(
      Rule(
        priority: Ours.Priority.main, family: family, selector: .all, table: Ours.mainTable,
        suppressPrefixLength: 0))
    for uplink in uplinks where uplink.mayCarry(family) {
      guard let slot = slots.uplinks[uplink.name] else { continue }
      wanted.rules.insert(
        Rule(
          priority: Ours.Priority.probe(slot), family: family,
          selector: .outgoing(uplink.interface), table: Ours.table(uplink: slot)))
      for held in uplink.addresses(family) { wanted.rules.insert(.from(held.address, slot)) }
    }
  }

  /// Those with `match` in file order, then the others. Each group has a table of its own, so
  /// their rules must ask for the longest prefix first.
  var groupsByPrecedence: [Group] {
    let groups = routeGroups
    let general = groups.filter { $0.match == nil }
    // A sort that keeps file order among equals.
    return groups.filter { $0.match != nil }
      + general.enumerated().sorted {
        ($1.element.holding.route?.length ?? 0, $0.offset)
          < ($0.element.holding.route?.length ?? 0, $1.offset)
      }.map(\.element)
  }

  private func sysctls(_ family: Family) -> [Sysctl: String] {
    let carriers = uplinks.filter { $0.mayCarry(family) }
    let translates = carriers.contains { $0.translates(family) }
    var settings: [Sysctl: String] = [:]
    for uplink in carriers {
      let name = uplink.interface
      settings[.ignoreLinkdown(name, family)] = "1"
      let isSystemAddressed = uplink.addresses(family).isEmpty
      switch family {
      case .ipv4:
        settings[.reversePathFilter(name)] = "2"
        if !isSystemAddressed { settings[.promoteSecondaries(name)] = "1" }
      case .ipv6:
        // Who forwards is deaf to advertisements otherwise.
        let forwards = translates || carriers.contains { !$0.lans.isEmpty }
        if forwards, isSystemAddressed { settings[.acceptAdvertisements(name)] = "2" }
      }
    }
    if translates { settings[.forwarding(family)] = "1" }
    let isShared = groups.contains { group in
      group.holding.family == family
        && (group.want > 1 || Set(group.members.map(\.tier)).count < group.members.count)
    }
    if isShared { settings[.multipathHash(family)] = "1" }
    return settings
  }

  /// Who owns the addresses takes what is for them, whatever the file says (RFC 9568 §6.1).
  private func refusedAddresses(on local: NodeName) -> [IPAddress] {
    guard node(local)?.priority != Bid.owner else { return [] }
    return groups.flatMap { $0.holding.routers ?? [] }.filter { !$0.accepts }.flatMap(\.addresses)
      .sorted()
  }

  /// What comes in by an interface comes in by those of the virtual MACs above it, too.
  private func withEntrances(_ selector: Selector) -> [Selector] {
    guard let incoming = selector.incoming else { return [selector] }
    return [selector]
      + entrances(above: incoming).map { entrance in
        var other = selector
        other.incoming = entrance
        return other
      }
  }

  /// The interfaces of virtual MACs above that one.
  private func entrances(above interface: InterfaceName) -> [InterfaceName] {
    groups.flatMap { $0.holding.routers ?? [] }.map { ($0.id, $0.mac) }.filter {
      $0.0.interface == interface && $0.1 == .virtual
    }.map(\.0.linkName).sorted()
  }

  private func firewall(_ slots: Slots, _ refused: [IPAddress]) -> Firewall {
    let links = uplinks.compactMap { uplink -> Firewall.Link? in
      guard let slot = slots.uplinks[uplink.name] else { return nil }
      let keepsFlows = groups.contains { $0.keepsFlows(of: .uplink(uplink.name)) }
      return Firewall.Link(
        name: uplink.name, interface: uplink.interface, mark: marks.mark(slot), nat: uplink.nat,
        nat6: uplink.nat6, clampsMSS: uplink.clampsMSS, keepsFlows: keepsFlows,
        entrances: entrances(above: uplink.interface))
    }
    return Firewall(
      marks: marks, links: links.sorted { $0.mark < $1.mark }, refused: refused)
  }
}

extension Uplink {
  fileprivate func translates(_ family: Family) -> Bool {
    family == .ipv4 ? nat != .none : nat6 != .none
  }
}

extension Rule {
  /// What has this source leaves by the link whose address it is, or by another one of its network.
  static func from(_ address: IPAddress, _ slot: Int, by sender: Int? = nil) -> Rule {
    Rule(
      priority: Ours.Priority.from(slot), family: address.family,
      selector: .from(.host(address)), table: Ours.table(uplink: sender ?? slot))
  }
}
