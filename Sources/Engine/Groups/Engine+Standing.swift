import Checks
import Config
import Model

extension Engine {
  func standing(of id: MemberID, in group: Group) -> Standing {
    var standing: Standing
    switch id {
    case .uplink(let name):
      guard let watch = watches[name], let family = group.holding.family else { fallthrough }
      standing = Standing(
        obstacles: watch[family].obstacles, health: health(of: watch, in: group, family))
    case .backend:
      standing = Standing(obstacles: [.absent], health: .unknown)
    case .port(let name):
      standing = self.standing(ofPort: name, in: group)
    case .node(let name):
      standing = self.standing(ofNode: name, in: group)
    }
    standing.isDrained = memory.drained.contains(id)
    return memberWatch(id, in: group)?.completed(standing) ?? standing
  }

  private func memberWatch(_ id: MemberID, in group: Group) -> MemberWatch? {
    guard case .uplink(let name) = id else {
      return keepers.first { $0.group.name == group.name }?.watches[id]
    }
    let place = seats[name]?.first { keepers[$0].group.name == group.name }
    return place.flatMap { keepers[$0].watches[id] }
  }

  func health(of watch: UplinkWatch, in group: Group, _ family: Family) -> Health {
    let judged = configuration.judge(of: watch.uplink, in: group)?
      .health { probes.health(watch.id, $0, family) }
    return judged ?? (watch[family].isUsable ? .up : .unknown)
  }

  func reading(of id: MemberID, in group: Group) -> MemberReading {
    let asked = judge(of: id, in: group)?.checks ?? []
    return MemberReading(
      member: id, standing: standing(of: id, in: group),
      checks: asked.flatMap { probes.readings(id, $0, group.holding.judgedFamily) })
  }

  private func judge(of id: MemberID, in group: Group) -> Judge? {
    guard case .uplink(let name) = id, let uplink = watches[name]?.uplink else {
      return group.judge
    }
    return configuration.judge(of: uplink, in: group)
  }

  /// Packets marked with this link may use it: it is usable, and not all who judge it say down.
  func isAlive(_ name: UplinkName, _ family: Family) -> Bool {
    guard let healths = healths(ofUsable: name, family) else { return false }
    return healths.isEmpty || healths.contains { $0 != .down }
  }

  /// It is usable, and somebody who judges it says up.
  func isProven(_ name: UplinkName, _ family: Family) -> Bool {
    guard let healths = healths(ofUsable: name, family) else { return false }
    return healths.isEmpty || healths.contains(.up)
  }

  /// What those say who judge it; nil: it is not usable.
  private func healths(ofUsable name: UplinkName, _ family: Family) -> [Health]? {
    guard let watch = watches[name], watch[family].isUsable else { return nil }
    return (seats[name] ?? []).map { keepers[$0].group }.filter { $0.holding.family == family }
      .map { health(of: watch, in: $0, family) }
  }
}
