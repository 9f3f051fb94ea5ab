import Election
import Model

/// What this node knows of another, for one group: VRRP alone tells who holds.
struct NodeWatch: Equatable, Sendable {
  private(set) var priority: UInt8?  // of its last advertisement; nil: it was never heard
  private(set) var isActive = false
  private(set) var isSilent = false  // it held, and fell silent
  private(set) var since: Instant?

  mutating func heard(priority: UInt8, at now: Instant) {
    if !isActive { since = now }
    self.priority = priority
    isActive = true
    isSilent = false
  }

  /// It said that it stops, or somebody stronger is heard in its place.
  mutating func resigned(at now: Instant) {
    if isActive { since = now }
    isActive = false
  }

  mutating func fellSilent(at now: Instant) {
    guard isActive else { return }
    isActive = false
    isSilent = true
    since = now
  }

  /// It held, and said that it stops.
  var hasResigned: Bool { priority != nil && !isActive && !isSilent }

  /// A node that does not hold says nothing, so nothing is known against it.
  var standing: Standing {
    if isSilent { return Standing(obstacles: [.peerSilent], health: .unknown) }
    guard isActive, let priority else { return Standing(health: .unknown) }
    return Standing(health: Bid(priority: priority, preempts: false).isWell ? .up : .down)
  }
}
