import Engine
import Model

/// Several machines with their daemons, on links that they share, and a clock that leaps from one
/// happening to the next. The same seed gives the same history.
struct Fleet {
  enum Happening: Sendable {
    indirect case incident(NodeIncident)
    case packet(Arrival, node: Int, link: Int, from: Int?)  // nil: a stranger's
    case carrierNotice(node: Int, boot: Int, InterfaceIndex)
    case loanEnds(node: Int, boot: Int, HeldAddress)
    case guardActs(node: Int, boot: Int, [HeldAddress])
    case looksWhetherRelieved(node: Int, boot: Int)
    case start(node: Int, boot: Int)
    case strangerSpeaks(link: Int, spell: Int)
  }

  let plan: FleetPlan
  let flaw: NodeFlaw
  var now = Instant.zero
  private(set) var violation: Violation?
  private(set) var brokenAt: Instant?
  let nodes: [SimulatedNode]
  var agenda = Agenda<Happening>()
  var conditions: [LinkConditions]  // by link, from 0
  var cuts: Set<Cut> = []
  var keysDiffer = false
  var strangers: [Int: (priority: UInt8, spell: Int)] = [:]  // by link
  var spells = 0
  var random: RandomSource
  var turns = 0
  var turnsInARow = 0
  var trace = Trace()
  var watch: FleetWatch
  var lookedFor = 0  // grows with what befalls nodes beside their kernels
  var lastSeen = -1
  let notesPackets: Bool

  /// Nothing gets from one to another.
  struct Cut: Hashable, Sendable {
    let from: Int
    let to: Int
    let link: Int
  }

  init(_ plan: FleetPlan, seed: UInt64, flaw: NodeFlaw, notesPackets: Bool = false) {
    self.plan = plan
    self.flaw = flaw
    self.notesPackets = notesPackets
    random = RandomSource(seed: seed)
    nodes = plan.names.indices.map { SimulatedNode($0, plan, flaw: flaw) }
    conditions = Array(repeating: LinkConditions(), count: plan.links)
    watch = FleetWatch(plan)
    trace.add(.befell("\(plan)"))
    for node in nodes.indices {
      nodes[node].shell.answersLate = !(seed >> UInt64(node)).isMultiple(of: 2)
      start(node)
    }
  }

  mutating func broken(_ found: Violation?) {
    guard let found, violation == nil else { return }
    violation = found
    brokenAt = now
    trace.add(.violated(found))
  }

  /// What befell the nodes, each line with its node's name, in order.
  var wholeTrace: Trace {
    var lines = trace.steps.map { ($0.at, $0.step) }
    for node in nodes {
      lines += node.shell.trace.steps.map { ($0.at, .ofNode("\(node.name)", $0.step)) }
    }
    var merged = Trace()
    for (_, line) in lines.enumerated().sorted(by: { ($0.1.0, $0.0) < ($1.1.0, $1.0) }) {
      merged.now = line.0
      merged.add(line.1)
    }
    return merged
  }
}
