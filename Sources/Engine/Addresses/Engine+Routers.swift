import Config
import Election
import Model
import Wire

/// What other routers say.
extension Engine {
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
}
