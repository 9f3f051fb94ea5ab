import Model
import Testing

@testable import Reconcile

/// What takes the place of something stands before that goes, without a word in between.
struct StepTests {
  private static let refusal = ChangeFailure(code: 101, name: "ENETUNREACH", message: nil)
  private static let hops = [
    NextHop(interface: InterfaceIndex(2), gateway: IPAddress("10.10.1.1")!)
  ]

  private static func way(_ table: UInt32) -> Route {
    .ours(.defaultV4, table: table, hops: hops)
  }

  private static func rule(to table: UInt32) -> Rule {
    Rule(priority: 8_900, family: .ipv4, selector: .all, table: table)
  }

  private static let additions: [Change] = [.addRoute(way(8_301)), .addRule(rule(to: 8_301))]
  private static let turn = Change.removeRule(rule(to: 8_302))
  private static let removal = Change.removeRoute(way(8_302))
  private static let all = additions + [turn, removal]

  /// Traffic goes by the table 8302, and is to go by 8301.
  private static func scene() -> (Reconciler, KernelState) {
    var observed = KernelState()
    observed.apply(.route(way(8_302)))
    observed.apply(.rule(rule(to: 8_302)))
    var reconciler = Reconciler()
    reconciler.wanted.routes = [way(8_301)]
    reconciler.wanted.rules = [rule(to: 8_301)]
    return (reconciler, observed)
  }

  @Test
  func `a table that traffic moves away from is emptied when nobody is sent there any more`() {
    var (reconciler, observed) = Self.scene()
    let due = reconciler.due(from: observed, at: .zero)
    #expect(due == Self.all)
    var steps: [[Change]] = []
    let results = due.inSteps { step in
      steps.append(step)
      return step.map { _ in nil }
    }
    #expect(steps == [Self.additions, [Self.turn], [Self.removal]])
    for (change, result) in zip(due, results) {
      reconciler.applied(change, result, at: .zero).map { observed.apply($0) }
    }
    #expect(reconciler.due(from: observed, at: .zero).isEmpty && reconciler.nextWake == nil)
  }

  @Test
  func `what waits for something that was refused is not tried, until that is done`() {
    var (reconciler, observed) = Self.scene()
    func obey(refusing refused: Change?, at now: Instant) -> [Change] {
      var tried: [Change] = []
      let due = reconciler.due(from: observed, at: now)
      let results = due.inSteps { step in
        tried += step
        return step.map { $0 == refused ? Self.refusal : nil }
      }
      for (change, result) in zip(due, results) {
        reconciler.applied(change, result, at: now).map { observed.apply($0) }
      }
      return tried
    }
    #expect(obey(refusing: Self.additions[1], at: .zero) == Self.additions)
    #expect(reconciler.troubles { _ in nil }.count == 1, "it is no trouble of its own")
    #expect(obey(refusing: nil, at: .zero).isEmpty, "its turn comes with the other's")
    let retry = Instant.zero + .milliseconds(100)
    #expect(reconciler.nextWake == retry)
    #expect(obey(refusing: nil, at: retry) == [Self.additions[1], Self.turn, Self.removal])
    #expect(obey(refusing: nil, at: retry).isEmpty)
  }

  /// An address that goes takes IPv4 routes along, and the kernel tells of the address only.
  @Test
  func
    `while routes are read that may be gone, what replaces something does not pass for standing`()
  {
    var (reconciler, observed) = Self.scene()
    observed.apply(.route(Self.way(8_301)))
    observed.apply(.rule(Self.rule(to: 8_301)))
    let ofDeadLink = Rule(
      priority: 8_500, family: .ipv4, selector: .mark(0x100, mask: 0x3f00), table: 8_100)
    observed.apply(.rule(ofDeadLink))
    #expect(
      reconciler.due(from: observed, isSure: false, at: .zero) == [.removeRule(ofDeadLink)],
      "flows leave a dead link at once")
    #expect(reconciler.nextWake == nil, "what was read begins a turn")
    #expect(reconciler.due(from: observed, at: .zero) == [Self.turn, Self.removal])
  }

  /// Were it taken away, packets would take what could not be: by metrics that comes before the new.
  @Test
  func `of IPv6 routes the better one stays until the worse is gone`() throws {
    func way(_ ends: Int32...) throws -> Route {
      let gateway = try #require(IPAddress("fe80::1"))
      let hops = ends.map { NextHop(interface: InterfaceIndex($0), gateway: gateway) }
      return .ours(.defaultV6, table: 8_303, hops: hops)
    }
    let (worse, better, new) = (try way(2, 4), try way(2, 3), try way(3))
    var observed = KernelState()
    for route in [worse, better] { observed.apply(.route(route)) }
    var reconciler = Reconciler()
    reconciler.wanted.routes = [new]
    let due = reconciler.due(from: observed, at: .zero)
    #expect(due == [.addRoute(new), .removeRoute(worse), .removeRoute(better)])
    var tried: [Change] = []
    let results = due.inSteps { step in
      tried += step
      return step.map { $0 == .removeRoute(worse) ? Self.refusal : nil }
    }
    #expect(tried == [.addRoute(new), .removeRoute(worse)])
    for (change, result) in zip(due, results) {
      reconciler.applied(change, result, at: .zero).map { observed.apply($0) }
    }
    #expect(reconciler.due(from: observed, at: .zero).isEmpty)
    let retry = try #require(reconciler.nextWake)
    #expect(
      reconciler.due(from: observed, at: retry) == [.removeRoute(worse), .removeRoute(better)])
  }

  /// `File exists` is an answer as good as any.
  @Test
  func `what is there already counts as done`() {
    let exists = ChangeFailure(code: 17, name: "EEXIST", message: nil)
    let results = Self.all.inSteps { $0.map { Self.additions.contains($0) ? exists : nil } }
    #expect(results == [exists, exists, nil, nil])
  }

  @Test
  func `what waits for a change that was asked before waits for its answer`() {
    var (reconciler, observed) = Self.scene()
    let wanted = reconciler.wanted
    reconciler.wanted.routes.formUnion(observed.routes)
    reconciler.wanted.rules.formUnion(observed.rules)
    #expect(reconciler.due(from: observed, at: .zero) == Self.additions)
    reconciler.wanted = wanted
    #expect(reconciler.due(from: observed, at: .zero).isEmpty)
    for change in Self.additions {
      reconciler.applied(change, nil, at: .zero).map { observed.apply($0) }
    }
    #expect(reconciler.due(from: observed, at: .zero) == [Self.turn, Self.removal])
  }
}
