import Model
import Wire

/// What it hears, and when nothing more comes.
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
    let isReluctant = heard.priority <= Bid.aside && bid.isWilling
    if isReluctant || bid.preempts, heard.priority < bid.priority { return }
    let skew = isSoleHeir ? .zero : segments[place].skew(bid.priority)
    segments[place].downAt = now + segments[place].interval * 3 + skew
  }

  private mutating func heardResignation(
    of sender: IPAddress, at place: Int, _ isSameNode: (IPAddress, IPAddress) -> Bool,
    at now: Instant
  ) {
    // Who should not have it leaves it to others for as long as any of them may come.
    guard bid.isWilling else { return }
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
