import Config
import Model

/// Bonds stand for themselves, unless others share or take over what leads by them: then they are
/// an uplink's interface, and the uplink has the addresses and the gateway.
extension Settling {
  mutating func addBonds() {
    var taken: Set<String> = []  // interfaces that are something already
    for bond in intent.bonds { taken.insert(bond.name) }
    for uplink in configuration.uplinks {
      taken.insert(uplink.interface.text)
      taken.insert(uplink.name.text)
    }
    for bond in intent.bonds { add(bond, &taken) }
  }

  private mutating func add(_ bond: Intent.Bond, _ taken: inout Set<String>) {
    guard let name = InterfaceName(bond.name), bond.name.asName == bond.name else {
      return leave(bond, "Siaga takes no bond of such a name: A–Z, a–z, 0–9, `.`, `_` and `-`")
    }
    guard !configuration.bonds.contains(where: { $0.name == name }) else {
      return leave(bond, "there is a bond of that name already")
    }
    let members = bond.ports.prefix(16).compactMap { port in
      InterfaceName.complaint(about: port) == nil && taken.insert(port).inserted
        ? InterfaceName(port) : nil
    }
    guard !members.isEmpty else { return leave(bond, "nothing says which interfaces are in it") }
    if members.count < bond.ports.count {
      differ(bond, "some of its ports are in use elsewhere, or cannot be carried")
    }
    let link = link(bond.name)
    let isUplink = names[bond.name] != nil
    let gateways =
      isUplink ? [] : self.gateways(of: link)
    let addresses = isUplink ? [] : ownAddresses(link, near: gateways)
    configuration.bonds.append(
      settled(
        Bond(
          name: name, members: members, primary: primary(of: bond, members), mode: bond.mode,
          addresses: addresses, gateways: gateways,
          findsGateways: !isUplink && findsGateways(link),
          resolvers: isUplink ? [] : resolvers(of: link, beside: addresses), mtu: bond.mtu,
          carrierInterval: bond.carrierInterval ?? Bond.usualCarrierInterval,
          failback: bond.failback, damping: nil), by: bond))
    let places = (bond.places + (isUplink ? [] : link.places)).sorted()
    remarks.bonds[name] = ["From \(places.spokenPlaces)."]
    for place in places { report.amend(place, .carried) }
  }

  private mutating func primary(
    of bond: Intent.Bond, _ members: [InterfaceName]
  ) -> InterfaceName? {
    guard let text = bond.primary, let primary = InterfaceName(text) else { return nil }
    guard bond.mode.hasOneActive else {
      differ(bond, "in mode \(bond.mode.rawValue) none is primary here")
      return nil
    }
    guard members.contains(primary) else {
      differ(bond, "\(text.printable) is to be primary, and is none of its ports")
      return nil
    }
    return primary
  }

  private mutating func leave(_ bond: Intent.Bond, _ why: String) {
    for place in bond.places { report.amend(place, .left(why)) }
  }

  private mutating func differ(_ bond: Intent.Bond, _ how: String) {
    bond.places.first.map { report.amend($0, .differs(how)) }
  }
}

extension Intent {
  /// Bonds by which alone everything goes that goes by them.
  var standaloneBonds: Set<String> {
    var standalone = Set(bonds.map(\.name))
    var users: [Prefix: Set<String>] = [:]
    for way in ways where way.destination.length == 0 && way.table == Self.main {
      users[way.destination, default: []].insert(way.interface)
    }
    for interfaces in users.values where interfaces.count > 1 { standalone.subtract(interfaces) }
    for way in ways where way.table != Self.main { standalone.remove(way.interface) }
    return standalone
  }
}
