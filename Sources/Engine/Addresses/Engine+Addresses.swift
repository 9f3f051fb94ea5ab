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
      if after.basis(on: observed) != bases[after.group] {
        bases[after.group] = after.basis(on: observed)
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
    addressKeepers.reduce(nil) { next, keeper in
      Wake.earlier(next, keeper.nextWake.map { Wake(at: $0, why: .election(keeper.group)) })
    }
  }

  // MARK: - Packets

  /// What does not concern us or is not right is counted, and changes nothing.
  mutating func heardOfRouter(
    _ packet: VRRPPacket, on index: InterfaceIndex, at now: Instant
  ) {
    do throws(VRRPRefusal) {
      try take(packet, on: index, at: now)
    } catch {
      vrrpRefusals[error, default: 0] += 1
      lastRefused[error] = RefusedRouter(source: packet.source, interface: index, at: now)
    }
  }

  private mutating func take(
    _ packet: VRRPPacket, on index: InterfaceIndex, at now: Instant
  ) throws(VRRPRefusal) {
    let (advertisement, form) = try VRRPAdvertisement.parse(
      packet.bytes, from: packet.source, to: packet.destination)
    guard let (keeper, place) = router(advertisement.router, packet.source.family, on: index),
      let perch = addressKeepers[keeper].perches[place]
    else {
      throw .unknownRouter
    }
    // No router passes on a packet without counting down: it was sent on this link.
    guard packet.hopLimit == 255 || addressKeepers[keeper].routers[place].isUnicast else {
      throw .hopLimit
    }
    guard packet.source != perch.source else { throw .ownAddress }
    let nodes = configuration.nodes
    let acts = try addressKeepers[keeper].sync.received(
      advertisement, form: form, from: packet.source, at: place, own: perch.source,
      isSameNode: { one, other in
        one == other
          || nodes.contains { $0.addresses.contains(one) && $0.addresses.contains(other) }
      }, at: now)
    addressKeepers[keeper].claims[place].advertised(at: now)
    heard(advertisement, from: packet.source, keeper, place, at: now)
    carryOut(acts, keeper, at: now)
  }

  private func router(
    _ number: UInt8, _ family: Family, on index: InterfaceIndex
  ) -> (keeper: Int, place: Int)? {
    for keeper in keepersByRouter[number] ?? [] {
      if let place = addressKeepers[keeper].place(of: number, family, on: index) {
        return (keeper, place)
      }
    }
    return nil
  }

  /// What it tells of the node that sent it.
  private mutating func heard(
    _ advertisement: VRRPAdvertisement, from sender: IPAddress, _ index: Int, _ place: Int,
    at now: Instant
  ) {
    let group = addressKeepers[index].group
    guard let node = configuration.nodes.first(where: { $0.addresses.contains(sender) })?.name
    else { return }
    let before = addressKeepers[index].nodes[node] ?? NodeWatch()
    var watch = before
    if advertisement.priority == 0 {
      watch.resigned(at: now)
      if before.isActive { note(.nodeResigned(node, group), at: now) }
    } else {
      watch.advertised(priority: advertisement.priority, at: now)
      if !before.isActive || before.priority != watch.priority {
        note(.nodeAdvertised(node, group, advertisement.priority), at: now)
      }
    }
    guard watch != before else { return }
    addressKeepers[index].nodes[node] = watch
    let isOther = watch.isActive && replaced(by: node, index, at: now)
    guard isOther || !watch.saysTheSame(as: before) else { return }
    isStale = true
    mustConfirm = true
  }

  /// Of who held before it, the last word may have been lost.
  /// - Returns: whether there was one.
  private mutating func replaced(by node: NodeName, _ index: Int, at now: Instant) -> Bool {
    var found = false
    let longest = addressKeepers[index].longestInterval
    for (other, watch) in addressKeepers[index].nodes where other != node && watch.isActive {
      guard let last = watch.lastHeard, now - last > longest * 4 else { continue }
      addressKeepers[index].nodes[other]?.resigned(at: last)
      found = true
    }
    return found
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

  private func datagrams(
    _ keeper: AddressKeeper, _ place: Int, _ advertisement: VRRPAdvertisement
  ) -> [Datagram] {
    guard let perch = keeper.perches[place] else { return [] }
    let family = keeper.routers[place].id.family
    let destinations =
      keeper.routers[place].isUnicast
      ? configuration.nodes.filter { $0.name != localNode }.flatMap(\.addresses).filter { address in
        perch.networks.contains { $0.contains(address) }
      } : [VRRPAdvertisement.multicastGroup(family)]
    return destinations.map { destination in
      Datagram(
        .vrrp, interface: perch.home, source: perch.source, destination: destination,
        payload: advertisement.bytes(
          from: perch.source, to: destination, checksum: keeper.sync.form(place)))
    }
  }

  /// To all on the link: who has these addresses (RFC 9568 §6.4.1, §6.4.2).
  private func announcements(of keeper: AddressKeeper, _ place: Int) -> [Effect] {
    guard let perch = keeper.perches[place], let hardware = perch.hardware else { return [] }
    return keeper.routers[place].addresses.map { address in
      switch address.family {
      case .ipv4:
        let party = ARPPacket.Party(hardware: hardware, address: address)
        let packet = ARPPacket(operation: .request, sender: party, target: party)
        return .send(
          Datagram(
            .arp, interface: perch.home, source: nil, destination: address,
            payload: packet.bytes))
      case .ipv6:
        let advertisement = NeighborAdvertisement(
          target: address, hardware: hardware, isFromRouter: true, isSolicited: false)
        return .send(
          Datagram(
            .neighbor, interface: perch.home, source: address, destination: .allNodes,
            payload: advertisement.bytes))
      }
    }
  }

  /// To all on the link: has anybody else these addresses? Asked without a sender, so that no cache
  /// learns of it (RFC 5227 §2.1.1).
  private func questions(of keeper: AddressKeeper, _ place: Int) -> [Effect] {
    guard let perch = keeper.perches[place], let asker = perch.asker else { return [] }
    return keeper.routers[place].addresses.map { address in
      switch address.family {
      case .ipv4:
        let packet = ARPPacket.request(
          for: address, from: ARPPacket.Party(hardware: asker, address: .any(.ipv4)))
        return .send(
          Datagram(
            .arp, interface: perch.index, source: nil, destination: address,
            payload: packet.bytes))
      case .ipv6:
        let solicitation = NeighborSolicitation(for: address, from: asker)
        return .send(
          Datagram(
            .neighbor, interface: perch.index, source: perch.source,
            destination: solicitation.destination, payload: solicitation.bytes))
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
