import Config
import Election
import Model

/// A group of addresses through time, on this node.
struct AddressKeeper: Sendable {
  let group: GroupName
  let node: MemberID  // this one
  private(set) var perches: [Perch?]  // of the routers, in their order
  private(set) var obstacles: [Obstacle] = [.absent]
  private(set) var fitSince: Instant?  // nil: there are obstacles
  var sync: SyncGroup
  private(set) var announcers: [AddressAnnouncer]
  var claims: [ClaimWatch]  // of the routers, likewise
  var nodes: [NodeName: NodeWatch] = [:]  // the others
  private var yieldsAgain = Instant.zero
  private(set) var held: [Bool]  // the kernel has all addresses of that router here

  /// - Parameter bid: while all is well, for its first timers are set before anything is judged.
  init(
    _ group: Group, _ routers: [VirtualRouter], node: NodeName, bid: UInt8, at now: Instant
  ) {
    self.group = group.name
    self.node = .node(node)
    perches = routers.map { _ in nil }
    held = routers.map { _ in false }
    announcers = routers.map { _ in AddressAnnouncer() }
    claims = routers.map { _ in ClaimWatch() }
    let others = group.members.count { $0.id != .node(node) }
    sync = SyncGroup(
      routers, bid: Bid(priority: bid, preempts: false), isSoleHeir: others <= 1, at: now)
  }

  var routers: [VirtualRouter] { sync.routers }

  /// The longest between two advertisements.
  var longestInterval: Duration { routers.map(\.interval).max() ?? .zero }

  /// All the addresses stand here, and are meant to.
  var isHolding: Bool { sync.holds && held.allSatisfy { $0 } }

  /// Looks where its routers stand.
  /// - Parameter shared: all addresses that nodes hold between them: nobody's own.
  mutating func looked(
    at state: KernelState, shared: Set<IPAddress>, at now: Instant
  ) -> [SyncGroup.Act] {
    var found: [Obstacle] = []
    perches = routers.map { router in
      do throws(Obstacle) {
        return try Perch(of: router, on: state, without: shared)
      } catch {
        found.append(error)
        return nil
      }
    }
    obstacles = Set(found).sorted()
    fitSince = found.isEmpty ? fitSince ?? now : nil
    held = routers.map { router in
      let name = router.mac == .virtual ? router.id.linkName : router.id.interface
      guard let link = state.link(named: name) else { return false }
      let there = state.addresses(on: link.index).filter(\.isReady).map(\.address.address)
      return router.addresses.allSatisfy(there.contains)
    }
    lookedWhatToTell(at: now)
    guard obstacles.isEmpty else { return sync.becameUnfit(at: now) }
    return sync.becameFit(holding: held.allSatisfy { $0 }, at: now)
  }

  /// The place of the router that a packet is for.
  func place(of number: UInt8, _ family: Family, on index: InterfaceIndex) -> Int? {
    routers.indices.first {
      routers[$0].id.number == number && routers[$0].id.family == family
        && perches[$0]?.index == index
    }
  }

  /// As they are to stand in the kernel.
  var wanted: [HeldAddress] {
    guard sync.holds else { return [] }
    return routers.indices.flatMap { place -> [HeldAddress] in
      // Who is relieved keeps what it has, and takes nothing back that has ended meanwhile.
      guard let perch = perches[place], sync.announces || held[place] else { return [] }
      return routers[place].addresses.map { .shared($0, on: perch.home) }
    }
  }

  /// Who offered it in vain does not do so again at once.
  func mayYield(at now: Instant) -> Bool { sync.role == .active && yieldsAgain <= now }

  mutating func offeredInVain(at now: Instant) {
    yieldsAgain = now + .seconds(10)
  }

  /// Somebody is there or able who was not, or an operator wants it.
  mutating func mayOfferAgain() {
    yieldsAgain = .zero
  }

  mutating func contested(_ place: Int, at now: Instant) {
    announcers[place].contested(at: now)
  }

  /// Its role is another, or the kernel's addresses are.
  mutating func lookedWhatToTell(at now: Instant) {
    for place in held.indices {
      let isHolding = sync.announces && held[place]
      announcers[place].looked(isHolding: isHolding, at: now)
      claims[place].looked(isHolding: isHolding, at: now)
    }
  }

  /// The places whose addresses are to be announced now.
  mutating func announcementsDue(at now: Instant) -> [Int] {
    announcers.indices.filter { announcers[$0].isDue(at: now) }
  }

  var nextWake: Instant? {
    announcers.reduce(sync.nextWake) { Instant.earlier($0, $1.next) }
  }
}
