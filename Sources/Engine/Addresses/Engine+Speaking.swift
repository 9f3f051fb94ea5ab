import Config
import Election
import Model
import Wire

/// What a router says on its link.
extension Engine {
  func datagrams(
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
  func announcements(of keeper: AddressKeeper, _ place: Int) -> [Effect] {
    guard let perch = keeper.perches[place], let hardware = perch.hardware else { return [] }
    return keeper.routers[place].addresses.map { address in
      switch address.family {
      case .ipv4:
        return .announcement(of: address, at: hardware, on: perch.home)
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
  func questions(of keeper: AddressKeeper, _ place: Int) -> [Effect] {
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
}
