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
      let usable = configuration.uplinks.map(\.name).filter(names.contains)
        .filter { watches[$0]?[.ipv4].isUsable ?? false }
      let heard = usable.filter { !(standIns[$0]?.knock.isMute ?? false) }
      let own = watch[.ipv4].isConnected ? watch.index : nil
      let isAway = standIn.knock.isMute || watch[.ipv4].obstacles.contains(.noCarrier)
      let other = heard.first.flatMap { watches[$0]?.index }
      standIn.looked(
        answering: isAway ? other ?? own : own, home: watch.index,
        others: Set(usable.compactMap { watches[$0]?.index }), at: now)
      if standIn != standIns[uplink.name] { standIns[uplink.name] = standIn }
    }
    tellOfStandIns(at: now)
  }

  /// After `living` has been settled.
  mutating func lookedForSenders(at now: Instant) {
    guard !companions.isEmpty else { return }
    for uplink in configuration.uplinks {
      guard let names = companions[uplink.name], let watch = watches[uplink.name],
        var standIn = standIns[uplink.name]
      else { continue }
      let way = watch[.ipv4]
      let canAsk = way.isUsable && way.gateway != nil && watch.hardware != nil
      let others = configuration.uplinks.map(\.name)
        .filter { names.contains($0) && living.ipv4.contains($0) }
      standIn.knock.looked(
        isDown: canAsk && !living.ipv4.contains(uplink.name), at: now)
      standIn.looked(
        isCut: way.obstacles.contains(.noCarrier) || standIn.knock.isMute,
        isProven: isProven(uplink.name, .ipv4), others: others)
      if standIn != standIns[uplink.name] { standIns[uplink.name] = standIn }
    }
  }

  /// Asks the gateways of links that are down; who has fallen mute is stood in for.
  mutating func knock(at now: Instant) {
    var hasChanged = false
    for uplink in configuration.uplinks {
      guard var standIn = standIns[uplink.name] else { continue }
      let wasMute = standIn.knock.isMute
      if standIn.knock.isDue(at: now), let watch = watches[uplink.name],
        let question = Effect.question(by: watch)
      {
        addressEffects.append(question)
      }
      hasChanged = hasChanged || standIn.knock.isMute != wasMute
      if standIn != standIns[uplink.name] { standIns[uplink.name] = standIn }
    }
    guard hasChanged else { return }
    isStale = true
    lookedForStandIns(at: now)
  }

  /// A gateway answers by ARP.
  mutating func heardAtTheGate(_ packet: ARPPacket, on link: InterfaceIndex) {
    guard packet.operation == .reply else { return }
    for name in standIns.keys {
      guard let watch = watches[name], watch.index == link,
        watch.hardware == packet.target.hardware,
        watch[.ipv4].gateway == packet.sender.address
      else { continue }
      standIns[name]?.knock.answered()
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
  /// "Who has the gateway's address?" Nil: the link has no hardware address to ask with.
  fileprivate static func question(by watch: UplinkWatch) -> Effect? {
    guard let link = watch.index, let hardware = watch.hardware,
      let gateway = watch[.ipv4].gateway
    else { return nil }
    let nobody = ARPPacket.Party(hardware: hardware, address: .any(.ipv4))
    return .send(
      Datagram(
        .arp, interface: link, source: nil, destination: gateway,
        payload: ARPPacket.request(for: gateway, from: nobody).bytes))
  }

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
