import Config
import Model

/// Who judges the members of the groups of a file, at hand: it is asked whenever anything changes.
struct Judges: Sendable {
  struct Asked: Sendable {
    var judge: Judge?
    var checks: [CheckDefinition] = []
  }

  private var members: [GroupName: [UplinkName: Asked]] = [:]
  private var groups: [GroupName: [CheckDefinition]] = [:]

  init(_ configuration: Configuration) {
    for group in configuration.groups {
      for uplink in configuration.uplinks where group.seat(of: .uplink(uplink.name)) != nil {
        let checks = configuration.checks(of: uplink, in: group)
        members[group.name, default: [:]][uplink.name] = Asked(
          judge: configuration.judge(of: uplink, in: group), checks: checks)
        let known = groups[group.name] ?? []
        groups[group.name] = known + checks.filter { !known.contains($0) }
      }
    }
  }

  func asked(of member: UplinkName, in group: GroupName) -> Asked {
    members[group]?[member] ?? Asked()
  }

  /// All that judge a member of the group, each once.
  func checks(of group: GroupName) -> [CheckDefinition] { groups[group] ?? [] }
}
