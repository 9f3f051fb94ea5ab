import Config
import Engine
import Model
import Reconcile

/// What taking a configuration would change, played to its end on paper: a kernel that obeys
/// everything at once, and gateways that nobody asks.
public struct Rehearsal: Sendable {
  public let changes: [Change]
  /// Uplinks of which nothing can be set up yet, for their interface is not there.
  public let absent: [Uplink]
  private let names: [InterfaceIndex: InterfaceName]

  /// More rounds than this mean that engine and kernel would never agree.
  private static let mostRounds = 16

  /// - Parameters:
  ///   - observed: the kernel to begin with.
  ///   - clock: the moment at which all of it happens.
  public init(
    _ configuration: Configuration, on pilot: Pilot, observed: KernelState, at clock: ClockReading
  ) {
    let now = clock.monotonic
    var pilot = pilot
    var paper = Paper(wall: clock, state: observed)
    pilot.handle(.configured(configuration), at: now, &paper)
    for _ in 0..<Self.mostRounds {
      pilot.endTurn(at: now, &paper)
      let news = paper.takeNews()
      pilot.heard(news, at: now, &paper)
      let slow = paper.takeSlow()
      guard !slow.isEmpty || !news.isEmpty else { break }
      paper.obey(slow)
      pilot.applied(slow, slow.map { _ in nil }, at: now, &paper)
    }
    changes = paper.changes
    names = observed.links.merging(paper.state.links) { before, _ in before }.mapValues(\.name)
    absent = configuration.uplinks.filter { paper.state.link(named: $0.interface) == nil }
  }
}

extension Rehearsal {
  /// Also of links that come or go by it.
  public func name(of index: InterfaceIndex) -> InterfaceName? { names[index] }
}

/// A kernel of paper.
private struct Paper: Shell {
  let wall: ClockReading
  private(set) var state: KernelState
  private(set) var changes: [Change] = []
  private var slow: [Change] = []
  private var news: [KernelState.Delta] = []  // that nobody has heard yet

  init(wall: ClockReading, state: KernelState) {
    self.wall = wall
    self.state = state
  }

  var now: Instant { wall.monotonic }

  mutating func obey(_ changes: [Change]) {
    for change in changes {
      if let delta = change.confirmed {
        state.apply(delta)
      } else {
        let told = toldOf(change)
        for delta in told { state.apply(delta) }
        news += told
      }
    }
    self.changes += changes
  }

  /// What a kernel would tell of it.
  private func toldOf(_ change: Change) -> [KernelState.Delta] {
    switch change {
    case .addLink(let link):
      return [
        .link(
          Link(
            index: next, name: link.name, isUp: false, hasCarrier: true,
            hardwareAddress: link.hardware, group: Ours.linkGroup,
            macvlan: Macvlan(parent: link.parent, mode: .bridge)))
      ]
    case .raiseLink(_, let index): return raised(index, true)
    case .lowerLink(_, let index): return raised(index, false)
    case .bond(let change): return change.told(of: state, next: next).map { .link($0) }
    case .removeLink, .addAddress, .removeAddress, .addRoute, .removeRoute, .addRule, .removeRule,
      .setSysctl, .loadFirewall, .removeFirewall:
      return []
    }
  }

  private func raised(_ index: InterfaceIndex, _ isUp: Bool) -> [KernelState.Delta] {
    guard var link = state.links[index] else { return [] }
    link.isUp = isUp
    return [.link(link)]
  }

  /// Of the next link that is made.
  private var next: InterfaceIndex {
    InterfaceIndex((state.links.keys.max()?.value ?? 0) + 1)
  }

  mutating func takeSlow() -> [Change] {
    defer { slow = [] }
    return slow
  }

  mutating func takeNews() -> [KernelState.Delta] {
    defer { news = [] }
    return news
  }

  mutating func readState() -> Reply<KernelState?> { .now(state) }

  mutating func readTables(_ tables: [UInt32]) -> Reply<[KernelState.Delta]?> {
    .now(
      tables.map { table in
        .table(table, .ipv4, state.routes(in: table).filter { $0.destination.family == .ipv4 })
      })
  }

  mutating func readLinks(_ indices: [InterfaceIndex], anew: Bool) -> Reply<[Link]> { .now([]) }

  mutating func apply(
    _ changes: [Change], observed: KernelState
  ) -> Reply<[ChangeFailure?]> {
    obey(changes)
    return .now(changes.map { _ in nil })
  }

  mutating func applySlowly(_ changes: [Change]) {
    slow += changes
  }

  mutating func transmit(_ datagram: Datagram) -> String? { nil }
  mutating func listen(to ears: [Ear]) {}
  mutating func join(_ links: [VRRPLink]) {}
  mutating func heed(_ ears: [ClaimEar]) {}
  mutating func meet(_ cluster: Cluster?) {}
  mutating func lend(_ addresses: [HeldAddress], for time: Duration?) {}
  mutating func begin(_ request: ProbeRequest, _ probe: ProbeID) -> ProbeResult? { nil }
  mutating func sweep(_ filter: FlowFilter) {}
  mutating func spare(mark: UInt32, _ family: Family) {}
  mutating func remember(_ memory: Memory) {}
  mutating func resolve(_ servers: NameServers?) {}
  mutating func decided(_ decision: Decision) {}
  mutating func announce(
    _ announcement: Announcement, to audience: Announcement.Audience, _ hooks: [Hook]
  ) {}
  mutating func undone(_ change: Change, observed: KernelState) {}
  mutating func woke(late delay: Duration) {}
  mutating func switched(in took: Duration) {}
  mutating func lostLink(_ index: InterfaceIndex) {}
}
