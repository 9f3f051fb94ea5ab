import Model
import Wire

/// The virtual routers of one group on this node, which move together: keepalived calls it a sync
/// group. With one of them it is the state machine of RFC 9568 §6.4.
///
///     initialize ──found fit──► backup ──all down timers──► active
///          │                      ▲  ▲                       │  │
///          └─fit, and has the     │  └handing over◄─a stronger──┘  │
///            addresses─►resuming──┤          ▲     is heard        │
///                          │      │          └─somebody is heard─ yielding◄─must go
///                          └─nobody is heard─► active            │
///                                              ▲──nobody came────┘
///
/// Where it differs from the RFC, for routers that move together and for who knows more:
/// - A backup takes over when the timers of *all* its routers have run out. Who is heard on one link
///   and not on the other is alive, and would only be fought.
/// - Of two nodes, the one that hears the other waits without the skew: no third may have a better bid.
/// - Priority 0 from a node counts on all links where that node was active.
/// - Who goes, says so (priority 0), and keeps the addresses until somebody is heard that has them, or
///   nobody came: then it is active again, for what is held badly is still held.
/// - Whoever is relieved keeps the addresses for a moment more: the other speaks before it has them,
///   and the link hears of that later still.
/// - A restart that still finds its addresses listens for one interval, and is active again.
public struct SyncGroup: Equatable, Sendable {
  enum State: Equatable {
    case initialize  // not fit: a link is missing, or it stands aside
    case backup
    case resuming(until: Instant)
    case active
    case yielding(until: Instant)
    case handingOver(until: Instant)  // a backup that has the addresses for a moment more
  }

  /// Time for the next one to set its addresses and tell the link.
  private static let handover = Duration.milliseconds(50)

  public let routers: [VirtualRouter]
  public internal(set) var bid: Bid
  var state = State.initialize
  var segments: [Segment]
  /// No third can take over: nothing is gained by waiting for one with a better bid.
  let isSoleHeir: Bool

  /// - Parameter isSoleHeir: of all nodes of the group there is one other at most.
  public init(_ routers: [VirtualRouter], bid: Bid, isSoleHeir: Bool, at now: Instant) {
    self.bid = bid
    self.isSoleHeir = isSoleHeir
    self.routers = routers
    segments = routers.map { Segment($0, at: now) }
  }

  /// Something to do, on the router of that place.
  public enum Act: Equatable, Sendable {
    case advertise(Int, VRRPAdvertisement)
    case announce(Int)  // who holds its addresses, to all on the link: somebody else claimed them
    case moved  // the role is another
  }

  public enum Role: String, Equatable, Sendable, Codable {
    case waiting  // not fit, or it was not asked yet
    case backup
    case active
    case yielding
  }

  public var role: Role {
    switch state {
    case .initialize: .waiting
    case .backup: .backup
    case .active, .resuming: .active
    case .yielding, .handingOver: .yielding
    }
  }

  /// The addresses are to stand here.
  public var holds: Bool {
    switch state {
    case .active, .resuming, .yielding, .handingOver: true
    case .initialize, .backup: false
    }
  }

  /// It tells the links that it has the addresses. Whoever is relieved does not: the other has told.
  public var announces: Bool {
    switch state {
    case .active, .resuming, .yielding: true
    case .initialize, .backup, .handingOver: false
    }
  }

  /// In which form a checksum goes out by the router of that place.
  public func form(_ place: Int) -> VRRPChecksumForm {
    segments[place].router.checksum ?? segments[place].form ?? .pseudoHeader
  }

  /// Who is active on that link, as far as it says so; and its priority.
  public func active(_ place: Int, at now: Instant) -> (address: IPAddress, priority: UInt8)? {
    let segment = segments[place]
    guard segment.isHeard(at: now), let heard = segment.heard else { return nil }
    return (heard.address, heard.priority)
  }

  public var nextWake: Instant? {
    switch state {
    case .initialize: nil
    case .backup: segments.lazy.map(\.downAt).max()
    case .active: segments.lazy.map(\.advertiseAt).min()
    case .resuming(let until), .yielding(let until), .handingOver(let until): until
    }
  }
}

// MARK: - Steps

extension SyncGroup {
  mutating func becomeActive(at now: Instant) -> [Act] {
    state = .active
    return advertise(at: now) + [.moved]
  }

  mutating func handOver(at now: Instant) -> [Act] {
    let moved = becomeBackup(at: now)
    state = .handingOver(until: now + Self.handover)
    return moved
  }

  mutating func becomeBackup(at now: Instant) -> [Act] {
    state = .backup
    isServed(at: now)
    return [.moved]
  }

  mutating func advertise(at now: Instant) -> [Act] {
    for index in segments.indices { segments[index].advertiseAt = now }
    return advertiseDue(at: now)
  }

  mutating func advertiseDue(at now: Instant) -> [Act] {
    segments.indices.filter { segments[$0].advertiseAt <= now }.map { index in
      // It keeps the beat; after a stall it begins anew.
      let onBeat = segments[index].advertiseAt + segments[index].router.interval
      segments[index].advertiseAt =
        onBeat > now ? onBeat : now + segments[index].router.interval
      return .advertise(index, segments[index].advertisement(bid.priority))
    }
  }

  func resignations(but place: Int? = nil) -> [Act] {
    segments.indices.filter { $0 != place }.map { .advertise($0, segments[$0].advertisement(0)) }
  }
}
