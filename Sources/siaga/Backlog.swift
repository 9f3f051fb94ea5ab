import Synchronization

/// Counts bytes that wait, and refuses more than a limit.
final class Backlog: Sendable {
  private let limit: Int
  private let waiting = Atomic(0)

  init(limit: Int) {
    self.limit = limit
  }

  /// - Returns: whether there is room.
  func add(_ count: Int) -> Bool {
    guard waiting.load(ordering: .relaxed) + count <= limit else { return false }
    waiting.add(count, ordering: .relaxed)
    return true
  }

  func remove(_ count: Int) {
    waiting.subtract(count, ordering: .relaxed)
  }
}
