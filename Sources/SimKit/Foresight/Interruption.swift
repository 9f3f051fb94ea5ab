import Config
import Engine
import Model

/// What taking another configuration does to a group's packets, foreseen on a simulated machine on
/// which all is well.
public struct Interruption: Equatable, Sendable {
  public let group: GroupName
  public let from: [MemberID]
  public let to: [MemberID]
  /// How long none of its packets got through.
  public let outage: Duration
  /// How long only a part of them did.
  public let partly: Duration
}

extension Foresight {
  /// What becomes of the groups that both have; nil when the simulation broke a promise.
  public static func interruptions(
    from old: Configuration, to new: Configuration, seed: UInt64 = 1
  ) -> [Interruption]? {
    let (old, new) = (old.withBondsAsLinks, new.withBondsAsLinks)
    var links = old
    links.uplinks += new.uplinks.filter { uplink in
      !old.uplinks.contains { $0.interface == uplink.interface }
    }
    var world = World(
      site: Site(for: links), configuration: old, seed: seed, flaw: .none, notesPassage: true)
    world.run(until: .zero + old.settlingTime)
    let before = world.holders
    let start = world.now + .seconds(1)
    world.agenda.add(start, .incident(.reload(new)))
    world.run(until: start + new.settlingTime)
    guard world.violation == nil else { return nil }
    let after = world.holders
    return new.groups.filter { old.group($0.name) != nil }.map { group in
      let lost = { world.passage.lost(group.name, whole: $0, from: start, to: world.now) }
      return Interruption(
        group: group.name, from: before[group.name] ?? [], to: after[group.name] ?? [],
        outage: lost(true), partly: lost(false))
    }
  }
}
