import Model

/// What this node learns of itself.
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
