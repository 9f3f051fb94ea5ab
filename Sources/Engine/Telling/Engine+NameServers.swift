import Config
import Model

/// Programs on this machine ask the resolvers of whoever holds a default route, as the kernel confirms
/// it. While nobody does, or none is known, they go on asking whom they asked.
extension Engine {
  mutating func tellNameServers(_ effects: inout [Effect]) {
    let next = configuration.resolv.map { NameServers(place: $0, sources: nameServers) }
    guard toldNameServers != .some(next), next.map({ !$0.sources.isEmpty }) ?? true else { return }
    toldNameServers = next
    effects.append(.resolve(next))
  }

  private var nameServers: [NameServers.Source] {
    let ofUplinks = keepers.filter { $0.group.isOfAllTraffic }.flatMap { keeper in
      keeper.holding.compactMap { id in keeper.group.seat(of: id).map { (id, $0.tier) } }
        .sorted { $0.1 < $1.1 }
        .compactMap { id, _ in source(id, keeper.group) }
    }
    return (ofUplinks + sourcesOfBonds).filter { !$0.servers.isEmpty }
  }

  private func source(_ id: MemberID, _ group: Group) -> NameServers.Source? {
    guard case .uplink(let name) = id, let watch = watches[name], let family = group.holding.family
    else { return nil }
    return .init(interface: watch.uplink.interface, servers: watch.resolvers(family))
  }

  /// Those of a bond that leads nowhere else are in its own network.
  private var sourcesOfBonds: [NameServers.Source] {
    configuration.bonds.filter { !(bonds[$0.name]?.carrying.isEmpty ?? true) }
      .map { .init(interface: $0.name, servers: $0.resolvers) }
  }
}

extension Group {
  fileprivate var isOfAllTraffic: Bool { holding.route?.length == 0 && match == nil }
}
