import Model
import Testing
import Wire

@testable import Election

/// A node with its clock and nobody else: what it hears is handed to it, what it says is kept.
struct Candidate {
  /// An advertisement that went out.
  struct Said: Equatable {
    var place = 0
    var priority: UInt8
  }

  var sync: SyncGroup
  private(set) var now = Instant.zero + .seconds(1_000)
  private(set) var acts: [SyncGroup.Act] = []  // since they were last taken
  var own: [IPAddress]

  /// - Parameter count: of routers, each on a link of its own.
  init(
    priority: UInt8 = 100, preempts: Bool = true, count: Int = 1, version: VRRPVersion = .three,
    interval: Duration = .seconds(1), isSoleHeir: Bool = false, isFit: Bool = true,
    holding: Bool = false
  ) {
    own = (1...count).map { .v4(10 << 24 | UInt32($0) << 16 | 5) }
    sync = SyncGroup(
      (1...count).map { .on($0, version: version, interval: interval) },
      bid: Bid(priority: priority, preempts: preempts), isSoleHeir: isSoleHeir, at: now)
    if isFit { acts = sync.becameFit(holding: holding, at: now) }
  }

  /// - Parameter host: the last number of the sender's address; this node's is 5.
  mutating func hear(
    _ priority: UInt8, from host: UInt32 = 3, at place: Int = 0, every interval: Duration? = nil,
    version: VRRPVersion? = nil, form: VRRPChecksumForm = .pseudoHeader
  ) throws(VRRPRefusal) {
    let router = sync.routers[place]
    let advertisement = VRRPAdvertisement(
      version: version ?? router.version, router: router.id.number, priority: priority,
      interval: interval ?? router.interval, addresses: router.addresses)
    let sender = IPAddress.v4(10 << 24 | UInt32(place + 1) << 16 | host)
    acts += try sync.received(
      advertisement, form: form, from: sender, at: place, own: own[place],
      isSameNode: { $0.host == $1.host }, at: now)
  }

  mutating func carryOut(_ change: (inout SyncGroup, Instant) -> [SyncGroup.Act]) {
    acts += change(&sync, now)
  }

  /// It wakes whenever it asked for it.
  mutating func run(for duration: Duration) {
    let end = now + duration
    while let next = sync.nextWake, next <= end {
      now = max(now, next)
      acts += sync.woke(at: now)
    }
    now = end
  }

  /// Nobody looks for so long.
  mutating func stall(for duration: Duration) { now = now + duration }

  mutating func wake() { acts += sync.woke(at: now) }

  /// What it said since it was last asked.
  mutating func takeSaid() -> [Said] {
    defer { acts = [] }
    return acts.compactMap {
      if case .advertise(let place, let what) = $0 {
        Said(place: place, priority: what.priority)
      } else {
        nil
      }
    }
  }

  /// How long from now until it takes over, if nothing is heard.
  var untilActive: Duration? {
    sync.role == .backup ? sync.nextWake.map { $0 - now } : nil
  }
}

extension VirtualRouter {
  static func on(
    _ number: Int, version: VRRPVersion = .three, interval: Duration = .seconds(1),
    checksum: VRRPChecksumForm? = nil
  ) -> VirtualRouter {
    VirtualRouter(
      id: .init(
        interface: InterfaceName("lan\(number)")!, family: .ipv4, number: UInt8(50 + number)),
      addresses: [.v4(10 << 24 | UInt32(number) << 16 | 1)], version: version, interval: interval,
      checksum: checksum)
  }
}

extension IPAddress {
  /// The last number of the address, the same for a node on all its links.
  var host: UInt8 { bytes.last ?? 0 }
}
