import Engine
import Model

/// Something that befalls one of several nodes, or a link between them. Nodes count from 0, links
/// from 1.
enum NodeIncident: Sendable {
  case cable(node: Int, link: Int, isIn: Bool)
  case uplink(node: Int, isIn: Bool)  // that of the node's own route
  case power(node: Int, isOn: Bool)
  case killed(node: Int, withGuard: Bool, downFor: Duration)
  case stops(node: Int, downFor: Duration)  // is told to end
  case stalls(node: Int, Duration)
  case conditions(link: Int, LinkConditions)
  case cut(from: Int, to: Int, link: Int, isCut: Bool)  // one way
  case keys(differ: Bool)
  case stranger(link: Int, priority: UInt8?)  // nil: it goes, without a word
  case order(node: Int, Command)
}

/// What befalls packets on a link, in the words of tc-netem.
struct LinkConditions: Hashable, Sendable {
  var loss = 0  // percent
  var duplication = 0  // percent
  var delay = Duration.microseconds(100)
  var jitter = Duration.zero  // each is later by up to this

  /// That a packet takes at most.
  var longest: Duration { delay + jitter }
}

extension NodeIncident: CustomStringConvertible {
  var description: String {
    switch self {
    case .cable(let node, let link, let isIn):
      "node \(node): the cable of lan\(link) is \(isIn ? "in" : "out")"
    case .uplink(let node, let isIn): "node \(node): the cable of up is \(isIn ? "in" : "out")"
    case .power(let node, let isOn): "node \(node): power is \(isOn ? "back" : "lost")"
    case .killed(let node, let withGuard, let time):
      "node \(node): the daemon \(withGuard ? "and its guard are" : "is") killed for \(time.text)"
    case .stops(let node, let time): "node \(node): the daemon is told to end, for \(time.text)"
    case .stalls(let node, let time): "node \(node): the daemon stalls for \(time.text)"
    case .conditions(let link, let conditions):
      "lan\(link): loss \(conditions.loss) %, duplication \(conditions.duplication) %, delay "
        + "\(conditions.delay.text) and up to \(conditions.jitter.text) more"
    case .cut(let from, let to, let link, let isCut):
      "lan\(link): \(isCut ? "nothing" : "all") gets from node \(from) to node \(to)"
    case .keys(let differ): differ ? "keys differ" : "keys are the same again"
    case .stranger(let link, let priority):
      "lan\(link): " + (priority.map { "a stranger bids \($0)" } ?? "the stranger goes")
    case .order(let node, let command): "node \(node): \(command)"
    }
  }
}
