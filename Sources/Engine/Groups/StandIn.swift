import Model

/// Who answers for an uplink's IPv4 addresses, where several links are in one network: the link itself,
/// or another one while it has no carrier, or is mute. Linux answers by any link for all its addresses,
/// but hosts there would send to the dead one until their caches end; so they are told. What this
/// machine sends with these addresses goes by the other one too, and goes home only when its own link
/// is proven: a switch may take half a minute after the carrier before it lets anything through.
struct StandIn: Equatable, Sendable {
  private(set) var link: InterfaceIndex?  // who answers now; nil: nobody does
  private(set) var sender: UplinkName?  // who sends for it; nil: the uplink itself
  private var isAway = false  // hosts were told of another than the uplink's own
  private var others: Set<InterfaceIndex> = []
  private var announcer = AddressAnnouncer()
  var knock = GatewayKnock()

  var next: Instant? { .earlier(announcer.next, knock.next) }

  /// - Parameters:
  ///   - home: the uplink's own.
  ///   - others: that are in the same network and answer too: hosts may have heard of the address there.
  mutating func looked(
    answering: InterfaceIndex?, home: InterfaceIndex?, others now: Set<InterfaceIndex>,
    at moment: Instant
  ) {
    let hasLost = !others.isSubset(of: now)
    others = now
    guard answering != link || hasLost else { return }
    link = answering
    announcer.looked(isHolding: false, at: moment)
    guard let answering, answering != home || isAway || hasLost else { return }
    isAway = answering != home
    announcer.looked(isHolding: true, at: moment)
  }

  /// - Parameters:
  ///   - isCut: it has no carrier, or is mute.
  ///   - isProven: all that is asked for by it answers.
  ///   - others: that are in the same network and alive.
  mutating func looked(isCut: Bool, isProven: Bool, others: [UplinkName]) {
    guard isCut || (sender != nil && !isProven) else { return sender = nil }
    if let sender, others.contains(sender) { return }
    sender = others.first
  }

  /// Whether to tell hosts now. Of the uplink's own link they are told a few times, of another one
  /// as long as it stands in.
  mutating func isDue(at now: Instant) -> Bool {
    guard announcer.isDue(at: now) else { return false }
    if !isAway, announcer.hasRepeated { announcer.looked(isHolding: false, at: now) }
    return true
  }
}
