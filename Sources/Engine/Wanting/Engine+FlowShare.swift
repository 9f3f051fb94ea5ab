import Config
import Model

extension Engine {
  /// Which flows of a link that lives are those of a group that has left it; nil: all of them, for
  /// no other group has any there.
  func share(of group: Group, on uplink: UplinkName) -> FlowShare? {
    let id = MemberID.uplink(uplink)
    guard let family = group.holding.family else { return nil }
    let others = keepers.filter {
      $0.group.name != group.name && $0.group.holding.family == family
        && ($0.holding.contains(id) || $0.group.keepsFlows(of: id))
    }
    guard !others.isEmpty else { return nil }
    let names = Set(others.map(\.group.name))
    let order = configuration.groupsByPrecedence
    let rank = order.firstIndex { $0.name == group.name } ?? order.endIndex
    let traffic = { (groups: ArraySlice<Group>) in
      groups.filter { names.contains($0.name) }.flatMap(\.traffic)
    }
    return FlowShare(
      taken: group.traffic, earlier: neighbors(of: uplink, family) + traffic(order[..<rank]),
      later: traffic(order[rank...]))
  }

  /// What is on the link itself goes by it, whoever holds.
  private func neighbors(of uplink: UplinkName, _ family: Family) -> [Selector] {
    let addresses = watches[uplink]?[family].addresses ?? []
    let networks = Set(addresses.map { $0.peer.map { .host($0) } ?? $0.address.network })
    return networks.sorted().map { .to($0) }
  }
}
