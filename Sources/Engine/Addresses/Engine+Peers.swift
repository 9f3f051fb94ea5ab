import Config
import Election
import Model
import Wire

/// What nodes tell each other besides VRRP.
extension Engine {
  mutating func configuredPeers(at now: Instant, _ effects: inout [Effect]) {
    let old = channel
    // From one node for all: whoever has the same file comes to the same.
    var common =
      configuration.nodes.first.map { configuration.seen(from: $0.name) } ?? configuration
    common.node = nil
    channel = configuration.cluster.flatMap { cluster in
      PeerChannel(
        cluster, nodes: configuration.nodes, own: localNode, epoch: epoch,
        digest: stableHash(common.resolved), after: old, at: now)
    }
    let wanted = channel?.cluster
    if wanted != old?.cluster { effects.append(.meet(wanted)) }
  }

  mutating func heardOfPeer(_ bytes: [UInt8], at now: Instant) {
    let before = company
    guard let (hasNews, answers) = channel?.received(bytes, at: now) else { return }
    addressEffects += answers.map { .send($0) }
    guard hasNews else { return }
    for node in company where !before.contains(node) {
      note(.nodeCame(node), at: now)
      for index in addressKeepers.indices { addressKeepers[index].mayOfferAgain() }
    }
    isStale = true
    mustConfirm = true
    for index in addressKeepers.indices { heardWords(on: index, at: now) }
  }

  /// The nodes that are there, as the channel has it.
  private var company: [NodeName] {
    (channel?.sessions ?? []).filter { $0.presence == .alive }.map(\.node)
  }

  /// A node's own word counts as much as what it advertises, and comes earlier.
  private mutating func heardWords(on index: Int, at now: Instant) {
    let group = addressKeepers[index].group
    for session in channel?.sessions ?? [] {
      guard let word = channel?.word(of: session.node, on: group) else { continue }
      var watch = addressKeepers[index].nodes[session.node] ?? NodeWatch()
      let saying = NodeSaying(word)
      if watch.said ?? .unfit == .unfit, saying != .unfit { addressKeepers[index].mayOfferAgain() }
      let isNews = watch.said(saying)
      switch (watch.isActive, word.role) {
      case (true, .waiting), (true, .backup), (true, .yielding):
        watch.resigned(at: now)
        note(.nodeResigned(session.node, group), at: now)
      case (false, .active):
        watch.heard(priority: word.priority, at: now)
        note(.nodeAdvertised(session.node, group, word.priority), at: now)
      case (true, .active), (false, .waiting), (false, .backup), (false, .yielding):
        if isNews { note(.nodeSaid(session.node, group, saying), at: now) }
      }
      addressKeepers[index].nodes[session.node] = watch
      if word.role == .active, isOutbid(by: word, of: session, index) {
        carryOut(addressKeepers[index].sync.isOutbid(at: now), index, at: now)
      }
    }
  }

  /// As RFC 9568 §6.4.3 has it, of whoever is active beside us and is not heard by VRRP.
  private func isOutbid(
    by word: PeerMessage.GroupWord, of session: PeerSession, _ index: Int
  ) -> Bool {
    let own = addressKeepers[index].sync.bid.priority
    guard word.priority == own else { return word.priority > own }
    return session.paths.first.map { $0.theirs > $0.own } ?? false
  }

  /// A node says that it holds, and said so when its advertisements had stopped: they are lost on
  /// the way, or on their own link alone. It is not dead, and would only be fought.
  func isServedUnheard(_ keeper: AddressKeeper) -> Bool {
    guard let channel else { return false }
    let longest = keeper.longestInterval
    return channel.sessions.contains { session in
      guard channel.word(of: session.node, on: keeper.group)?.role == .active,
        let spoken = session.lastHeard
      else { return false }
      return keeper.nodes[session.node]?.lastAdvertised.map { spoken - $0 > longest * 2 } ?? true
    }
  }

  mutating func wokeForPeers(at now: Instant) {
    if let due = channel?.nextWake, due <= now,
      let (datagrams, silent) = channel?.woke(at: now)
    {
      addressEffects += datagrams.map { .send($0) }
      for node in silent {
        note(.nodeFellSilent(node), at: now)
        isStale = true
        mustConfirm = true
      }
    }
    for index in addressKeepers.indices {
      for (node, due) in missedAt(addressKeepers[index]) where due <= now {
        addressKeepers[index].nodes[node]?.fellSilent(at: now)
        note(.nobodyAdvertised(addressKeepers[index].group, node), at: now)
        isStale = true
        mustConfirm = true
      }
    }
  }

  /// Nodes that hold, as VRRP has it, and are silent on the channel: when neither says anything.
  private func missedAt(_ keeper: AddressKeeper) -> [(node: NodeName, due: Instant)] {
    guard let channel else { return [] }
    return channel.sessions.compactMap { session in
      guard session.presence == .silent,
        let watch = keeper.nodes[session.node], watch.isActive, let last = watch.lastHeard,
        // Who is heard since then lives: the channel alone is broken, and advertisements tell.
        let word = session.lastHeard, last < word + channel.span
      else { return nil }
      return (session.node, last + channel.span)
    }
  }

  /// After all is settled: takes what nobody has, and says what follows.
  mutating func attendNodes(at now: Instant, _ effects: inout [Effect]) {
    guard isAmongNodes else { return }
    takeWhatIsFree(at: now)
    settle(at: now, &effects)
    speakToPeers(at: now)
    lend(at: now)
    sayWhatIsDue(&effects)
  }

  /// After all is settled: what this node now says of its groups.
  private mutating func speakToPeers(at now: Instant) {
    guard channel != nil else { return }
    let words = addressKeepers.prefix(PeerMessage.mostGroups).map { keeper in
      let choice = keepers.first { $0.group.name == keeper.group }?.choice
      return PeerMessage.GroupWord(
        group: stableHash(keeper.group.text), role: .init(keeper.sync.role),
        priority: keeper.sync.bid.priority, wants: choice?.preferred == [keeper.node])
    }
    addressEffects += channel?.says(words, at: now).map { .send($0) } ?? []
  }

  /// Who knows that nobody holds need not wait for advertisements that will not come.
  private mutating func takeWhatIsFree(at now: Instant) {
    guard let channel else { return }
    for index in addressKeepers.indices where addressKeepers[index].sync.role == .backup {
      let keeper = addressKeepers[index]
      guard let place = keepers.firstIndex(where: { $0.group.name == keeper.group }),
        keepers[place].choice?.preferred == [keeper.node]
      else { continue }
      let others = keepers[place].group.members.compactMap { member -> NodeName? in
        guard case .node(let name) = member.id, name != localNode else { return nil }
        return name
      }
      guard others.allSatisfy({ leaves($0, keeper, channel, at: now) }),
        !hearsStranger(keeper, at: now)
      else { continue }
      carryOut(addressKeepers[index].sync.isAlone(at: now), index, at: now)
    }
  }

  /// It says so itself; or it is silent by every path, and by VRRP too. A silence from before all links
  /// were back says nothing: this node was the deaf one.
  private func leaves(
    _ node: NodeName, _ keeper: AddressKeeper, _ channel: PeerChannel, at now: Instant
  ) -> Bool {
    if let word = channel.word(of: node, on: keeper.group) { return word.role != .active }
    guard let session = channel.session(with: node), session.lastHeard != nil,
      let fitSince = keeper.fitSince, now - fitSince >= channel.span
    else { return false }
    return session.presence == .silent && !(keeper.nodes[node]?.isActive ?? false)
  }

  private func hearsStranger(_ keeper: AddressKeeper, at now: Instant) -> Bool {
    keeper.routers.indices.contains { place in
      guard let active = keeper.sync.active(place, at: now) else { return false }
      return !configuration.nodes.contains { $0.addresses.contains(active.address) }
    }
  }

  var nextPeerWake: Wake? {
    guard let channel else { return nil }
    let missed = addressKeepers.flatMap { missedAt($0).map(\.due) }
    let next = missed.reduce(channel.nextWake, min)
    return Wake(at: lending.renewAt.map { min($0, next) } ?? next, why: .heartbeat)
  }
}

extension PeerMessage.GroupWord.Role {
  init(_ role: SyncGroup.Role) {
    switch role {
    case .waiting: self = .waiting
    case .backup: self = .backup
    case .active: self = .active
    case .yielding: self = .yielding
    }
  }
}
