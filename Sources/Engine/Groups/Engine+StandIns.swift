import Config
import Model
import Wire

/// Links of one network, such as a cable and Wi-Fi: what is sent to one's address finds the other.
extension Engine {
  /// Who is in one network with whom: it changes with addresses alone, and usually nobody is.
  mutating func foundCompanions() {
    var networks: [Prefix: [UplinkName]] = [:]
    for uplink in configuration.uplinks {
      for address in watches[uplink.name]?[.ipv4].addresses ?? [] {
        networks[address.address.network, default: []].append(uplink.name)
      }
    }
    companions = [:]
    for names in networks.values where names.count > 1 {
      for name in names { companions[name, default: []].formUnion(names.filter { $0 != name }) }
    }
    companions = companions.filter { !$0.value.isEmpty }
    standIns = standIns.filter { companions[$0.key] != nil }
  }

  mutating func lookedForStandIns(at now: Instant) {
    guard !companions.isEmpty else { return }
    for uplink in configuration.uplinks {
      guard let names = companions[uplink.name], let watch = watches[uplink.name] else { continue }
      var standIn = standIns[uplink.name] ?? StandIn()
      let others = configuration.uplinks.map(\.name).filter(names.contains)
        .compactMap { watches[$0] }.filter { $0[.ipv4].isUsable }.compactMap(\.index)
      let isDead = watch[.ipv4].obstacles.contains(.noCarrier)
      let own = watch[.ipv4].isConnected ? watch.index : nil
      standIn.looked(
        answering: isDead ? others.first : own, home: watch.index, others: Set(others), at: now)
      if standIn != standIns[uplink.name] { standIns[uplink.name] = standIn }
    }
    tellOfStandIns(at: now)
  }

  /// After `living` has been settled.
  mutating func lookedForSenders() {
    guard !companions.isEmpty else { return }
    for uplink in configuration.uplinks {
      guard let names = companions[uplink.name], let way = watches[uplink.name]?[.ipv4],
        var standIn = standIns[uplink.name]
      else { continue }
      let others = configuration.uplinks.map(\.name)
        .filter { names.contains($0) && living.ipv4.contains($0) }
      standIn.looked(
        isCut: way.obstacles.contains(.noCarrier), isProven: isProven(uplink.name, .ipv4),
        others: others)
      if standIn != standIns[uplink.name] { standIns[uplink.name] = standIn }
    }
  }

  mutating func tellOfStandIns(at now: Instant) {
    guard !standIns.isEmpty else { return }
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
    standIns.sorted { $0.key < $1.key }.reduce(nil) { next, entry in
      Wake.earlier(next, entry.value.next.map { Wake(at: $0, why: .announcement(entry.key)) })
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
