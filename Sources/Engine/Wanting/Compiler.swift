import Config
import Model

/// Turns what the groups prefer into the kernel as it should be.
struct Compiler {
  let fixed: Wanted
  let configuration: Configuration
  let slots: Slots
  let watches: [UplinkName: UplinkWatch]
  let preferred: [GroupName: [MemberID]]
  /// Usable, and not judged down by all who judge it in this family.
  let living: PerFamily<Set<UplinkName>>
  /// Who sends for a link that has no carrier, or had none and is not proven since.
  let senders: [UplinkName: UplinkName]

  func compile() -> Wanted {
    var wanted = fixed
    for uplink in configuration.uplinks {
      guard let slot = slots.uplinks[uplink.name], let watch = watches[uplink.name] else {
        continue
      }
      if let index = watch.index {
        for address in uplink.addresses {
          wanted.addresses.insert(HeldAddress(interface: index, address: address))
        }
      } else {
        // An interface that is not there has no settings.
        wanted.sysctls = wanted.sysctls.filter { !$0.key.concerns(uplink.interface) }
      }
      for family in watch.families { add(watch, family, slot: slot, to: &wanted) }
      if let sender = senders[uplink.name].flatMap({ slots.uplinks[$0] }) {
        for address in watch[.ipv4].ownAddresses {
          wanted.rules.remove(.from(address, slot))
          wanted.rules.insert(.from(address, slot, by: sender))
        }
      }
    }
    addWaysToResolvers(to: &wanted)
    for group in configuration.groups {
      guard let slot = slots.groups[group.name] else { continue }
      add(group, slot: slot, to: &wanted)
    }
    return wanted
  }

  private func add(_ watch: UplinkWatch, _ family: Family, slot: Int, to wanted: inout Wanted) {
    let uplink = watch.uplink
    let way = watch[family]
    let table = Ours.table(uplink: slot)
    if living[family].contains(uplink.name) {
      let marks = configuration.marks
      wanted.rules.insert(
        Rule(
          priority: Ours.Priority.mark(slot), family: family,
          selector: .mark(marks.mark(slot), mask: marks.mask), table: table))
    }
    if uplink.addresses(family).isEmpty {
      for address in way.ownAddresses { wanted.rules.insert(.from(address, slot)) }
    }
    if let hop = hop(watch, family, weight: 1) {
      wanted.routes.insert(.ours(.everything(family), table: table, hops: [hop]))
    }
  }

  private func add(_ group: Group, slot: Int, to wanted: inout Wanted) {
    guard case .route(let destination) = group.holding else { return }
    let hops = (preferred[group.name] ?? []).compactMap { id -> NextHop? in
      guard case .uplink(let name) = id, let watch = watches[name], let seat = group.seat(of: id)
      else { return nil }
      return hop(watch, destination.family, weight: seat.weight)
    }
    guard !hops.isEmpty else { return }
    // The kernel keeps no weight for a single way.
    let settled =
      hops.count == 1 ? hops.map { NextHop(interface: $0.interface, gateway: $0.gateway) } : hops
    wanted.routes.insert(.ours(destination, table: Ours.table(group: slot), hops: settled))
  }

  private func hop(_ watch: UplinkWatch, _ family: Family, weight: Int) -> NextHop? {
    let way = watch[family]
    guard let index = watch.index, way.isRoutable else { return nil }
    return NextHop(interface: index, gateway: way.nextHop, weight: weight)
  }
}

// MARK: - Resolvers

extension Compiler {
  /// What this machine asks a link's resolvers leaves by that link while it lives: many answer only their
  /// own customers. One that several name is reached by who holds something, or by the first of them.
  private func addWaysToResolvers(to wanted: inout Wanted) {
    let all = configuration.uplinks.compactMap { watches[$0.name] }.filter(\.knowsResolvers)
    guard !all.isEmpty else { return }
    let held = Set(preferred.values.joined())
    let inOrder = all.filter { held.contains($0.id) } + all.filter { !held.contains($0.id) }
    var known: Set<IPAddress> = []
    for watch in inOrder {
      guard let slot = slots.uplinks[watch.uplink.name] else { continue }
      for family in watch.families where living[family].contains(watch.uplink.name) {
        let beyond = watch.resolvers(family).filter { !watch[family].isOnLink($0) }
        for server in beyond where known.insert(server).inserted {
          wanted.rules.insert(.to(resolver: server, slot))
        }
      }
    }
  }
}

extension Rule {
  fileprivate static func to(resolver server: IPAddress, _ slot: Int) -> Rule {
    var selector = Selector.to(.host(server))
    selector.incoming = InterfaceName("lo")  // what this machine sends itself
    return Rule(
      priority: Ours.Priority.resolvers(slot), family: server.family, selector: selector,
      table: Ours.table(uplink: slot))
  }
}
