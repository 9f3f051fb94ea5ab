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
  private enum State: Equatable {
    case initialize  // not fit: a link is missing, or it stands aside
    case backup
    case resuming(until: Instant)
    case active
    case yielding(until: Instant)
    case handingOver(until: Instant)  // a backup that has the addresses for a moment more
  }

  /// Time for the next one to set its addresses and tell the link.
  private static let handover = Duration.milliseconds(50)

  public private(set) var bid: Bid
  private var state = State.initialize
  private var segments: [Segment]
  /// No third can take over: nothing is gained by waiting for one with a better bid.
  private let isSoleHeir: Bool

  /// - Parameter isSoleHeir: of all nodes of the group there is one other at most.
  public init(_ routers: [VirtualRouter], bid: Bid, isSoleHeir: Bool, at now: Instant) {
    self.bid = bid
    self.isSoleHeir = isSoleHeir
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

  public var routers: [VirtualRouter] { segments.map(\.router) }

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
    case .backup: segments.map(\.downAt).max()
    case .active: segments.map(\.advertiseAt).min()
    case .resuming(let until), .yielding(let until), .handingOver(let until): until
    }
  }
}

// MARK: - What this node learns of itself

extension SyncGroup {
  /// All its links are there, with a carrier and an address to send from.
  /// - Parameter holding: its addresses stand there already, as it left them.
  public mutating func becameFit(holding: Bool, at now: Instant) -> [Act] {
    guard state == .initialize else { return [] }
    if bid.priority == Bid.owner { return becomeActive(at: now) }
    guard holding else { return becomeBackup(at: now) }
    state = .resuming(until: now + (segments.map(\.interval).max() ?? .zero))
    return [.moved]
  }

  /// One of its links is lost: the group goes, by those that are left.
  public mutating func becameUnfit(at now: Instant) -> [Act] {
    let before = state
    state = .initialize
    switch before {
    case .initialize: return []
    case .backup, .handingOver: return [.moved]
    case .resuming, .active, .yielding: return resignations() + [.moved]
    }
  }

  public mutating func bids(_ bid: Bid, at now: Instant) -> [Act] {
    let old = self.bid
    self.bid = bid
    guard case .active = state, bid.priority != old.priority else { return [] }
    return advertise(at: now)
  }

  /// Somebody else is to have it.
  public mutating func yields(at now: Instant) -> [Act] {
    guard case .active = state else { return [] }
    // The slowest of those who hear it takes over after an interval at most.
    let longest = segments.map(\.router.interval).max() ?? .zero
    state = .yielding(until: now + longest + .milliseconds(100))
    return resignations() + [.moved]
  }

  /// Somebody with a better bid is active, whom VRRP does not let us hear.
  public mutating func isOutbid(at now: Instant) -> [Act] {
    guard case .active = state else { return [] }
    return resignations() + handOver(at: now)
  }

  /// Somebody is known to be active, though his advertisements do not come.
  public mutating func isServed(at now: Instant) {
    guard case .backup = state else { return }
    for index in segments.indices {
      segments[index].downAt = now + segments[index].down(bid.priority)
    }
  }

  /// It is known that nobody else is active, or will be.
  public mutating func isAlone(at now: Instant) -> [Act] {
    guard case .backup = state else { return [] }
    return becomeActive(at: now)
  }
}

// MARK: - What it hears, and when nothing more comes

extension SyncGroup {
  /// - Parameters:
  ///   - place: of the router whose link it came by.
  ///   - own: the address that this node sends from there.
  ///   - isSameNode: whether both addresses are one node's.
  public mutating func received(
    _ advertisement: VRRPAdvertisement, form: VRRPChecksumForm, from sender: IPAddress,
    at place: Int, own: IPAddress, isSameNode: (IPAddress, IPAddress) -> Bool, at now: Instant
  ) throws(VRRPRefusal) -> [Act] {
    let router = segments[place].router
    guard advertisement.version == router.version else { throw .version }
    if router.version == .two, advertisement.interval != router.interval { throw .otherInterval }
    segments[place].form = form
    let heard = Segment.Active(
      address: sender, priority: advertisement.priority, interval: advertisement.interval, at: now)
    switch state {
    case .initialize:
      segments[place].heard = advertisement.priority == 0 ? nil : heard
      return []
    case .backup, .handingOver:
      heardAsBackup(heard, at: place, isSameNode, at: now)
      return []
    case .active:
      return heardAsActive(heard, at: place, own: own, at: now)
    case .resuming:
      guard advertisement.priority > 0 else { return [] }
      segments[place].heard = heard
      return becomeBackup(at: now)
    case .yielding:
      guard advertisement.priority > 0 else { return [] }
      segments[place].heard = heard
      return handOver(at: now)
    }
  }

  public mutating func woke(at now: Instant) -> [Act] {
    guard let due = nextWake, due <= now else { return [] }
    switch state {
    case .initialize: return []
    case .backup, .resuming, .yielding: return becomeActive(at: now)
    case .handingOver:
      state = .backup
      return [.moved]
    case .active: return advertiseDue(at: now)
    }
  }

  /// RFC 9568 §6.4.2.
  private mutating func heardAsBackup(
    _ heard: Segment.Active, at place: Int, _ isSameNode: (IPAddress, IPAddress) -> Bool,
    at now: Instant
  ) {
    guard heard.priority > 0 else {
      return heardResignation(of: heard.address, at: place, isSameNode, at: now)
    }
    segments[place].heard = heard
    let isUnwell = heard.priority <= Bid.unwell && bid.isWell
    if isUnwell || bid.preempts, heard.priority < bid.priority { return }
    let skew = isSoleHeir ? .zero : segments[place].skew(bid.priority)
    segments[place].downAt = now + segments[place].interval * 3 + skew
  }

  private mutating func heardResignation(
    of sender: IPAddress, at place: Int, _ isSameNode: (IPAddress, IPAddress) -> Bool,
    at now: Instant
  ) {
    // Who is not well himself leaves it to others for as long as any of them may come.
    guard bid.isWell else { return }
    for index in segments.indices {
      let active = segments[index].heard?.address
      guard index == place || active.map({ isSameNode($0, sender) }) ?? false else { continue }
      segments[index].downAt = now + (isSoleHeir ? .zero : segments[index].skew(bid.priority))
      segments[index].heard = nil
    }
  }

  /// RFC 9568 §6.4.3.
  private mutating func heardAsActive(
    _ heard: Segment.Active, at place: Int, own: IPAddress, at now: Instant
  ) -> [Act] {
    // Two owners resolve as all do (erratum 8298).
    if heard.priority > bid.priority || (heard.priority == bid.priority && own < heard.address) {
      segments[place].heard = heard
      let others = resignations(but: place)
      return others + handOver(at: now)
    }
    // Its claim went to all on the link, so ours does too. However many it makes, we answer
    // once a tick.
    guard segments[place].answersAt <= now else { return [] }
    segments[place].answersAt = now + .milliseconds(10)
    let answer = Act.advertise(place, segments[place].advertisement(bid.priority))
    segments[place].advertiseAt = now + segments[place].router.interval
    return heard.priority == 0 ? [answer] : [answer, .announce(place)]
  }
}

// MARK: - Steps

extension SyncGroup {
  private mutating func becomeActive(at now: Instant) -> [Act] {
    state = .active
    return advertise(at: now) + [.moved]
  }

  private mutating func handOver(at now: Instant) -> [Act] {
    let moved = becomeBackup(at: now)
    state = .handingOver(until: now + Self.handover)
    return moved
  }

  private mutating func becomeBackup(at now: Instant) -> [Act] {
    state = .backup
    isServed(at: now)
    return [.moved]
  }

  private mutating func advertise(at now: Instant) -> [Act] {
    for index in segments.indices { segments[index].advertiseAt = now }
    return advertiseDue(at: now)
  }

  private mutating func advertiseDue(at now: Instant) -> [Act] {
    segments.indices.filter { segments[$0].advertiseAt <= now }.map { index in
      // It keeps the beat; after a stall it begins anew.
      let onBeat = segments[index].advertiseAt + segments[index].router.interval
      segments[index].advertiseAt =
        onBeat > now ? onBeat : now + segments[index].router.interval
      return .advertise(index, segments[index].advertisement(bid.priority))
    }
  }

  private func resignations(but place: Int? = nil) -> [Act] {
    segments.indices.filter { $0 != place }.map { .advertise($0, segments[$0].advertisement(0)) }
  }
}
