import Election
import Model
import Wire

/// What this node knows of another, for one group, by VRRP: that tells who holds, and no more.
struct NodeWatch: Equatable, Sendable {
  private(set) var priority: UInt8?  // of its last advertisement; nil: it was never heard
  private(set) var isActive = false
  private(set) var isSilent = false  // it held, and fell silent
  private(set) var said: NodeSaying?  // the last; nil: it says nothing but by VRRP
  private(set) var lastHeard: Instant?
  private(set) var lastAdvertised: Instant?  // by VRRP

  mutating func advertised(priority: UInt8, at now: Instant) {
    lastAdvertised = now
    heard(priority: priority, at: now)
  }

  mutating func heard(priority: UInt8, at now: Instant) {
    self.priority = priority
    lastHeard = now
    isActive = true
    isSilent = false
  }

  /// - Returns: whether that is news.
  mutating func said(_ saying: NodeSaying) -> Bool {
    defer { said = saying }
    return saying != said
  }

  /// It said that it stops, or somebody stronger is heard in its place.
  mutating func resigned(at now: Instant) {
    lastHeard = now
    isActive = false
  }

  mutating func fellSilent(at now: Instant) {
    guard isActive else { return }
    isActive = false
    isSilent = true
  }

  /// Nothing follows from what is new but that it was heard again.
  func saysTheSame(as other: NodeWatch) -> Bool {
    (priority, isActive, isSilent) == (other.priority, other.isActive, other.isSilent)
  }

  /// It held, and said that it stops.
  var hasResigned: Bool { priority != nil && !isActive && !isSilent }

  /// An operator wants it to be asked, whatever was heard of it.
  mutating func mayBeAsked() {
    if !isActive, priority == Bid.aside { priority = nil }
  }

  /// A node that does not hold says nothing, so nothing is known against it; but that an operator
  /// sent it away goes on.
  var standing: Standing {
    if isSilent { return Standing(obstacles: [.peerSilent], health: .unknown) }
    if let priority, priority == Bid.aside {
      return Standing(obstacles: [.peerAside], health: .unknown)
    }
    guard isActive, let priority else { return Standing(health: .unknown) }
    return Standing(health: Bid(priority: priority, preempts: false).isWilling ? .up : .down)
  }
}

extension Standing {
  /// As a node itself says it stands.
  init(_ word: PeerMessage.GroupWord) {
    switch NodeSaying(word) {
    case .unfit: self.init(obstacles: [.peerUnfit], health: .unknown)
    case .reluctant: self.init(health: .down)
    case .willing: self.init(health: .up)
    }
  }
}

/// How a node stands, by its own word.
public enum NodeSaying: String, Sendable {
  case unfit = "cannot hold"
  case reluctant = "should not hold"  // not well, drained, or sent away
  case willing = "could hold"

  init(_ word: PeerMessage.GroupWord) {
    switch word.role {
    case .waiting: self = .unfit
    case .backup, .active, .yielding:
      self = Bid(priority: word.priority, preempts: false).isWilling ? .willing : .reluctant
    }
  }
}
