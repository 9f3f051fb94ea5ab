import Engine
import Model
import Reconcile

/// All that happened in a simulation, in order; it becomes text only when somebody reads it.
public struct Trace: Sendable {
  enum Step: Sendable {
    case began(String)
    case struck(Incident)
    case heard(KernelState.Delta)
    case overran, resynced
    case changed(Change, ChangeFailure?)
    case decided(Decision)
    case announced(Announcement)
    case ordered(Command, String)
    case swept(FlowFilter)
    case died
    case started
    case violated(Violation)
    case befell(String)  // something among nodes
    indirect case ofNode(String, Step)
  }

  private(set) var steps: [(at: Instant, step: Step)] = []
  var now = Instant.zero

  public var count: Int { steps.count }

  mutating func add(_ step: Step) {
    steps.append((now, step))
  }

  /// The last lines, oldest first.
  public func lines(last count: Int = .max) -> [String] {
    steps.suffix(count).map { "\(Self.clock($0.at)) \($0.step.text)" }
  }

  public var text: String { lines().joined(separator: "\n") }

  /// `12.340051`: seconds since the beginning.
  static func clock(_ instant: Instant) -> String {
    let microseconds = instant.nanoseconds / 1_000
    let fraction = String(microseconds % 1_000_000)
    return "\(microseconds / 1_000_000)."
      + String(repeating: "0", count: 6 - fraction.count) + fraction
  }
}

extension Trace.Step {
  fileprivate var text: String {
    switch self {
    case .began(let what): "begin  \(what)"
    case .struck(let incident): "strike \(incident)"
    case .heard(let delta): "hear   \(delta.text)"
    case .overran: "hear   notices were lost"
    case .resynced: "read   everything"
    case .changed(let change, let failure):
      "change \(change.oneLine)" + (failure.map { " (refused: \($0.name))" } ?? "")
    case .decided(let decision): "decide \(decision.headline): \(decision.reason)"
    case .announced(let announcement): "tell   \(announcement.headline)"
    case .ordered(let command, let answer): "order  \(command.line): \(answer)"
    case .swept(let filter): "sweep  mark 0x\(String(filter.mark, radix: 16)) \(filter.scope)"
    case .died: "die    the daemon is killed"
    case .started: "start  the daemon"
    case .violated(let violation): "BROKEN \(violation)"
    case .befell(let what): "       \(what)"
    case .ofNode(let name, let step): "\(name) \(step.text)"
    }
  }
}

extension Change {
  /// Interfaces by number: their names come and go.
  fileprivate var oneLine: String {
    if case .loadFirewall = self { return "nft -f …" }
    return line { InterfaceName("if\($0)") }
  }
}

extension KernelState.Delta {
  fileprivate var text: String {
    switch self {
    case .link(let link):
      "link \(link.index) \(link.name) \(link.isUp ? "up" : "down")"
        + (link.hasCarrier ? "" : ", no carrier")
    case .linkGone(let index): "link \(index) gone"
    case .address(let held): "address \(held.address) on \(held.interface), origin \(held.origin)"
    case .addressGone(let held): "address \(held.address) on \(held.interface) gone"
    case .route(let route): "route " + Change.addRoute(route).oneLine.dropFirst(17)
    case .routeGone(let route): "route gone " + Change.addRoute(route).oneLine.dropFirst(17)
    case .table(let table, _, let routes): "table \(table): \(routes.count) routes"
    case .foreignDefault(let route):
      "foreign " + Change.addRoute(route).oneLine.dropFirst(17)
    case .leased(let index, let lease):
      "lease on \(index): \(lease.map { "\($0)" } ?? "none")"
    case .foreignDefaultGone(let route):
      "foreign gone " + Change.addRoute(route).oneLine.dropFirst(17)
    case .rule(let rule): "rule \(rule.priority) \(rule.selector.text)"
    case .ruleGone(let rule): "rule \(rule.priority) \(rule.selector.text) gone"
    case .sysctl(let sysctl, let value): "\(sysctl.text) = \(value ?? "absent")"
    case .firewall(let firewall): "firewall \(firewall == nil ? "gone" : "loaded")"
    }
  }
}
