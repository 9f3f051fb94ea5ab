import Model
import Wire

/// An uplink as the kernel shows it now, in the families that groups ask it for.
struct UplinkWatch: Equatable, Sendable {
  let uplink: Uplink
  let families: [Family]
  private(set) var index: InterfaceIndex?
  private(set) var hardware: HardwareAddress?
  private var ways = PerFamily { _ in Way() }
  private var routers = RouterWatch()
  private var search = RouterSearch()

  /// - Parameter old: the watch before a reload; by the same interface, it knows already.
  init(_ uplink: Uplink, families: [Family], after old: UplinkWatch? = nil) {
    self.uplink = uplink
    self.families = families.filter(uplink.mayCarry)
    guard let old, old.uplink.interface == uplink.interface else { return }
    index = old.index
    hardware = old.hardware
    ways = old.ways
    routers = old.routers
    search = old.search
  }

  var id: MemberID { .uplink(uplink.name) }

  subscript(family: Family) -> Way { ways[family] }

  /// Those of its provider, as far as they are known.
  func resolvers(_ family: Family) -> [IPAddress] {
    let configured = uplink.resolvers(family)
    return configured.isEmpty ? ways[family].leasedResolvers : configured
  }

  /// Of some family.
  var knowsResolvers: Bool {
    !uplink.resolvers.isEmpty || families.contains { !ways[$0].leasedResolvers.isEmpty }
  }

  mutating func observed(_ kernel: KernelState) {
    guard let link = kernel.link(named: uplink.interface) else {
      self = UplinkWatch(uplink, families: families)
      return
    }
    // An interface that came back under another index is another link.
    if let index, index != link.index { self = UplinkWatch(uplink, families: families) }
    index = link.index
    hardware = link.hardwareAddress
    for family in families { ways[family].observed(uplink, family, link, kernel, routers, search) }
  }
}

// MARK: - Routers

extension UplinkWatch {
  /// Whether routers' advertisements tell something of this link that nothing else does.
  var listens: Bool {
    uplink.findsGateways && uplink.gateway(.ipv6) == nil && families.contains(.ipv6)
  }

  /// - Returns: whether the ways may be others now.
  mutating func heard(
    _ advertisement: RouterAdvertisement, from router: IPAddress, at now: Instant
  ) -> Bool {
    // What this machine says itself tells it nothing.
    guard listens, !ways.ipv6.addresses.contains(where: { $0.address.address == router }) else {
      return false
    }
    return routers.heard(advertisement, from: router, gateway: ways.ipv6.gateway, at: now)
  }

  mutating func searched(at now: Instant, random: inout RandomSource) {
    guard listens else { return }
    let isLacking = ways.ipv6.isConnected && ways.ipv6.asks(for: routers)
    search.looked(isLacking: isLacking, at: now, random: &random)
  }

  /// - Returns: whether the ways may be others now, and what to ask.
  mutating func woke(at now: Instant) -> (hasChanged: Bool, question: Datagram?) {
    let hasEnded = routers.woke(at: now)
    let step = search.woke(at: now)
    let hasChanged = hasEnded || step == .giveUp
    guard step == .ask, let index else { return (hasChanged, nil) }
    let question = Datagram(
      .neighbor, interface: index, source: ways.ipv6.linkLocal, destination: .allRouters,
      payload: RouterSolicitation(from: hardware).bytes)
    return (hasChanged, question)
  }

  var nextWake: Wake? {
    Instant.earlier(routers.nextWake, search.nextWake)
      .map { Wake(at: $0, why: .router(uplink.name)) }
  }
}
