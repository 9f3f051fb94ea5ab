import Config
import Model
import Wire

/// Links of one network, such as a cable and Wi-Fi: what is sent to one's address finds the other.
extension Engine {
  mutating func lookedForStandIns(at now: Instant) {
    guard configuration.uplinks.count > 1 else { return }
    for uplink in configuration.uplinks {
      guard let watch = watches[uplink.name] else { continue }
      var standIn = standIns[uplink.name] ?? StandIn()
      let others = links(beside: watch)
      let isDead = watch[.ipv4].obstacles.contains(.noCarrier)
      let own = watch[.ipv4].isConnected ? watch.index : nil
      standIn.looked(
        answering: isDead ? others.first : own, home: watch.index, others: Set(others), at: now)
      if standIn != standIns[uplink.name] { standIns[uplink.name] = standIn }
    }
    tellOfStandIns(at: now)
  }

  mutating func tellOfStandIns(at now: Instant) {
    for uplink in configuration.uplinks {
      guard var standIn = standIns[uplink.name], standIn.isDue(at: now) else { continue }
      standIns[uplink.name] = standIn
      guard let watch = watches[uplink.name], let link = standIn.link,
        let hardware = observed.links[link]?.hardwareAddress
      else { continue }
      addressEffects += watch[.ipv4].ownAddresses.map {
        .announcement(of: $0, at: hardware, on: link)
      }
    }
  }

  var nextStandIn: Wake? {
    standIns.reduce(nil) { next, entry in
      Wake.earlier(next, entry.value.next.map { Wake(at: $0, why: .announcement(entry.key)) })
    }
  }

  /// Those that can be used and are in its network, in file order.
  private func links(beside watch: UplinkWatch) -> [InterfaceIndex] {
    configuration.uplinks.compactMap { watches[$0.name] }.filter {
      $0.index != watch.index && $0[.ipv4].isUsable
        && $0[.ipv4].isInNetwork(of: watch[.ipv4])
    }.compactMap(\.index)
  }
}

extension Way {
  fileprivate func isInNetwork(of other: Way) -> Bool {
    !other.ownAddresses.isEmpty
      && other.ownAddresses.allSatisfy { address in
        addresses.contains { $0.address.network.contains(address) }
      }
  }
}

extension Effect {
  /// A gratuitous ARP: all on the link learn where the address is (RFC 5227 §3).
  static func announcement(
    of address: IPAddress, at hardware: HardwareAddress, on link: InterfaceIndex
  ) -> Effect {
    let party = ARPPacket.Party(hardware: hardware, address: address)
    let packet = ARPPacket(operation: .request, sender: party, target: party)
    return .send(
      Datagram(.arp, interface: link, source: nil, destination: address, payload: packet.bytes))
  }
}
