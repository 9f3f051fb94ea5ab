import Config
import Model
import Wire

/// Whether hosts inside begin from the addresses of an uplink follows from who carries: who holds
/// a default of IPv6, as the kernel confirms, and can be used, and is not judged down.
extension Engine {
  mutating func configuredTellers(at now: Instant, _ effects: inout [Effect]) {
    let before = tellers
    var prefixes: [InterfaceName: [(Prefix, UplinkName)]] = [:]
    for uplink in configuration.uplinks {
      for lan in uplink.lans {
        prefixes[lan.interface, default: []] += lan.prefixes.map { ($0, uplink.name) }
      }
    }
    tellers = prefixes.sorted { $0.key < $1.key }.map { interface, prefixes in
      let old = before.first { $0.interface == interface }
      return PrefixTeller(
        interface, prefixes, deprecated: memory.deprecated, after: old, at: now)
    }
    let kept = tellers.flatMap(\.topics).map(\.prefix)
    effects += before.compactMap { teller in
      teller.farewell(to: teller.topics.filter { !kept.contains($0.prefix) }).map(Effect.send)
    }
  }

  /// The links to hosts may have changed.
  mutating func lookedInside(at now: Instant) {
    for place in tellers.indices {
      let before = tellers[place].index
      tellers[place].observed(observed, at: now)
      if tellers[place].index != before { mustListen = true }
    }
  }

  /// After choices and the kernel's word on them.
  mutating func tellHosts(at now: Instant, _ effects: inout [Effect]) {
    guard !tellers.isEmpty, !isBlind, mayTell(at: now) else { return }
    let carrying = carryingIPv6
    let plain = carrying.filter { configuration.uplink($0)?.nat6 == NAT6.none }
    for place in tellers.indices {
      tellers[place].carried(by: carrying, plain: plain, at: now)
      if let datagram = tellers[place].woke(at: now) { effects.append(.send(datagram)) }
    }
    let deprecated = Set(tellers.flatMap(\.deprecated))
    guard deprecated != memory.deprecated else { return }
    memory.deprecated = deprecated
    effects.append(.remember(memory))
  }

  /// Something has changed since the last turn, or is due.
  private func mayTell(at now: Instant) -> Bool {
    guard let appointments else { return true }
    return appointments.telling.map { $0 <= now } ?? false
  }

  private var carryingIPv6: Set<UplinkName> {
    let holders = keepers.filter { $0.group.holding == .route(.defaultV6) }.flatMap(\.holding)
    return Set(
      holders.compactMap { id in
        guard case .uplink(let name) = id, isAlive(name, .ipv6) else { return nil }
        return name
      })
  }

  mutating func heardInside(
    _ message: [UInt8], from sender: IPAddress, hopLimit: UInt8, on index: InterfaceIndex,
    at now: Instant
  ) {
    for place in tellers.indices where tellers[place].index == index {
      // RFC 4861 §6.1.1, §6.1.2: what is not well-formed is dropped without a word.
      if (try? RouterSolicitation(parsing: message.span, hopLimit: hopLimit)) != nil {
        tellers[place].wasAsked(at: now)
      } else if sender.isLinkLocal, sender.family == .ipv6,
        let said = try? RouterAdvertisement(parsing: message.span, hopLimit: hopLimit)
      {
        tellers[place].heard(said, from: sender, at: now)
      }
    }
  }

  mutating func unsent(_ datagram: Datagram, _ reason: String, at now: Instant) {
    // What was asked of routers outside is asked again anyway.
    for place in tellers.indices where tellers[place].index == datagram.interface {
      tellers[place].unsent(reason, at: now)
    }
  }

  var nextTelling: Wake? {
    tellers.reduce(nil) { next, teller in
      Wake.earlier(
        next, teller.nextWake.map { Wake(at: $0, why: .prefixes(teller.interface)) })
    }
  }
}

// MARK: - Telling of it

extension Engine {
  public func prefixStatus(of uplink: UplinkName, clock: ClockReading) -> [PrefixStatus] {
    tellers.flatMap { teller in
      teller.topics.filter { $0.uplink == uplink }.map { topic in
        PrefixStatus(
          prefix: topic.prefix.description, interface: teller.interface.text,
          deprecated: topic.isDeprecated, since: clock.timestamp(of: topic.since).text)
      }
    }
  }

  /// Who cannot be told what he should be.
  public var prefixTroubles: [String] {
    tellers.compactMap { teller in
      guard let topic = teller.topics.first(where: \.isDeprecated) else { return nil }
      let what = "hosts on \(teller.interface) cannot be told that \(topic.prefix) is deprecated"
      if teller.isAbsent {
        return "\(what): there is no such interface with a carrier and a link-local address; "
          + "check `lan` of uplink \(topic.uplink)"
      }
      return teller.trouble.map { "\(what) (\($0)); trying again" }
    }
  }

  /// `isp1: 2001:db8:a:1::/64 is deprecated towards br0 since 12:00:00.000`
  func prefixSentences(of group: Group, clock: ClockReading) -> [String] {
    guard group.holding == .route(.defaultV6) else { return [] }
    return tellers.flatMap { teller in
      teller.topics.filter { $0.isDeprecated && group.seat(of: .uplink($0.uplink)) != nil }
        .map { topic in
          "\(topic.uplink): \(topic.prefix) is deprecated towards \(teller.interface) since "
            + "\(clock.timestamp(of: topic.since).clock), for another link carries."
        }
    }
  }
}
