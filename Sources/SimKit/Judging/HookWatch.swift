import Config
import Engine
import Model

/// Watches what hooks are told: nothing twice, across restarts too, and in the end what is so.
struct HookWatch: Sendable {
  private var told: [GroupName: Announcement.Told] = [:]
  /// Of groups that a file had no more: a daemon that was killed over it may know it yet, and has
  /// nothing new to tell should they come back.
  private var forgotten: [GroupName: Announcement.Told] = [:]

  mutating func took(_ configuration: Configuration) {
    for (name, last) in told where configuration.group(name) == nil {
      forgotten[name] = last
      told[name] = nil
    }
  }

  mutating func announced(_ announcement: Announcement) -> Violation? {
    let last = forgotten.removeValue(forKey: announcement.group)
    let before = told.updateValue(announcement.to, forKey: announcement.group)
    let isNews = announcement.from == before && announcement.to != before
    guard !isNews, before != nil || announcement.from != last || announcement.to == last else {
      return nil
    }
    return Violation(
      invariant: .hooksKnow,
      sentence: "\(announcement.headline) was told, as news against "
        + "\(Self.text(announcement.from)), when it had been told as \(Self.text(before))")
  }

  func violation(_ groups: [GroupStatus]) -> Violation? {
    for group in groups {
      let name = GroupName(group.name)
      let known = told[name] ?? forgotten[name]
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
