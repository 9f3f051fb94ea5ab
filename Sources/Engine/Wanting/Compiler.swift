import Config
import Model

/// Turns what the groups prefer into the kernel as it should be.
struct Compiler {
  let fixed: Wanted
  let configuration: Configuration
  let slots: Slots
  let watches: [UplinkName: UplinkWatch]
  let preferred: [GroupName: [MemberID]]
  let isAlive: (UplinkName) -> Bool  // usable, and not judged down by all who judge it

  func compile() -> Wanted {
    var wanted = fixed
    for uplink in configuration.uplinks {
      guard let slot = slots.uplinks[uplink.name], let watch = watches[uplink.name] else {
        continue
      }
      add(watch, slot: slot, to: &wanted)
    }
    for group in configuration.groups {
      guard let slot = slots.groups[group.name] else { continue }
      add(group, slot: slot, to: &wanted)
    }
    return wanted
  }

  private func add(_ watch: UplinkWatch, slot: Int, to wanted: inout Wanted) {
    let uplink = watch.uplink
    let table = Ours.table(uplink: slot)
    if isAlive(uplink.name) {
      let marks = configuration.marks
      wanted.rules.insert(
        Rule(
          priority: Ours.Priority.mark(slot), family: .ipv4,
          selector: .mark(marks.mark(slot), mask: marks.mask), table: table))
    }
    let own = uplink.addresses(.ipv4)
    if own.isEmpty {
      for address in watch.addresses { wanted.rules.insert(.from(address, slot)) }
    }
    guard let index = watch.index else {
      // An interface that is not there has no settings.
      wanted.sysctls = wanted.sysctls.filter { !$0.key.concerns(uplink.interface) }
      return
    }
    for address in own {
      wanted.addresses.insert(HeldAddress(interface: index, address: address))
    }
    if watch.isRoutable {
      wanted.routes.insert(Route(.defaultV4, table: table, hops: [hop(watch, index, weight: 1)]))
    }
  }

  private func add(_ group: Group, slot: Int, to wanted: inout Wanted) {
    guard case .route(let destination) = group.holding else { return }
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
      Route(
        destination, table: Ours.table(group: slot), hops: settled, tag: Route.tag(for: settled)))
  }

  private func hop(_ watch: UplinkWatch, _ index: InterfaceIndex, weight: Int) -> NextHop {
    NextHop(interface: index, gateway: watch.uplink.gateway(.ipv4), weight: weight)
  }
}
