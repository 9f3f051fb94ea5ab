import Config
import Model
import Wire

/// Router discovery (RFC 4861): who routes on the links of uplinks.
extension Engine {
  /// Where it is listened to follows from the configuration and the links that are there.
  mutating func listen(_ effects: inout [Effect]) {
    guard mustListen, !isBlind else { return }
    mustListen = false
    let outside = configuration.uplinks.compactMap { uplink -> Ear? in
      guard let watch = watches[uplink.name], watch.listens else { return nil }
      return watch.index.map { Ear($0, hearsHosts: false) }
    }
    let inside = tellers.compactMap(\.index).map { Ear($0, hearsHosts: true) }
    let now = (outside + inside).sorted()
    guard now != ears else { return }
    ears = now
    effects.append(.listen(now))
  }

  /// What cannot be read, or does not come from the link itself, is nobody's word.
  mutating func discovered(
    _ message: [UInt8], from sender: IPAddress, hopLimit: UInt8, on index: InterfaceIndex,
    at now: Instant
  ) {
    heardInside(message, from: sender, hopLimit: hopLimit, on: index, at: now)
    // RFC 4861 §6.1.2.
    guard sender.isLinkLocal, sender.family == .ipv6,
      let advertisement = try? RouterAdvertisement(parsing: message.span, hopLimit: hopLimit)
    else { return }
    var hasChanged = false
    for uplink in configuration.uplinks {
      guard var watch = watches[uplink.name], watch.index == index else { continue }
      if watch.heard(advertisement, from: sender, at: now) { hasChanged = true }
      watches[uplink.name] = watch
    }
    if hasChanged { looked(at: now) }
  }

  mutating func wokeForRouters(at now: Instant, _ effects: inout [Effect]) {
    guard let next = appointed().discovery, next <= now else { return }
    var hasChanged = false
    for uplink in configuration.uplinks where uplink.findsGateways {
      guard var watch = watches[uplink.name], let due = watch.nextWake, due.at <= now else {
        continue
      }
      let (changed, question) = watch.woke(at: now)
      watches[uplink.name] = watch
      if changed { hasChanged = true }
      if let question { effects.append(.send(question)) }
    }
    if hasChanged { looked(at: now) }
  }

  var nextDiscovery: Wake? {
    configuration.uplinks.reduce(nil) { next, uplink in
      uplink.findsGateways ? Wake.earlier(next, watches[uplink.name]?.nextWake) : next
    }
  }
}
