import Config
import Model
import Testing

@testable import Engine

/// What hooks are told, and when.
struct AnnouncingTests {
  private static let ofAll = [Hook(["/bin/all"])]
  private static let own = [Hook(["/bin/own", "--group"])]

  private static var configuration: Configuration {
    var configuration = Rig.dualWAN
    configuration.hooks = ofAll
    return configuration
  }

  private struct Telling: Equatable {
    let from: [MemberID]?
    let to: [MemberID]
    let state: GroupState
  }

  private static func tellings(_ effects: [Effect]) -> [Telling] {
    announcements(effects).map {
      Telling(from: $0.from?.holders, to: $0.to.holders, state: $0.to.state)
    }
  }

  private static func announcements(_ effects: [Effect]) -> [Announcement] {
    effects.compactMap {
      if case .announce(let announcement, _, _) = $0 { announcement } else { nil }
    }
  }

  @Test
  func `a switch is told when the kernel has confirmed it, with its decision`() throws {
    var rig = Rig(Self.configuration)
    #expect(
      Self.tellings(rig.takeEffects()) == [Telling(from: nil, to: [Rig.isp1], state: .normal)])
    rig.run(for: .seconds(30))
    #expect(Self.tellings(rig.takeEffects()).isEmpty)
    _ = rig.carrier(Rig.ether1, false)
    let told = try #require(Self.announcements(rig.takeEffects()).first)
    let decision = try #require(rig.engine.decisions.last)
    #expect(told.headline == "internet: isp1 → isp2 (failed-over)")
    #expect(told.decision == decision.id)
    #expect(told.reason == decision.reason)
    #expect(told.holds == "route default")
    #expect(told.at == rig.now)
  }

  @Test
  func `each list of hooks is told, that of all groups first`() {
    var configuration = Self.configuration
    let group = configuration.groups[0]
    configuration.groups = [
      Group(
        name: group.name, holding: group.holding, members: group.members, judge: group.judge,
        damping: nil, hooks: Self.own)
    ]
    var rig = Rig(configuration)
    let audiences = rig.takeEffects().compactMap { effect -> String? in
      guard case .announce(_, let audience, let hooks) = effect else { return nil }
      return "\(audience) \(hooks.map(\.words))"
    }
    #expect(
      audiences == ["ofAll [[\"/bin/all\"]]", "of(internet) [[\"/bin/own\", \"--group\"]]"])
  }

  @Test
  func `without hooks nobody is told, and a hook that comes later hears of what comes later`() {
    var rig = Rig()
    rig.run(for: .seconds(30))
    #expect(Self.tellings(rig.takeEffects()).isEmpty)
    rig.handle(.configured(Self.configuration))
    rig.run(for: .seconds(30))
    #expect(Self.tellings(rig.takeEffects()).isEmpty)
    _ = rig.carrier(Rig.ether1, false)
    #expect(
      Self.tellings(rig.takeEffects())
        == [Telling(from: [Rig.isp1], to: [Rig.isp2], state: .failedOver)])
  }

  @Test(arguments: [[], [Rig.gateway1], [Rig.gateway2], [Rig.gateway1, Rig.gateway2]])
  func `a start that changes nothing tells nothing`(answering: [IPAddress]) throws {
    var first = Rig(Self.configuration, answering: Set(answering))
    first.run(for: .seconds(60))
    let memory = try #require(first.memories.last)
    let stands = first.status
    var second = Rig(
      Self.configuration, memory: memory, answering: Set(answering), kernel: first.engine.observed)
    second.run(for: .seconds(60))
    #expect(second.status.active == stands.active)
    #expect(second.status.state == stands.state)
    #expect(Self.tellings(second.takeEffects()).isEmpty)
  }

  @Test
  func `a start that finds another holder tells against what was told before it`() throws {
    var first = Rig(Self.configuration)
    first.run(for: .seconds(60))
    let memory = try #require(first.memories.last)
    var second = Rig(Self.configuration, memory: memory, answering: [Rig.gateway2])
    second.run(for: .seconds(60))
    // Both begin without a verdict, and isp1 is the better; then it is down.
    #expect(
      Self.tellings(second.takeEffects())
        == [Telling(from: [Rig.isp1], to: [Rig.isp2], state: .failedOver)])
  }

  @Test
  func `a state is told once the holders are judged`() {
    var rig = Rig(Self.configuration)
    rig.run(for: .seconds(60))
    _ = rig.carrier(Rig.ether2, false)
    _ = rig.carrier(Rig.ether1, false)
    #expect(Self.tellings(rig.takeEffects()).map(\.state).last == .degraded)
    rig.answering = []
    _ = rig.carrier(Rig.ether1, true)
    rig.run(for: .seconds(5))
    // It can be used, but nobody knows whether it works; and it does not.
    #expect(rig.status.state == .normal)
    rig.run(for: .seconds(60))
    #expect(rig.status.state == .degraded)
    #expect(Self.tellings(rig.takeEffects()).isEmpty)
    rig.answering = [Rig.gateway1]
    rig.run(for: .seconds(30))
    #expect(
      Self.tellings(rig.takeEffects())
        == [Telling(from: [Rig.isp1], to: [Rig.isp1], state: .normal)])
  }

  @Test
  func `an order is told, and so is that nobody can hold it any more`() throws {
    var rig = Rig(Self.configuration)
    rig.run(for: .seconds(60))
    _ = rig.takeEffects()
    try rig.order(.pin("internet", Rig.isp1, isHard: true))
    #expect(
      Self.tellings(rig.takeEffects())
        == [Telling(from: [Rig.isp1], to: [Rig.isp1], state: .manual)])
    rig.handle(.observed([.linkGone(Rig.ether1)]))
    rig.handle(.observed([.table(Ours.table(group: 0), .ipv4, [])]))
    #expect(
      Self.tellings(rig.takeEffects())
        == [Telling(from: [Rig.isp1], to: [], state: .manual)])
  }

  /// Two share; nobody knows yet how the second does.
  @Test
  func `a holder is told at once, and a state once all who hold are judged`() throws {
    let uplinks = [Rig.uplink(1), Rig.uplink(2)]
    let tiers = Rig.configuration(uplinks: uplinks, every: .seconds(1))
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: uplinks.map { Member(.uplink($0.name), tier: 1) }, judge: .check("gateway"),
      damping: nil)
    var configuration = tiers
    configuration.groups = [group]
    configuration.hooks = Self.ofAll
    var rig = Rig(configuration, answering: [Rig.gateway1])
    let first = Self.tellings(rig.takeEffects())
    #expect(first == [Telling(from: nil, to: [Rig.isp1, Rig.isp2], state: .normal)])
    rig.answering = []
    rig.run(for: .seconds(5))
    _ = rig.takeEffects()
    // Both come back unjudged: who holds is another, and the state is hope.
    _ = rig.carrier(Rig.ether1, false)
    _ = rig.carrier(Rig.ether2, false)
    _ = rig.takeEffects()
    rig.answering = [Rig.gateway1]
    _ = rig.carrier(Rig.ether1, true)
    rig.run(for: .seconds(5))
    _ = rig.carrier(Rig.ether2, true)
    let back = Self.tellings(rig.takeEffects())
    #expect(back.map(\.to) == [[Rig.isp1], [Rig.isp1, Rig.isp2]])
    rig.handle(.observed([.linkGone(InterfaceIndex(9))]))
    #expect(Self.tellings(rig.takeEffects()).isEmpty)
  }

  @Test
  func `an order is told though nobody knows how the holder does`() throws {
    var rig = Rig(Self.configuration, answering: [])
    _ = rig.takeEffects()
    #expect(rig.health(Rig.isp1) == .unknown)
    try rig.order(.pin("internet", Rig.isp1, isHard: true))
    #expect(
      Self.tellings(rig.takeEffects())
        == [Telling(from: [Rig.isp1], to: [Rig.isp1], state: .manual)])
  }

  @Test
  func `a hook finds in its environment what it is told`() {
    let announcement = Announcement(
      group: "internet", holds: "route default", at: Instant(nanoseconds: 1_500_000_000),
      from: Announcement.Told(holders: [Rig.isp1], state: .normal),
      to: Announcement.Told(holders: [Rig.isp2, .uplink("lte")], state: .failedOver), decision: 7,
      reason: "isp1 cannot be used: no carrier", node: nil)
    let clock = ClockReading(monotonic: .zero, wall: Timestamp(nanoseconds: 0, offset: 7 * 3_600))
    #expect(
      announcement.environment(host: "gw", clock: clock) == [
        "SIAGA_NODE": "gw", "SIAGA_GROUP": "internet", "SIAGA_HOLDS": "route default",
        "SIAGA_FROM": "isp1", "SIAGA_TO": "isp2 lte", "SIAGA_STATE_BEFORE": "normal",
        "SIAGA_STATE": "failed-over", "SIAGA_REASON": "isp1 cannot be used: no carrier",
        "SIAGA_DECISION": "7", "SIAGA_AT": "1970-01-01T07:00:01.500+07:00",
      ])
    let named = Announcement(
      group: "internet", holds: "", at: .zero, from: nil, to: announcement.to, decision: 8,
      reason: "", node: "branch-7")
    #expect(named.environment(host: "gw", clock: clock)["SIAGA_NODE"] == "branch-7")
  }
}

struct AnnouncementQueueTests {
  private static func entry(_ group: GroupName, _ number: UInt64) -> AnnouncementQueue.Entry {
    let told = Announcement.Told(holders: [], state: .down)
    return AnnouncementQueue.Entry(
      Announcement(
        group: group, holds: "", at: .zero, from: nil, to: told, decision: number, reason: "",
        node: nil), [])
  }

  @Test
  func `changes wait in order, and one too many takes the place of an older one of its group`() {
    var queue = AnnouncementQueue(limit: 3)
    #expect(queue.add(Self.entry("a", 1)) == nil)
    #expect(queue.add(Self.entry("b", 2)) == nil)
    #expect(queue.add(Self.entry("b", 3)) == nil)
    #expect(queue.add(Self.entry("b", 4))?.decision == 2)
    #expect(queue.add(Self.entry("c", 5))?.decision == 1)
    #expect(queue.count == 3)
    let order = (0..<4).map { _ in queue.takeFirst()?.announcement.decision }
    #expect(order == [3, 4, 5, nil])
  }
}
