import Config
import Model

/// Something happened.
public enum Event: Sendable {
  indirect case configured(Configuration)
  indirect case resynced(KernelState)
  /// `waited`: how long ago it came, that nobody was there to take it.
  case observed([KernelState.Delta], waited: Duration = .zero)  // in the kernel's order, together
  case received(Arrival, on: InterfaceIndex, waited: Duration = .zero)
  case answered(ProbeID, ProbeResult, waited: Duration = .zero)
  case unsent(Datagram, String)  // and why
  indirect case remembered(Memory)  // from before the start
  case clock(ClockReading)  // whenever it is asked for
  case leaving  // the daemon is to end: others may have what this node holds
  case woke
}

/// Something to do.
public enum Effect: Equatable, Sendable {
  case transmit(ProbePacket)  // what comes back is received
  case begin(ProbeRequest, ProbeID)  // what comes of it is answered
  indirect case want(Wanted)  // the whole, not a step
  case listen([Ear])  // to router discovery on these links, and on no others; sorted
  /// These addresses end after so long unless it is said again, and with the daemon at once; nil:
  /// they stay, whatever becomes of it.
  case lend([HeldAddress], for: Duration?)
  case meet(Cluster?)  // by the nodes' own channel, and by no other; nil: by none
  case heed([ClaimEar])  // hears there who else has these addresses, and nowhere else; sorted
  case join([VRRPLink])  // hears virtual routers there, and on no others; sorted
  case send(Datagram)  // nobody waits for an answer; if it cannot be sent, that is told
  case sweep(FlowFilter)
  case spare(mark: UInt32, Family)  // the link holds again: what is still to be swept of it, stays
  indirect case record(Decision)
  indirect case announce(Announcement, Announcement.Audience, [Hook])
  case remember(Memory)
  /// Programs on this machine are to ask these for names; nil: whom they asked without us.
  indirect case resolve(NameServers?)
}

/// What outlives the daemon: operators' orders, who came back too often, what hooks were last
/// told, and which link has which mark and table.
public struct Memory: Equatable, Sendable {
  public struct Pin: Equatable, Sendable {
    public var member: MemberID
    public var isHard: Bool

    public init(member: MemberID, isHard: Bool) {
      self.member = member
      self.isHard = isHard
    }
  }

  /// That a member came back so many times since it was calm, and when it last did.
  public struct Unrest: Equatable, Sendable {
    public var returns: Int
    public var last: Instant

    public init(returns: Int, last: Instant) {
      self.returns = returns
      self.last = last
    }
  }

  public var pins: [GroupName: Pin] = [:]
  public var drained: Set<MemberID> = []
  public var unrest: [GroupName: [MemberID: Unrest]] = [:]
  public var told: [GroupName: Announcement.Told] = [:]
  public var deprecated: Set<Prefix> = []  // what hosts inside were last told not to begin from
  public var slots = Slots()

  public init() {}

  /// With what was known of the groups and members that a configuration does not have.
  public func regaining(_ old: Memory, lostBy configuration: Configuration) -> Memory {
    var memory = self
    let known = Set(configuration.kept.map(\.name))
    let members = Set(configuration.kept.flatMap { $0.members.map(\.id) })
    memory.pins.merge(old.pins.filter { !known.contains($0.key) }) { now, _ in now }
    memory.unrest.merge(old.unrest.filter { !known.contains($0.key) }) { now, _ in now }
    memory.told.merge(old.told.filter { !known.contains($0.key) }) { now, _ in now }
    memory.drained.formUnion(old.drained.subtracting(members))
    return memory
  }
}

/// The numbers that links and groups keep while they exist, so that a reload that adds or
/// reorders some moves no mark, rule or table of the others.
public struct Slots: Equatable, Sendable {
  public private(set) var uplinks: [UplinkName: Int] = [:]
  public private(set) var groups: [GroupName: Int] = [:]

  public init(uplinks: [UplinkName: Int] = [:], groups: [GroupName: Int] = [:]) {
    self.uplinks = uplinks
    self.groups = groups
  }

  /// Keeps the numbers of those still there; newcomers get the lowest that nobody had, in order.
  /// - Parameter marks: must tell the links apart.
  public mutating func assign(
    uplinks names: [UplinkName], groups groupNames: [GroupName], marks: MarkSpace = .standard
  ) {
    let limit = min(Ours.maximumUplinks, marks.capacity)
    uplinks = Self.assigned(names, keeping: uplinks, limit: limit)
    groups = Self.assigned(groupNames, keeping: groups, limit: Ours.maximumGroups)
  }

  private static func assigned<Kind>(
    _ names: [Name<Kind>], keeping old: [Name<Kind>: Int], limit: Int
  ) -> [Name<Kind>: Int] {
    var assigned: [Name<Kind>: Int] = [:]
    var taken: Set<Int> = []
    for name in names {
      // A number from a file may be anything, or stand twice.
      guard let slot = old[name], (0..<limit).contains(slot), taken.insert(slot).inserted else {
        continue
      }
      assigned[name] = slot
    }
    // One that was somebody's until now is given last: what stands under it is on its way out.
    let used = Set(old.values)
    let free = (0..<limit).filter { !taken.contains($0) }
    var next = (free.filter { !used.contains($0) } + free.filter(used.contains)).makeIterator()
    for name in names where assigned[name] == nil {
      assigned[name] = next.next()
    }
    return assigned
  }
}
