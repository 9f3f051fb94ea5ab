/// Something held by one or more of its members, who stand in tiers.
public struct Group: Hashable, Sendable {
  public let name: GroupName
  public let holding: Holding
  public let members: [Member]  // file order; tiers ascend
  public let want: Int  // how many active members are enough
  public let judge: Judge?  // nil: being usable is enough
  public let failback: Failback
  public let damping: Damping?  // nil: off
  public let flows: FlowRules
  public let match: TrafficMatch?  // nil: all traffic that no earlier group takes
  public let lastResort: LastResort
  public let hooks: [Hook]  // told of its changes, in order
  public let needs: [GroupName]  // that must be well on a node that is to hold it

  public init(
    name: GroupName, holding: Holding, members: [Member], want: Int = 1, judge: Judge? = nil,
    failback: Failback = .auto, damping: Damping? = .standard, flows: FlowRules = .move,
    match: TrafficMatch? = nil, lastResort: LastResort = .main,
    hooks: [Hook] = [], needs: [GroupName] = []
  ) {
    self.name = name
    self.holding = holding
    self.members = members
    self.want = want
    self.judge = judge
    self.failback = failback
    self.damping = damping
    self.flows = flows
    self.match = match
    self.lastResort = lastResort
    self.hooks = hooks
    self.needs = needs
  }

  public func seat(of id: MemberID) -> Member? {
    members.first { $0.id == id }
  }
}

/// A seat in one group: the same uplink may stand in another group with another weight.
public struct Member: Hashable, Sendable {
  public let id: MemberID
  public let tier: Int  // 1 is the best
  public let weight: Int

  public init(_ id: MemberID, tier: Int, weight: Int = 1) {
    self.id = id
    self.tier = tier
    self.weight = weight
  }
}

/// What a group holds. Each kind compiles to `Wanted`.
public enum Holding: Hashable, Sendable {
  case route(Prefix)  // members: uplinks
  case addresses([VirtualRouter])  // members: nodes
  case bond(Bond)  // members: ports

  /// Of the route; addresses may be of both.
  public var family: Family? { route?.family }

  /// In which its members are judged: a bond's ports are asked for by ARP, and what a node asks itself
  /// is of no family.
  public var judgedFamily: Family { family ?? .ipv4 }

  /// Nil: it holds none.
  public var route: Prefix? {
    switch self {
    case .route(let prefix): prefix
    case .addresses, .bond: nil
    }
  }

  /// Nil: it holds no addresses.
  public var routers: [VirtualRouter]? {
    switch self {
    case .route, .bond: nil
    case .addresses(let routers): routers
    }
  }

  /// Nil: it is none.
  public var bond: Bond? {
    if case .bond(let bond) = self { bond } else { nil }
  }

  public var authority: Authority {
    switch self {
    case .route, .bond: .local
    case .addresses: .elected
    }
  }
}

/// Whose word it is who holds.
public enum Authority: Hashable, Sendable {
  case local  // this machine's: the kernel does as it is told
  case elected  // the nodes': each bids, and the best bid has it
}

/// What becomes of a group's traffic while the group holds nothing.
public enum LastResort: String, Hashable, Sendable, CaseIterable {
  case main  // other groups' routes and the system's own take it
  case unreachable  // it is refused with a word
  case blackhole  // it vanishes

  /// nil: there is no such route.
  public var route: Route.Kind? {
    switch self {
    case .main: nil
    case .unreachable: .unreachable
    case .blackhole: .blackhole
    }
  }
}

/// Who is to say whether a member is healthy.
public indirect enum Judge: Hashable, Sendable {
  case check(CheckName)
  case need(Int, of: [Judge])

  /// The names of all checks below, in file order, each once.
  public var checks: [CheckName] {
    switch self {
    case .check(let name): [name]
    case .need(_, let judges):
      judges.flatMap(\.checks).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
  }

  /// The health that follows from those of the checks; nil: none of them is asked.
  /// - Parameter reading: nil for a check that says nothing here, as its targets are of the other
  ///   family; of the others at most as many are needed as there are.
  public func health(_ reading: (CheckName) -> Health?) -> Health? {
    switch self {
    case .check(let name):
      return reading(name)
    case .need(let count, let judges):
      let healths = judges.compactMap { $0.health(reading) }
      return healths.isEmpty ? nil : .agreed(by: min(count, healths.count), of: healths)
    }
  }

  /// Who asks both; nil: nobody is asked.
  public static func both(_ one: Judge?, _ other: Judge?) -> Judge? {
    guard let one, let other, one != other else { return one ?? other }
    return .need(2, of: [one, other])
  }
}
