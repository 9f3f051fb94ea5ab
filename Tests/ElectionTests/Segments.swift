import Model
import Wire

@testable import Election

/// Nodes on links that lose, delay and cut, and a clock of their own: nothing but `SyncGroup`s.
struct Segments {
  struct Node {
    var sync: SyncGroup
    var isFit = true
    var own: [IPAddress]
    var stalledUntil = Instant.zero
  }

  private struct Flight {
    var at: Instant
    var target: Int
    var sender: Int
    var place: Int
    var packet: VRRPAdvertisement
  }

  private(set) var nodes: [Node] = []
  private(set) var now = Instant.zero + .seconds(1)
  private var flights: [Flight] = []
  private var dice: Dice
  let intervals: [Duration]  // of the nodes

  /// Whether the links carry all, soon.
  var isWell = false

  init(nodes number: Int, preempts: Bool, seed: UInt64) {
    var dice = Dice(seed: seed)
    let count = Int.random(in: 1...3, using: &dice)
    intervals = (0..<number).map { _ in
      [10, 100, 250].map(Duration.milliseconds).randomElement(using: &dice) ?? .seconds(1)
    }
    self.dice = dice
    for host in 0..<number {
      let routers = (1...count).map { VirtualRouter.on($0, interval: intervals[host]) }
      // Whose address is higher, differs from link to link.
      let own = (1...count).map { place in
        IPAddress.v4(10 << 24 | UInt32(place) << 16 | UInt32((host + place) % number + 2))
      }
      let bid = drawnBid(preempts)
      nodes.append(
        Node(sync: SyncGroup(routers, bid: bid, isSoleHeir: number == 2, at: now), own: own))
      let isHolding = Bool.random(using: &self.dice)
      carryOut(nodes[host].sync.becameFit(holding: isHolding, at: now), host)
    }
  }

  /// Now and then two bid the same.
  private mutating func drawnBid(_ preempts: Bool) -> Bid {
    Bid(
      priority: [5, 9, 100, 150, 200, 254].randomElement(using: &dice) ?? 1, preempts: preempts)
  }

  var holders: [Int] { nodes.indices.filter { nodes[$0].sync.holds } }

  /// The best bid of all.
  var bestBid: UInt8 { nodes.map(\.sync.bid.priority).max() ?? 0 }

  // MARK: - Weather

  /// Something happens to one of them.
  mutating func strike(preempts: Bool) {
    let host = Int.random(in: nodes.indices, using: &dice)
    switch Int.random(in: 0..<5, using: &dice) {
    case 0:
      nodes[host].isFit.toggle()
      carryOut(
        nodes[host].isFit
          ? nodes[host].sync.becameFit(holding: false, at: now)
          : nodes[host].sync.becameUnfit(at: now), host)
    case 1: carryOut(nodes[host].sync.yields(at: now), host)
    case 2: carryOut(nodes[host].sync.bids(drawnBid(preempts), at: now), host)
    case 3:
      nodes[host].stalledUntil = now + .milliseconds(Int.random(in: 1...2_000, using: &dice))
    default:
      // It is killed, and starts again with its addresses still there.
      let (old, holding) = (nodes[host].sync, nodes[host].sync.holds)
      nodes[host].sync = SyncGroup(
        old.routers, bid: old.bid, isSoleHeir: nodes.count == 2, at: now)
      guard nodes[host].isFit else { return }
      carryOut(nodes[host].sync.becameFit(holding: holding, at: now), host)
    }
  }

  mutating func clearUp() {
    isWell = true
    for host in nodes.indices {
      nodes[host].stalledUntil = now
      guard !nodes[host].isFit else { continue }
      nodes[host].isFit = true
      carryOut(nodes[host].sync.becameFit(holding: false, at: now), host)
    }
  }

  // MARK: - Time

  /// - Parameter each: is asked after whatever happened.
  mutating func run(for duration: Duration, _ each: (Segments) -> Void = { _ in }) {
    let end = now + duration
    while let next = nextEvent, next <= end {
      now = max(now, next)
      deliver()
      for host in nodes.indices where nodes[host].stalledUntil <= now {
        carryOut(nodes[host].sync.woke(at: now), host)
      }
      each(self)
    }
    now = end
  }

  private var nextEvent: Instant? {
    let wakes = nodes.compactMap { node in
      node.sync.nextWake.map { max($0, node.stalledUntil) }
    }
    return (wakes + flights.map { max($0.at, nodes[$0.target].stalledUntil) }).min()
  }

  /// Who was stalled takes all that came before he judges anything.
  private mutating func deliver() {
    let due = flights.filter { $0.at <= now && nodes[$0.target].stalledUntil <= now }
    flights.removeAll { $0.at <= now && nodes[$0.target].stalledUntil <= now }
    for flight in due.sorted(by: { $0.at < $1.at }) {
      let senders = nodes.map(\.own)
      let acts = try? nodes[flight.target].sync.received(
        flight.packet, form: .pseudoHeader, from: nodes[flight.sender].own[flight.place],
        at: flight.place, own: nodes[flight.target].own[flight.place],
        isSameNode: { one, other in
          senders.contains { $0.contains(one) && $0.contains(other) }
        }, at: now)
      carryOut(acts ?? [], flight.target)
    }
  }

  private mutating func carryOut(_ acts: [SyncGroup.Act], _ host: Int) {
    for case .advertise(let place, let packet) in acts {
      for target in nodes.indices where target != host {
        let isLost = !isWell && Int.random(in: 0..<100, using: &dice) < 40
        let delay = Int.random(in: 50...(isWell ? 500 : 20_000), using: &dice)
        guard !isLost else { continue }
        flights.append(
          Flight(
            at: now + .microseconds(delay), target: target, sender: host, place: place,
            packet: packet))
      }
    }
  }
}

/// SplitMix64: the same sequence for the same seed, on every machine.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
