import Engine
import Model

/// Draws what is to befall nodes and their links, and when. What breaks is mended again after a while,
/// and at the end there is calm.
struct FleetWeather: Sendable {
  private(set) var schedule: [(at: Instant, incident: NodeIncident)] = []
  private(set) var mending: [(at: Instant, incident: NodeIncident)] = []
  private(set) var end = Instant.zero  // of the calm
  private let plan: FleetPlan
  private let calm: Duration  // in which all comes right
  private var random: RandomSource

  /// - Parameter count: so many things break.
  init(_ plan: FleetPlan, count: Int, seed: UInt64) {
    self.plan = plan
    random = RandomSource(seed: seed)
    calm = plan.settles(min(plan.interval, .milliseconds(5)) * 2) + plan.failbackDelay
    var at = Instant.zero + calm + .milliseconds(500)
    var last = at
    for _ in 0..<count {
      last = max(last, draw(at))
      // Some while others last, some once all is calm.
      at = oneIn(3) ? at + part(0...100) : max(at, last) + part(110...160)
    }
    at = max(at, last) + .milliseconds(1)
    mend(at)
    end = at + calm * 2 + .seconds(3)
  }

  private func cut(_ from: Int, _ to: Int, _ link: Int, _ isCut: Bool) -> NodeIncident {
    .cut(from: from, to: to, link: link, isCut: isCut)
  }

  /// - Returns: when it is over.
  private mutating func draw(_ at: Instant) -> Instant {
    let node = Int.random(in: plan.names.indices, using: &random)
    let link = Int.random(in: 1...plan.links, using: &random)
    let over = at + (oneIn(2) ? part(1...60) : part(110...200))
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<16:
      add(at, .cable(node: node, link: link, isIn: false))
      add(over, .cable(node: node, link: link, isIn: true))
    case 16..<26:
      add(at, .power(node: node, isOn: false))
      add(over, .power(node: node, isOn: true))
    case 26..<36:
      add(at, .killed(node: node, withGuard: oneIn(3), downFor: over - at))
    case 36..<44:
      add(at, .stops(node: node, downFor: over - at))
    case 44..<52:
      let time = Duration.milliseconds(Int.random(in: 100...5_000, using: &random))
      add(at, .stalls(node: node, time))
      return at + time
    case 52..<62:
      add(at, .conditions(link: link, drawnConditions()))
      add(over, .conditions(link: link, LinkConditions()))
    case 62..<72:
      partition(node, link, at, over)
    case 72..<76:
      add(at, .keys(differ: true))
      add(over, .keys(differ: false))
    case 76..<81:
      let priority = UInt8.random(in: 1...254, using: &random)
      add(at, .stranger(link: link, priority: priority))
      add(over, .stranger(link: link, priority: nil))
    case 81..<87:
      add(at, .uplink(node: node, isIn: false))
      add(over, .uplink(node: node, isIn: true))
    default:
      order(at, over)
    }
    return over
  }

  /// Links of two nodes, or one way of one.
  private mutating func partition(_ node: Int, _ link: Int, _ at: Instant, _ over: Instant) {
    let other = (node + 1) % plan.names.count
    let links = oneIn(2) ? Array(1...plan.links) : [link]
    let isOneWay = oneIn(3)
    for link in links {
      for (from, to) in isOneWay ? [(node, other)] : [(node, other), (other, node)] {
        add(at, cut(from, to, link, true))
        add(over, cut(from, to, link, false))
      }
    }
  }

  private mutating func order(_ at: Instant, _ over: Instant) {
    let node = Int.random(in: plan.names.indices, using: &random)
    let other = Int.random(in: plan.names.indices, using: &random)
    // Of two either can carry out any order; of three each carries out what concerns itself.
    let member = MemberID.node(plan.names[plan.names.count == 2 ? other : node])
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1:
      add(at, .order(node: node, .pin(FleetPlan.group, member, isHard: false)))
      add(over, .order(node: node, .auto(FleetPlan.group)))
    case 2, 3:
      add(at, .order(node: node, .drain(member, isForced: false)))
      add(over, .order(node: node, .undrain(member)))
    default:
      add(at, .order(node: node, .failback(FleetPlan.group)))
    }
  }

  private mutating func drawnConditions() -> LinkConditions {
    var conditions = LinkConditions()
    let most = Int(min(plan.interval, .milliseconds(5)).nanoseconds / 1_000)
    conditions.delay = .microseconds(Int.random(in: 50...most, using: &random))
    if oneIn(2) { conditions.jitter = .microseconds(Int.random(in: 0...most, using: &random)) }
    if oneIn(2) { conditions.duplication = Int.random(in: 1...100, using: &random) }
    if oneIn(2) { conditions.loss = Int.random(in: 1...60, using: &random) }
    return conditions
  }

  private mutating func mend(_ at: Instant) {
    for link in 1...plan.links {
      mending.append((at, .conditions(link: link, LinkConditions())))
      mending.append((at, .stranger(link: link, priority: nil)))
      for node in plan.names.indices {
        mending.append((at, .cable(node: node, link: link, isIn: true)))
        for other in plan.names.indices where other != node {
          mending.append((at, cut(node, other, link, false)))
        }
      }
    }
    mending.append((at, .keys(differ: false)))
    for node in plan.names.indices {
      mending.append((at, .power(node: node, isOn: true)))
      mending.append((at, .uplink(node: node, isIn: true)))
    }
  }

  private mutating func add(_ at: Instant, _ incident: NodeIncident) {
    schedule.append((at, incident))
  }

  /// So many hundredths of what it takes for all to come right.
  private mutating func part(_ range: ClosedRange<Int>) -> Duration {
    .nanoseconds(calm.nanoseconds / 100 * Int64(Int.random(in: range, using: &random)))
  }

  private mutating func oneIn(_ count: Int) -> Bool {
    Int.random(in: 0..<count, using: &random) == 0
  }
}
