import Config
import Model

/// Bonds: groups whose members are ports, and whose holder the kernel confirms by who carries.
extension Engine {
  mutating func configuredBonds() {
    let known = bonds
    bonds = Dictionary(
      uniqueKeysWithValues: configuration.bonds.map { bond in
        let old = known[bond.name]
        return (bond.name, old?.bond == bond ? old ?? BondWatch(bond) : BondWatch(bond))
      })
  }

  /// Links may have changed: who can carry now?
  mutating func lookedAtBonds(at now: Instant) {
    for bond in configuration.bonds {
      guard var watch = bonds[bond.name] else { continue }
      let before = watch
      watch.observed(observed, way(by: bond))
      guard watch != before else { continue }
      bonds[bond.name] = watch
      isStale = true
      for port in bond.members { looked(at: port, watch, before, at: now) }
    }
  }

  private mutating func looked(
    at port: InterfaceName, _ watch: BondWatch, _ before: BondWatch, at now: Instant
  ) {
    probes.looked(at: watch.link(of: port), of: .port(port), .ipv4, at: now)
    let obstacles = watch.obstacles(of: port)
    guard obstacles != before.obstacles(of: port) else { return }
    note(
      obstacles.isEmpty
        ? .portBecameUsable(port, watch.bond.groupName)
        : .portBecameUnusable(port, watch.bond.groupName, obstacles), at: now)
  }

  /// Of the uplink that has a bond for its interface.
  private func way(by bond: Bond) -> Way? {
    let uplink = configuration.uplinks.first { $0.interface == bond.name }
    return uplink.flatMap { watches[$0.name] }?[.ipv4]
  }

  func standing(ofPort name: InterfaceName, in group: Group) -> Standing {
    guard let bond = group.holding.bond, let watch = bonds[bond.name] else {
      return Standing(obstacles: [.absent], health: .unknown)
    }
    let obstacles = watch.obstacles(of: name)
    let judged = group.judge?.health { probes.health(.port(name), $0, .ipv4) }
    return Standing(
      obstacles: obstacles, health: judged ?? (obstacles.isEmpty ? .up : .unknown))
  }

  /// What the bonds are to be, by who is to hold them.
  func addBonds(to wanted: inout Wanted) {
    for keeper in keepers {
      guard let bond = keeper.group.holding.bond else { continue }
      let holder = keeper.choice?.preferred.lazy.compactMap { id -> InterfaceName? in
        if case .port(let name) = id { name } else { nil }
      }.first
      wanted.bonds.insert(bond.wanted(holder: holder))
      guard let index = bonds[bond.name]?.index else { continue }
      for address in bond.addresses {
        wanted.addresses.insert(HeldAddress(interface: index, address: address))
      }
    }
  }
}
