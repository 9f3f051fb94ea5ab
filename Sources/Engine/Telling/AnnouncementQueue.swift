import Model

/// Announcements that wait for the hooks of one list, oldest first. Bounded: where one too many
/// waits, an older one makes way, of the same group if there is one, for the newest says what
/// is so now.
public struct AnnouncementQueue: Sendable {
  public struct Entry: Equatable, Sendable {
    public let announcement: Announcement
    public let hooks: [Hook]  // as the file had them then

    public init(_ announcement: Announcement, _ hooks: [Hook]) {
      self.announcement = announcement
      self.hooks = hooks
    }
  }

  private var entries: [Entry] = []
  private let limit: Int

  public init(limit: Int = Hook.mostWaiting) {
    precondition(limit > 0, "a queue for \(limit)")
    self.limit = limit
  }

  public var count: Int { entries.count }

  /// - Returns: the one that made way, which nobody will be told.
  public mutating func add(_ entry: Entry) -> Announcement? {
    defer { entries.append(entry) }
    guard entries.count == limit else { return nil }
    let group = entry.announcement.group
    return entries.remove(at: entries.firstIndex { $0.announcement.group == group } ?? 0)
      .announcement
  }

  public mutating func takeFirst() -> Entry? {
    entries.isEmpty ? nil : entries.removeFirst()
  }

  /// - Returns: how many waited.
  public mutating func clear() -> Int {
    defer { entries = [] }
    return entries.count
  }
}
