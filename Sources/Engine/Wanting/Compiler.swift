import Config
import Model

/// Turns what the groups prefer into the kernel as it should be.
struct Compiler {
  let configuration: Configuration
  let slots: Slots
  let watches: [UplinkName: UplinkWatch]
  let preferred: [GroupName: [MemberID]]
  let isAlive: (UplinkName) -> Bool  // usable, and not judged down by all who judge it
  let firewall: Firewall?

  func compile() -> Wanted {
    var wanted = Wanted()
    guard !configuration.groups.isEmpty else { return wanted }
    wanted.rules.insert(
      Rule(
        priority: Ours.Priority.main, family: .ipv4, selector: .all, table: Ours.mainTable,
        suppressPrefixLength: 0))
    for uplink in configuration.uplinks {
      guard let slot = slots.uplinks[uplink.name], let watch = watches[uplink.name] else {
        continue
      }
      add(watch, slot: slot, to: &wanted)
    }
    for (rank, group) in groupsByPrecedence.enumerated() {
      guard let slot = slots.groups[group.name] else { continue }
      add(group, slot: slot, rank: rank, to: &wanted)
    }
    addSysctls(to: &wanted)
    wanted.firewall = firewall
    return wanted
  }

  private func add(_ watch: UplinkWatch, slot: Int, to wanted: inout Wanted) {
    let uplink = watch.uplink
    let table = Ours.table(uplink: slot)
    wanted.rules.insert(
      Rule(
        priority: Ours.Priority.probe(slot), family: .ipv4, selector: .outgoing(uplink.interface),
        table: table))
    let own = uplink.addresses.filter { $0.family == .ipv4 }
    for address in own.isEmpty ? watch.addresses : own {
      wanted.rules.insert(
        Rule(
          priority: Ours.Priority.from(slot), family: .ipv4,
          selector: .from(.host(address.address)), table: table))
    }
    if isAlive(uplink.name) {
      let marks = configuration.marks
      wanted.rules.insert(
        Rule(
          priority: Ours.Priority.mark(slot), family: .ipv4,
          selector: .mark(marks.mark(slot), mask: marks.mask), table: table))
    }
    guard let index = watch.index else { return }
    for address in own {
      wanted.addresses.insert(HeldAddress(interface: index, address: address))
    }
    if watch.isRoutable {
      wanted.routes.insert(Route(.defaultV4, table: table, hops: [hop(watch, index, weight: 1)]))
    }
    wanted.sysctls[.reversePathFilter(uplink.interface)] = "2"
    wanted.sysctls[.ignoreLinkdown(uplink.interface)] = "1"
    if !own.isEmpty { wanted.sysctls[.promoteSecondaries(uplink.interface)] = "1" }
  }

  /// Each group has a table of its own, so the rules must ask for the longest prefix first.
  private var groupsByPrecedence: [Group] {
    // A sort that keeps file order among equals.
    configuration.groups.enumerated().sorted {
      ($1.element.holding.prefixLength, $0.offset) < ($0.element.holding.prefixLength, $1.offset)
    }.map(\.element)
  }

  private func add(_ group: Group, slot: Int, rank: Int, to wanted: inout Wanted) {
    guard case .route(let destination) = group.holding else { return }
    let table = Ours.table(group: slot)
    wanted.rules.insert(
      Rule(priority: Ours.Priority.group(rank), family: .ipv4, selector: .all, table: table))
    let hops = (preferred[group.name] ?? []).compactMap { id -> NextHop? in
      guard case .uplink(let name) = id, let watch = watches[name], watch.isRoutable,
        let index = watch.index, let seat = group.seat(of: id)
      else { return nil }
      return hop(watch, index, weight: seat.weight)
    }
    guard !hops.isEmpty else { return }
    // The kernel keeps no weight for a single way.
    let settled =
      hops.count == 1 ? hops.map { NextHop(interface: $0.interface, gateway: $0.gateway) } : hops
    wanted.routes.insert(
      Route(destination, table: table, hops: settled, tag: Route.tag(for: settled)))
  }

  private func hop(_ watch: UplinkWatch, _ index: InterfaceIndex, weight: Int) -> NextHop {
    NextHop(interface: index, gateway: watch.uplink.gateway(.ipv4), weight: weight)
  }

  private func addSysctls(to wanted: inout Wanted) {
    if configuration.uplinks.contains(where: { $0.nat != .none }) {
      wanted.sysctls[.forwardV4] = "1"
    }
    let isShared = configuration.groups.contains { group in
      group.want > 1 || Set(group.members.map(\.tier)).count < group.members.count
    }
    if isShared { wanted.sysctls[.multipathHashV4] = "1" }
  }
}

extension Configuration {
  /// Our nftables table: a function of the configuration and its numbers alone.
  func firewall(_ slots: Slots) -> Firewall? {
    guard !groups.isEmpty else { return nil }
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
