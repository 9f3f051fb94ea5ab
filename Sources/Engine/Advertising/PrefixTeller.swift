import Model
import Wire

/// Tells the hosts of one LAN from which of their prefixes to begin, by router advertisements of
/// its own (RFC 4862 §5.5.3 e, §5.5.4; RFC 7084 L-13).
///
///               its uplink does not carry, another does
///   preferred ─────────────────────────────────────────► deprecated ─────┐
///       ▲                                                  │   ▲          │ somebody advertises it
///       └──────────────── its uplink carries ──────────────┘   └──────────┘ as preferred, a host
///                                                               told again  asks, or after 30 s
///
/// While nobody carries, all stays as it was told. A change is told at once, and twice more, for
/// multicast may be lost. Whoever advertises the prefix on this machine goes on as before, and for
/// hosts it is the same router: so what is said of the router is what it says itself, and only of
/// prefixes something else. Not all that is sent here is heard (systemd-networkd turns that off,
/// and an answer may go to one host alone): hence the 30 s.
///
/// Deviations: a deprecated prefix stays valid for two hours, not counted down (L-13), for its link
/// may come back; and a change waits for half a second, not three, after the advertisement before
/// it (RFC 4861 §6.2.6 is about what is told again).
struct PrefixTeller: Sendable {
  static let repeats = 2
  static let pause = Duration.seconds(3)  // MIN_DELAY_BETWEEN_RAS
  static let changePause = Duration.milliseconds(500)
  static let answerDelay = Duration.milliseconds(600)  // MAX_RA_DELAY_TIME: after the others'
  static let beat = Duration.seconds(30)

  let interface: InterfaceName
  private(set) var topics: [Topic]  // file order
  private(set) var trouble: String?  // why the last one could not be sent
  private var place: Place?
  private var seen: RouterAdvertisement?  // the last one of this machine's own advertiser
  private var lastSent: Instant?
  private var due: Instant?
  private var answerDue: Instant?  // to a host that has asked

  /// One prefix, and what is told of it.
  struct Topic: Equatable, Sendable {
    let prefix: Prefix
    let uplink: UplinkName
    fileprivate(set) var isDeprecated = false
    fileprivate(set) var since: Instant
    fileprivate var wasDeprecated: Bool  // as it was told last
    fileprivate var repeats = 0  // how often it must still be told
    fileprivate var seen: RouterAdvertisement.PrefixInformation?  // as others prefer it
  }

  /// Where from.
  private struct Place: Equatable {
    let index: InterfaceIndex
    let source: IPAddress
    let own: [IPAddress]  // all of this machine's that are good on the link only
    let hardware: HardwareAddress?
  }

  /// - Parameters:
  ///   - deprecated: what was told before the start.
  ///   - old: of the same interface, before a reload.
  init(
    _ interface: InterfaceName, _ prefixes: [(Prefix, UplinkName)],
    deprecated: Set<Prefix> = [], after old: PrefixTeller?, at now: Instant
  ) {
    self.interface = interface
    topics = prefixes.map { prefix, uplink in
      let known = old?.topics.first { $0.prefix == prefix && $0.uplink == uplink }
      return known
        ?? Topic(
          prefix: prefix, uplink: uplink, isDeprecated: deprecated.contains(prefix), since: now,
          wasDeprecated: deprecated.contains(prefix))
    }
    guard let old else { return }
    (place, seen, lastSent) = (old.place, old.seen, old.lastSent)
    (due, answerDue, trouble) = (old.due, old.answerDue, old.trouble)
  }

  var index: InterfaceIndex? { place?.index }
  var isAbsent: Bool { place == nil }

  /// From nowhere nothing can be said; once it can, news are due.
  var nextWake: Instant? { isAbsent ? nil : Instant.earlier(due, answerDue) }

  /// What hosts take for deprecated, or are about to.
  var deprecated: [Prefix] {
    topics.filter { $0.isDeprecated || $0.wasDeprecated }.map(\.prefix)
  }

  private var hasNews: Bool { topics.contains { $0.isDeprecated || $0.repeats > 0 } }
}

// MARK: - What happens

extension PrefixTeller {
  mutating func observed(_ kernel: KernelState, at now: Instant) {
    let before = place
    place = Self.place(interface, kernel)
    if place == nil { (due, answerDue) = (nil, nil) }
    if place != nil, place != before, hasNews { due = now }
  }

  private static func place(_ interface: InterfaceName, _ kernel: KernelState) -> Place? {
    guard let link = kernel.link(named: interface), link.isUp, link.hasCarrier else { return nil }
    let own = kernel.addresses(on: link.index)
      .filter { $0.isReady && $0.address.family == .ipv6 && $0.address.address.isLinkLocal }
      .map(\.address.address)
    return own.first.map {
      Place(index: link.index, source: $0, own: own, hardware: link.hardwareAddress)
    }
  }

  /// - Parameters:
  ///   - carrying: the uplinks that carry a default of IPv6 now.
  ///   - plain: those of them that let addresses pass as they are.
  mutating func carried(by carrying: Set<UplinkName>, plain: Set<UplinkName>, at now: Instant) {
    for number in topics.indices {
      let isDeprecated =
        carrying.contains(topics[number].uplink)
        ? false : plain.isEmpty ? topics[number].isDeprecated : true
      guard isDeprecated != topics[number].isDeprecated else { continue }
      topics[number].isDeprecated = isDeprecated
      topics[number].since = now
      topics[number].repeats = Self.repeats + 1
      due = soonest(after: Self.changePause, at: now)
    }
  }

  /// Somebody advertises there: this machine's own advertiser, or another router.
  mutating func heard(_ advertisement: RouterAdvertisement, from source: IPAddress, at now: Instant)
  {
    let isOwn = place?.own.contains(source) ?? false
    if isOwn { seen = advertisement }
    var isContradicted = false
    for number in topics.indices {
      let said = advertisement.prefixes.last { $0.prefix == topics[number].prefix }
      guard let said, said.preferredFor > .zero else { continue }
      if isOwn { topics[number].seen = said }
      if topics[number].isDeprecated { isContradicted = true }
    }
    if isContradicted { due = Instant.earlier(due, soonest(after: Self.pause, at: now)) }
  }

  /// A host asks, and others are about to tell it what was so.
  mutating func wasAsked(at now: Instant) {
    guard place != nil, hasNews else { return }
    answerDue =
      answerDue ?? max(now + Self.answerDelay, soonest(after: Self.pause, at: now))
  }

  /// What was sent last could not be.
  mutating func unsent(_ reason: String, at now: Instant) {
    trouble = reason
    due = Instant.earlier(due, now + Self.pause)
    // Hosts have not heard it, so what they take for deprecated may be what they did before.
    for number in topics.indices where topics[number].repeats > 0 {
      topics[number].wasDeprecated = true
    }
  }

  private func soonest(after pause: Duration, at now: Instant) -> Instant {
    lastSent.map { max(now, $0 + pause) } ?? now
  }
}

// MARK: - What is said

extension PrefixTeller {
  /// - Returns: what is to be sent now.
  mutating func woke(at now: Instant) -> Datagram? {
    guard let place, let nextWake, nextWake <= now else { return nil }
    let told = topics.filter { $0.isDeprecated || $0.repeats > 0 }
    for number in topics.indices {
      topics[number].repeats = max(0, topics[number].repeats - 1)
      topics[number].wasDeprecated = topics[number].isDeprecated
    }
    lastSent = now
    trouble = nil
    let isToRepeat = topics.contains { $0.repeats > 0 }
    due = isToRepeat ? now + Self.pause : hasNews ? now + Self.beat : nil
    answerDue = answerDue.flatMap { $0 <= now ? nil : max($0, now + Self.pause) }
    return told.isEmpty ? nil : datagram(told.map(\.information), from: place)
  }

  /// Prefixes that are not told of any more are preferred again, as if nobody had said otherwise.
  func farewell(to gone: [Topic]) -> Datagram? {
    let told = gone.filter(\.isDeprecated).map { topic in
      var topic = topic
      topic.isDeprecated = false
      return topic.information
    }
    return told.isEmpty ? nil : place.map { datagram(told, from: $0) }
  }

  private func datagram(
    _ prefixes: [RouterAdvertisement.PrefixInformation], from place: Place
  ) -> Datagram {
    // Where this machine's own advertiser has not been heard, somebody carries by this machine:
    // it is a router, for as long as RFC 4861 §6.2.1 has it.
    let said = RouterAdvertisement(
      hopLimit: seen?.hopLimit, flags: seen?.flags ?? 0,
      lifetime: seen?.lifetime ?? .seconds(1_800),
      hardware: place.hardware, prefixes: prefixes)
    return Datagram(
      .neighbor, interface: place.index, source: place.source, destination: .allNodes,
      payload: said.bytes)
  }
}

extension PrefixTeller.Topic {
  /// Lifetimes are those that others give; else RFC 9096's (§3.3).
  fileprivate var information: RouterAdvertisement.PrefixInformation {
    var information =
      seen ?? .init(prefix, validFor: .seconds(5_400), preferredFor: .seconds(2_700))
    if isDeprecated {
      information.validFor = min(seen?.validFor ?? .seconds(7_200), .seconds(7_200))
      information.preferredFor = .zero
    }
    return information
  }
}
