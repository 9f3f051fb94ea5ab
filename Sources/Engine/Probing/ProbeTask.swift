import Config
import Model

/// What is to be asked by a member's link in one family.
struct ProbeTask: Sendable {
  let member: MemberID
  let family: Family
  let link: ProbeLink?  // nil while there is no such interface
  let resolvers: [IPAddress]  // of its provider
  let checks: [(CheckDefinition, idleInterval: Duration)]

  /// Whom a check asks, each once, and each resolver by itself.
  func targets(of check: CheckDefinition) -> [CheckTarget] {
    check.targets(family).flatMap { target -> [CheckTarget] in
      let resolvers = target.host == .resolvers ? resolvers : []
      return resolvers.isEmpty ? [target] : resolvers.map(target.of)
    }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension Engine {
  /// Of all members of all groups, in file order.
  var probeTasks: [ProbeTask] {
    configuration.kept.flatMap { group in group.members.compactMap { task(of: $0.id, in: group) } }
  }

  private func task(of member: MemberID, in group: Group) -> ProbeTask? {
    let family = group.holding.judgedFamily
    switch member {
    case .uplink(let name):
      // Of a thousand uplinks nobody is looked for in the configuration.
      guard let watch = watches[name] else { return nil }
      return ProbeTask(
        member: member, family: family, link: ProbeLink(watch, family),
        resolvers: watch.resolvers(family),
        checks: configuration.checks(of: watch.uplink, in: group).map {
          ($0, configuration.idleInterval(of: $0, by: watch.uplink))
        })
    case .port(let name):
      return ProbeTask(
        member: member, family: family,
        link: group.holding.bond.flatMap { bonds[$0.name] }?.link(of: name), resolvers: [],
        checks: configuration.checks(of: member, in: group).map { ($0, $0.every) })
    case .node(localNode):
      return ProbeTask(
        member: member, family: family, link: ProbeLink(ofNode: localNode, in: group),
        resolvers: [], checks: configuration.checks(of: member, in: group).map { ($0, $0.every) })
    case .backend, .node:
      return nil
    }
  }
}
