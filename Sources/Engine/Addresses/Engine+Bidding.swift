import Config
import Election
import Model
import Wire

/// From what policy wants to what this node bids.
extension Engine {
  func addressKeeper(_ name: GroupName) -> AddressKeeper? {
    addressKeepers.first { $0.group == name }
  }

  func standing(ofNode node: NodeName, in group: Group) -> Standing {
    guard let keeper = addressKeeper(group.name) else {
      return Standing(health: .unknown)
    }
    guard node == localNode else { return standing(ofPeer: node, keeper) }
    return Standing(
      obstacles: keeper.obstacles, health: isLeaving ? .down : healthHere(of: group))
  }

  /// By its own words, if it is there to say them; else by what is heard of it.
  private func standing(ofPeer node: NodeName, _ keeper: AddressKeeper) -> Standing {
    let watch = keeper.nodes[node] ?? NodeWatch()
    guard let channel else { return watch.standing }
    if let word = channel.word(of: node, on: keeper.group) { return Standing(word) }
    let isMissed = channel.session(with: node)?.presence == .silent && !watch.isActive
    return isMissed ? Standing(obstacles: [.peerSilent], health: .unknown) : watch.standing
  }

  /// What the group needs here, and what its checks say of this node.
  private func healthHere(of group: Group) -> Health {
    let judged = group.judge?.health {
      probes.health(.node(localNode), $0, group.holding.judgedFamily)
    }
    let needed =
      (judged.map { [$0] } ?? [])
      + group.needs.map { name -> Health in
        switch keepers.first(where: { $0.group.name == name })?.choice?.state {
        case .normal, .reduced, .failedOver, .manual: .up
        case .degraded, .down: .down
        case nil: .unknown
        }
      }
    return needed.isEmpty ? .up : .agreed(by: needed.count, of: needed)
  }

  /// What was chosen becomes a bid; who is to leave says so, once.
  mutating func bid(
    _ place: Int, after change: (from: [MemberID], choice: Choice)?, at now: Instant
  ) {
    let keeper = keepers[place]
    guard let index = addressKeepers.firstIndex(where: { $0.group == keeper.group.name }),
      let choice = keeper.choice
    else { return }
    let me = MemberID.node(localNode)
    let preempts = choice.preferred == [me]
    let bid = Bid(priority: priority(in: keeper), preempts: preempts)
    let before = addressKeepers[index].sync.bid
    let hasLeft = change.map { $0.from.contains(me) && !$0.choice.preferred.contains(me) } ?? false
    let isReluctant = before.isWilling && !bid.isWilling
    // Who goes says nothing of the bid it would stay with.
    if isAsked(for: keeper.group, choice) ?? (hasLeft || isReluctant),
      addressKeepers[index].mayYield(at: now)
    {
      carryOut(addressKeepers[index].sync.yields(at: now), index, at: now)
    }
    if bid != before { carryOut(addressKeepers[index].sync.bids(bid, at: now), index, at: now) }
  }

  /// Whether whoever should have it says that it would take it, or an operator wants it so and it
  /// could; nil: it cannot tell us.
  private func isAsked(for group: Group, _ choice: Choice) -> Bool? {
    guard let channel, case .node(let heir)? = choice.preferred.first, heir != localNode,
      channel.session(with: heir)?.presence == .alive
    else { return nil }
    guard let word = channel.word(of: heir, on: group.name) else { return false }
    return word.role == .backup && (word.wants || choice.state == .manual)
  }

  /// By an operator's word, also to a node whose own policy would leave it here.
  mutating func handsOver(_ name: GroupName, at now: Instant) {
    guard let index = addressKeepers.firstIndex(where: { $0.group == name }),
      case .node(let heir)? = keepers.first(where: { $0.group.name == name })?.choice?.preferred
        .first,
      heir != localNode
    else { return }
    if let word = channel?.word(of: heir, on: name), word.role != .backup { return }
    carryOut(addressKeepers[index].sync.yields(at: now), index, at: now)
  }

  /// An operator wants that node to have it, who may have been sent away by an order before.
  mutating func mayBeAsked(_ member: MemberID, for name: GroupName) {
    guard case .node(let node) = member,
      let index = addressKeepers.firstIndex(where: { $0.group == name })
    else { return }
    addressKeepers[index].nodes[node]?.mayBeAsked()
  }

  private func priority(in keeper: GroupKeeper) -> UInt8 {
    let me = MemberID.node(localNode)
    let group = keeper.group
    let standing = standing(of: me, in: group)
    let tier = group.seat(of: me)?.tier ?? 1
    if let pin = keeper.pin, pin.member == me, pin.isHard || standing.health != .down {
      return Bid.pinned
    }
    guard standing.health != .down, !standing.isDrained else {
      return Bid.priority(tier: tier, isWell: false)
    }
    if keeper.pin != nil, keeper.choice?.preferred.contains(me) == false { return Bid.aside }
    if replacesDrained(keeper, tier: tier) { return Bid.pinned }
    return priorityWhenWell(tier: tier)
  }

  /// A better one was drained here, and need not know: it is outbid.
  private func replacesDrained(_ keeper: GroupKeeper, tier: Int) -> Bool {
    keeper.choice?.preferred == [.node(localNode)]
      && keeper.group.members.contains { $0.tier < tier && memory.drained.contains($0.id) }
  }

  func priorityWhenWell(tier: Int) -> UInt8 {
    configuration.node(localNode)?.priority ?? Bid.priority(tier: tier, isWell: true)
  }

  /// Who has the addresses: this node, as the kernel confirms; or another, as it says.
  func holders(of group: Group, at now: Instant) -> [MemberID] {
    guard let keeper = addressKeeper(group.name) else { return [] }
    if keeper.sync.holds { return keeper.isHolding ? [.node(localNode)] : [] }
    return group.members.map(\.id).filter { id in
      guard case .node(let name) = id, name != localNode else { return false }
      if let word = channel?.word(of: name, on: group.name) {
        return word.role == .active || word.role == .yielding
      }
      return keeper.nodes[name]?.isActive ?? false
    }
  }
}
