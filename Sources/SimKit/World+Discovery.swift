import Engine
import Model
import Wire

/// Router discovery: the providers' routers, which answer who asks.
extension World {
  mutating func discover(_ datagram: Datagram, by name: InterfaceName) {
    guard datagram.destination == .allRouters, let access = site.access(name),
      access.address6 != nil
    else { return }
    let delay = Duration.milliseconds(Int.random(in: 1...500, using: &random))
    let said = RouterAdvertisement(lifetime: .seconds(1_800))
    advertise(said.bytes, from: access.gateway(.ipv6), on: datagram.interface, at: now + delay)
  }

  private mutating func advertise(
    _ message: [UInt8], from source: IPAddress, hopLimit: UInt8 = 255, on index: InterfaceIndex,
    at moment: Instant
  ) {
    agenda.add(moment, .packet(.discovery(message, from: source, hopLimit: hopLimit), index))
  }
}

extension Datagram {
  /// Of routers or for them, and no probe.
  var isOfDiscovery: Bool {
    destination == .allRouters || destination == .allNodes
  }
}
