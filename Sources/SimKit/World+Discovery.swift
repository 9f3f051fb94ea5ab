import Engine
import Model
import Wire

/// Router discovery: the providers' routers, which answer who asks; strangers, who say what they
/// like; and inside this machine's own advertiser and the hosts that listen to it.
extension World {
  mutating func discover(_ datagram: Datagram, by name: InterfaceName) {
    if datagram.destination == .allNodes { return hosts.heard(datagram.payload, flaw: flaw) }
    guard let access = site.access(name), access.address6 != nil else { return }
    let delay = Duration.milliseconds(Int.random(in: 1...500, using: &dice))
    let said = RouterAdvertisement(lifetime: .seconds(1_800))
    advertise(said.bytes, from: access.gateway(.ipv6), on: datagram.interface, after: delay)
  }

  mutating func strangersAdvertise(on name: InterfaceName, seed: UInt64) {
    guard let index = shell.kernel.index(of: name) else { return }
    var dice = RandomSource(seed: seed)
    for _ in 0..<24 {
      let number = UInt64.random(in: 1...64, using: &dice)
      var message = RouterAdvertisement(
        flags: UInt8.random(in: 0...255, using: &dice),
        lifetime: .seconds(Int64.random(in: 0...8, using: &dice)),
        prefixes: hosts.prefixes.map { .init($0, validFor: .seconds(9), preferredFor: .seconds(9)) }
      ).bytes
      if number.isMultiple(of: 5) { message.removeLast(3) }
      advertise(
        message, from: .v6(high: 0xfe80 << 48, low: 0xbad_0000 | number),
        hopLimit: number.isMultiple(of: 7) ? 64 : 255, on: index,
        after: .microseconds(Int.random(in: 0...50_000, using: &dice)))
    }
  }

  /// It knows nothing of who carries.
  mutating func advertiserSpeaks() {
    hosts.heardAdvertiser()
    guard let lan = shell.kernel.index(of: Site.lan),
      let source = shell.kernel.interfaces[lan]?.addresses.first(where: {
        $0.address.family == .ipv6 && $0.address.address.isLinkLocal
      })
    else { return }
    let said = RouterAdvertisement(
      lifetime: .seconds(1_800),
      prefixes: hosts.prefixes.map {
        .init($0, validFor: .seconds(86_400), preferredFor: .seconds(14_400))
      })
    advertise(said.bytes, from: source.address.address, on: lan, after: .milliseconds(1))
  }

  mutating func hostsAsk() {
    guard let lan = shell.kernel.index(of: Site.lan) else { return }
    advertise(
      RouterSolicitation(from: nil).bytes, from: .any(.ipv6), on: lan, after: .milliseconds(1))
  }

  private mutating func advertise(
    _ message: [UInt8], from source: IPAddress, hopLimit: UInt8 = 255, on index: InterfaceIndex,
    after delay: Duration
  ) {
    guard shell.ears.contains(where: { $0.interface == index }) else { return }
    agenda.add(now + delay, .packet(.discovery(message, from: source, hopLimit: hopLimit), index))
  }
}

extension Datagram {
  /// Of routers or for them, and no probe.
  var isOfDiscovery: Bool {
    destination == .allRouters || destination == .allNodes
  }
}
