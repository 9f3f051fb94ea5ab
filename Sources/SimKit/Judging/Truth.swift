import Config
import Engine
import Model

/// How the members of the groups really stand, whatever the daemon believes.
struct Truth: Sendable {
  struct Seat: Sendable {
    let member: MemberID
    let interface: InterfaceName
    let isUsable: Bool
    let health: Health  // what its checks should come to; unknown where that depends on luck
    let hosts: [Health]  // of each check's target
    let isDrained: Bool
    let since: Instant  // usable and hosts are as they are

    var isWorking: Bool { isUsable && health == .up && !isDrained }
    var isMute: Bool { isUsable && health == .down }
  }

  struct Holding: Sendable {
    let group: Group
    let family: Family
    let seats: [Seat]
    let way: [InterfaceName]  // by which packets leave now
    let isPinnedHard: Bool
  }

  private(set) var holdings: [Holding] = []

  init() {}

  init(
    _ scene: Scene, kernel: FakeKernel, network: FakeNetwork, before: Truth, at now: Instant
  ) {
    let usable = PerFamily { family in
      scene.configuration.uplinks.filter { kernel.isUsable($0, family) }.map(\.name)
    }
    holdings = scene.configuration.groups.compactMap { group in
      guard let slot = scene.memory.slots.groups[group.name],
        case .route(let destination) = group.holding
      else { return nil }
      let old = before.holdings.first { $0.group.name == group.name }?.seats ?? []
      let seats = group.members.compactMap { member in
        Self.seat(
          member.id, in: group, destination.family, scene, network, usable[destination.family], old,
          now)
      }
      let way = kernel.way(
        to: destination, table: Ours.table(group: slot), isSelective: group.match != nil)
      return Holding(
        group: group, family: destination.family, seats: seats,
        way: way.compactMap { kernel.interfaces[$0]?.link.name },
        isPinnedHard: scene.memory.pins[group.name]?.isHard ?? false)
    }
  }

  private static func seat(
    _ id: MemberID, in group: Group, _ family: Family, _ scene: Scene, _ network: FakeNetwork,
    _ usable: [UplinkName], _ old: [Seat], _ now: Instant
  ) -> Seat? {
    guard case .uplink(let name) = id, let uplink = scene.configuration.uplink(name) else {
      return nil
    }
    let isUsable = usable.contains(name)
    let sticks = scene.sticking.contains(uplink.interface)
    let asked = scene.judges.asked(of: name, in: group.name)
    let hosts = asked.checks.map { check in
      sticks ? .unknown : check.truth(by: uplink.interface, family, network)
    }
    let health = asked.judge?.health { name in
      asked.checks.firstIndex { $0.name == name }.map { hosts[$0] }
    }
    let last = old.first { $0.member == id }
    let isSame = last?.isUsable == isUsable && last?.hosts == hosts
    return Seat(
      member: id, interface: uplink.interface, isUsable: isUsable,
      health: health ?? .up, hosts: hosts,
      isDrained: scene.memory.drained.contains(id), since: isSame ? last?.since ?? now : now)
  }
}

extension Truth.Holding {
  var wayIsUsable: Bool {
    !way.isEmpty
      && way.allSatisfy { name in
        seats.first { $0.interface == name }?.isUsable ?? false
      }
  }
}

extension CheckDefinition {
  /// The hosts that are asked about a link in a family.
  func places(by interface: InterfaceName, _ family: Family) -> [FakeNetwork.Place] {
    targets(family).map { target in
      FakeNetwork.Place(interface: interface, family: family, reach: target.reach)
    }
  }

  fileprivate func truth(
    by interface: InterfaceName, _ family: Family, _ network: FakeNetwork
  ) -> Health {
    let places = places(by: interface, family)
    return .agreed(
      by: min(need, places.count), of: places.map { network.conduct($0).truth })
  }
}

extension CheckTarget {
  var reach: Reach {
    switch host {
    case .gateway, nil: .gateway
    case .address, .resolvers: .far
    }
  }
}

/// What the daemon was told, and what hinders it.
struct Scene: Sendable {
  var configuration: Configuration {
    didSet { judges = Judges(configuration) }
  }
  private(set) var judges: Judges
  var memory = Memory()
  var sticking: Set<InterfaceName> = []
  var clockSteppedAt = Instant.zero - .seconds(3_600)

  init(configuration: Configuration) {
    self.configuration = configuration
    judges = Judges(configuration)
  }
}
