import Config
import Model

extension Configuration {
  /// The part of what is wanted that follows from the configuration and its numbers alone: a
  /// switch leaves it as it is, so it is made once.
  func fixed(_ slots: Slots) -> Wanted {
    var wanted = Wanted()
    guard !groups.isEmpty else { return wanted }
    wanted.rules.insert(
      Rule(
        priority: Ours.Priority.main, family: .ipv4, selector: .all, table: Ours.mainTable,
        suppressPrefixLength: 0))
    for uplink in uplinks {
      guard let slot = slots.uplinks[uplink.name] else { continue }
      wanted.rules.insert(
        Rule(
          priority: Ours.Priority.probe(slot), family: .ipv4,
          selector: .outgoing(uplink.interface), table: Ours.table(uplink: slot)))
      for address in uplink.addresses(.ipv4) { wanted.rules.insert(.from(address, slot)) }
    }
    for (rank, group) in groupsByPrecedence.enumerated() {
      guard let slot = slots.groups[group.name], case .route = group.holding else { continue }
      wanted.rules.insert(
        Rule(
          priority: Ours.Priority.group(rank), family: .ipv4, selector: .all,
          table: Ours.table(group: slot)))
    }
    wanted.sysctls = sysctls
    wanted.firewall = firewall(slots)
    return wanted
  }

  /// Each group has a table of its own, so the rules must ask for the longest prefix first.
  private var groupsByPrecedence: [Group] {
    // A sort that keeps file order among equals.
    groups.enumerated().sorted {
      ($1.element.holding.prefixLength, $0.offset) < ($0.element.holding.prefixLength, $1.offset)
    }.map(\.element)
  }

  private var sysctls: [Sysctl: String] {
    var settings: [Sysctl: String] = [:]
    for uplink in uplinks {
      settings[.reversePathFilter(uplink.interface)] = "2"
      settings[.ignoreLinkdown(uplink.interface)] = "1"
      if !uplink.addresses(.ipv4).isEmpty { settings[.promoteSecondaries(uplink.interface)] = "1" }
    }
    if uplinks.contains(where: { $0.nat != .none }) { settings[.forwardV4] = "1" }
    let isShared = groups.contains { group in
      group.want > 1 || Set(group.members.map(\.tier)).count < group.members.count
    }
    if isShared { settings[.multipathHashV4] = "1" }
    return settings
  }

  private func firewall(_ slots: Slots) -> Firewall {
    let links = uplinks.compactMap { uplink -> Firewall.Link? in
      guard let slot = slots.uplinks[uplink.name] else { return nil }
      let keepsFlows = groups.contains {
        $0.flows == .stay && $0.seat(of: .uplink(uplink.name)) != nil
      }
      return Firewall.Link(
        name: uplink.name, interface: uplink.interface, mark: marks.mark(slot), nat: uplink.nat,
        keepsFlows: keepsFlows)
    }
    return Firewall(marks: marks, links: links.sorted { $0.mark < $1.mark })
  }
}

extension Rule {
  /// What has this source leaves by the link whose address it is.
  static func from(_ address: InterfaceAddress, _ slot: Int) -> Rule {
    Rule(
      priority: Ours.Priority.from(slot), family: .ipv4, selector: .from(.host(address.address)),
      table: Ours.table(uplink: slot))
  }
}
