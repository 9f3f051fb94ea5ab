import Config
import Engine
import Model

/// Watches what hooks are told: nothing twice, across restarts too, and in the end what is so.
struct HookWatch: Sendable {
  private var told: [GroupName: Announcement.Told] = [:]
  /// Groups that the file had no more: a daemon that is killed then may know them yet.
  private var forgotten: Set<GroupName> = []

  mutating func took(_ configuration: Configuration) {
    forgotten.formUnion(told.keys.filter { configuration.group($0) == nil })
    told = told.filter { configuration.group($0.key) != nil }
  }

  mutating func announced(_ announcement: Announcement) -> Violation? {
    let before = told.updateValue(announcement.to, forKey: announcement.group)
    let wasForgotten = forgotten.remove(announcement.group) != nil
    guard announcement.from != before || announcement.to == before,
      !(wasForgotten && before == nil)
    else { return nil }
    return Violation(
      invariant: .hooksKnow,
      sentence: "\(announcement.headline) was told, as news against "
        + "\(Self.text(announcement.from)), when it had been told as \(Self.text(before))")
  }

  func violation(_ groups: [GroupStatus]) -> Violation? {
    for group in groups {
      let known = told[GroupName(group.name)]
      guard known?.holders.map(\.text) != group.active || known?.state != group.state else {
        continue
      }
      return Violation(
        invariant: .hooksKnow,
        sentence: "\(group.name) is held by \(group.active), \(group.state.rawValue), and was told "
          + "as \(Self.text(known))")
    }
    return nil
  }

  private static func text(_ told: Announcement.Told?) -> String {
    told.map { "\($0.holders) (\($0.state.rawValue))" } ?? "nothing"
  }
}
