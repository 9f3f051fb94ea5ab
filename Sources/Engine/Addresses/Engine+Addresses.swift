import Config
import Election
import Model
import Wire

/// Groups of addresses: what this node hears of the others, bids, and says.
extension Engine {
  /// Which node this is.
  public var localNode: NodeName { configuration.node ?? host }

  /// It shares addresses with others, or did until a moment ago.
  var isAmongNodes: Bool { !configuration.nodes.isEmpty || lending.renewAt != nil }

  /// After a reload, who holds goes on holding where its routers are the same.
  mutating func configuredAddresses(at now: Instant) {
    let old = addressKeepers
    addressKeepers = configuration.groups.compactMap { group in
      guard let routers = group.holding.routers, let seat = group.seat(of: .node(localNode))
      else { return nil }
      if let same = old.first(where: { $0.group == group.name && $0.routers == routers }) {
        return same
      }
      return AddressKeeper(
        group, routers, node: localNode, bid: priorityWhenWell(tier: seat.tier), at: now)
    }
    keepersByRouter = [:]
    for (index, keeper) in addressKeepers.enumerated() {
      for number in Set(keeper.routers.map(\.id.number)) {
        keepersByRouter[number, default: []].append(index)
      }
    }
    mustJoin = true
  }

  /// All addresses that nodes hold between them.
  private var sharedAddresses: Set<IPAddress> {
    Set(addressKeepers.flatMap { $0.routers.flatMap(\.addresses) })
  }

  /// Links and addresses may have changed.
  mutating func lookedAtPerches(at now: Instant) {
    guard !addressKeepers.isEmpty else { return }
    let shared = sharedAddresses
    for index in addressKeepers.indices {
      let before = addressKeepers[index]
      let acts = addressKeepers[index].looked(at: observed, shared: shared, at: now)
      carryOut(acts, index, at: now)
      let after = addressKeepers[index]
      // Those are made or set whether or not the node is fit.
      let basis = after.basis(on: observed)
      if basis != bases[after.group] {
        bases[after.group] = basis
        isStale = true
        mustJoin = true
      }
      guard after.obstacles != before.obstacles else { continue }
      note(
        after.obstacles.isEmpty
          ? .nodeBecameUsable(localNode, after.group)
          : .nodeBecameUnusable(localNode, after.group, after.obstacles), at: now)
      isStale = true
      mustJoin = true
    }
  }

  mutating func wokeForAddresses(at now: Instant) {
    for index in addressKeepers.indices {
      let sync = addressKeepers[index].sync
      if let due = sync.nextWake, due <= now, !sync.bid.preempts,
        isServedUnheard(addressKeepers[index])
      {
        addressKeepers[index].sync.isServed(at: now)
      }
      let before = sync.role
      let acts = addressKeepers[index].sync.woke(at: now)
      if before == .backup, !acts.isEmpty { fellSilent(index, at: now) }
      if before == .yielding, addressKeepers[index].sync.role == .active {
        addressKeepers[index].offeredInVain(at: now)
      }
      carryOut(acts, index, at: now)
      for place in addressKeepers[index].announcementsDue(at: now) {
        addressEffects += announcements(of: addressKeepers[index], place)
        addressEffects += questions(of: addressKeepers[index], place)
      }
    }
  }

  private mutating func fellSilent(_ index: Int, at now: Instant) {
    let keeper = addressKeepers[index]
    let holders = keeper.nodes.filter(\.value.isActive).keys.sorted()
    let longest = keeper.longestInterval
    for node in holders {
      // Who is heard to the end was weaker, and is not dead.
      if let last = keeper.nodes[node]?.lastHeard, now - last <= longest * 2 {
        addressKeepers[index].nodes[node]?.resigned(at: now)
      } else {
        addressKeepers[index].nodes[node]?.fellSilent(at: now)
      }
    }
    let resigned = keeper.nodes.filter(\.value.hasResigned).keys.sorted()
    if holders.isEmpty, let last = resigned.first {
      note(.nodeResigned(last, keeper.group), at: now)
    } else {
      note(.nobodyAdvertised(keeper.group, holders.first), at: now)
    }
  }

  var nextAddressWake: Wake? {
    var next: (at: Instant, keeper: Int)?
    for index in addressKeepers.indices {
      guard let due = addressKeepers[index].nextWake else { continue }
      if next.map({ due < $0.at }) ?? true { next = (due, index) }
    }
    return next.map { Wake(at: $0.at, why: .election(addressKeepers[$0.keeper].group)) }
  }

  // MARK: - Acts

  mutating func carryOut(_ acts: [SyncGroup.Act], _ index: Int, at now: Instant) {
    for act in acts {
      switch act {
      case .advertise(let place, let advertisement):
        addressEffects += datagrams(addressKeepers[index], place, advertisement).map { .send($0) }
      case .announce(let place):
        addressKeepers[index].contested(place, at: now)
      case .moved:
        addressKeepers[index].lookedWhatToTell(at: now)
        isStale = true
        mustConfirm = true
      }
    }
  }

  /// Words to other nodes go out before the kernel is told anything.
  mutating func sayWhatIsDue(_ effects: inout [Effect]) {
    guard !addressEffects.isEmpty else { return }
    effects += addressEffects
    addressEffects = []
  }

  /// The links where virtual routers are heard.
  mutating func join(_ effects: inout [Effect]) {
    guard mustJoin, !isBlind else { return }
    mustJoin = false
    heed(&effects)
    let links = Set(
      addressKeepers.flatMap { keeper in
        zip(keeper.routers, keeper.perches).flatMap { router, perch -> [VRRPLink] in
          guard let perch else { return [] }
          let ear = VRRPLink(perch.index, router.id.family)
          guard perch.home != perch.index else { return [ear] }
          return [ear, VRRPLink(perch.home, router.id.family, hears: false)]
        }
      }
    ).sorted()
    guard links != joined else { return }
    joined = links
    effects.append(.join(links))
  }
}
