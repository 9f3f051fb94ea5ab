import Config
import Model

/// What the kernel says of the uplinks.
extension Engine {
  /// Links, addresses or gateways may have changed: who is usable now?
  mutating func looked(at now: Instant) {
    lookedInside(at: now)
    lookedAtPerches(at: now)
    var hasOtherResolvers = false
    var hasOtherAddresses = false
    for uplink in configuration.uplinks {
      guard var watch = watches[uplink.name] else { continue }
      let before = watch
      watch.observed(observed)
      watch.searched(at: now, random: &random)
      guard watch != before else { continue }
      watches[uplink.name] = watch
      isStale = true
      for family in watch.families { looked(at: watch, before, family, at: now) }
      hasOtherAddresses =
        hasOtherAddresses || watch[.ipv4].addresses != before[.ipv4].addresses
      hasOtherResolvers =
        hasOtherResolvers
        || watch.families.contains { watch.resolvers($0) != before.resolvers($0) }
    }
    lookedAtBonds(at: now)
    if hasOtherAddresses { foundCompanions() }
    lookedForStandIns(at: now)
    usedLinks = configuration.uplinks.compactMap { watches[$0.name]?.index }
    // A port, and a node, must go as soon as one of these is lost.
    for name in configuration.bonds.flatMap(\.members) + configuration.routerLinks {
      guard let index = observed.link(named: name)?.index else { continue }
      if !usedLinks.contains(index) { usedLinks.append(index) }
    }
    // Those that are asked as before go on with what they know.
    if hasOtherResolvers { probes.configured(probeTasks, at: now) }
  }

  private mutating func looked(
    at watch: UplinkWatch, _ before: UplinkWatch, _ family: Family, at now: Instant
  ) {
    let (way, old) = (watch[family], before[family])
    probes.looked(at: ProbeLink(watch, family), of: watch.id, family, at: now)
    if !way.isUsable, way.obstacles != old.obstacles {
      note(.becameUnusable(watch.id, family, way.obstacles), at: now)
    } else if way.isUsable, !old.isUsable {
      note(.becameUsable(watch.id, family), at: now)
    }
  }
}
