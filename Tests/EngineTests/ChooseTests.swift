import Engine
import Model
import Testing

/// Choices as an operator would put them.
struct ChooseTests {
  static let isp1 = MemberID.uplink("isp1")
  static let isp2 = MemberID.uplink("isp2")
  static let lte = MemberID.uplink("lte")
  static let up = Standing(health: .up)
  static let down = Standing(health: .down)
  static let unknown = Standing(health: .unknown)
  static let cut = Standing(obstacles: [.noCarrier], health: .unknown)
  static let drained = Standing(health: .up, isDrained: true)

  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let group: Group
    let standings: [MemberID: Standing]
    var holding: [MemberID] = []
    var mode = Mode.policy
    let preferred: [MemberID]
    let state: GroupState
    var lacking: [Lack.Reason] = []
  }

  static func group(
    _ tiers: [[MemberID]], want: Int = 1, failback: Failback = .auto
  ) -> Group {
    let members = tiers.enumerated().flatMap { tier, ids in ids.map { Member($0, tier: tier + 1) } }
    return Group(
      name: "internet", holding: .route(.defaultV4), members: members, want: want,
      failback: failback)
  }

  static let dual = group([[isp1], [isp2]])
  static let manual = group([[isp1], [isp2]], failback: .manual)
  static let shared = group([[isp1, isp2]])
  static let spare = group([[isp1, isp2], [lte]], want: 2)

  static let failover: [Case] = [
    Case(
      testDescription: "both are up: the first holds", group: dual,
      standings: [isp1: up, isp2: up], preferred: [isp1], state: .normal, lacking: [.notNeeded]),
    Case(
      testDescription: "the first is cut: the second holds", group: dual,
      standings: [isp1: cut, isp2: up], holding: [isp1], preferred: [isp2], state: .failedOver,
      lacking: [.obstacles([.noCarrier])]),
    Case(
      testDescription: "the first is mute: the second holds though unjudged", group: dual,
      standings: [isp1: down, isp2: unknown], holding: [isp1], preferred: [isp2],
      state: .failedOver, lacking: [.down]),
    Case(
      testDescription: "the first is back: it gets it back", group: dual,
      standings: [isp1: up, isp2: up], holding: [isp2], preferred: [isp1], state: .normal,
      lacking: [.notNeeded]),
    Case(
      testDescription: "the first is back but not judged yet: the second keeps it", group: dual,
      standings: [isp1: unknown, isp2: up], holding: [isp2], preferred: [isp2],
      state: .failedOver, lacking: [.unjudged]),
    Case(
      testDescription: "failback is manual: the second keeps it", group: manual,
      standings: [isp1: up, isp2: up], holding: [isp2], preferred: [isp2], state: .failedOver,
      lacking: [.failbackIsManual]),
    Case(
      testDescription: "failback is manual and ordered: the first gets it back", group: manual,
      standings: [isp1: up, isp2: up], holding: [isp2], mode: .failingBack, preferred: [isp1],
      state: .normal, lacking: [.notNeeded]),
    Case(
      testDescription: "failback is manual but the second fails: the first holds", group: manual,
      standings: [isp1: up, isp2: down], holding: [isp2], preferred: [isp1], state: .normal,
      lacking: [.down]),
    Case(
      testDescription: "all are down: the last holder is kept", group: dual,
      standings: [isp1: down, isp2: down], holding: [isp2], preferred: [isp2], state: .degraded,
      lacking: [.down]),
    Case(
      testDescription: "the holder is cut, the other is mute: mute is better than cut",
      group: dual, standings: [isp1: down, isp2: cut], holding: [isp2], preferred: [isp1],
      state: .degraded, lacking: [.obstacles([.noCarrier])]),
    Case(
      testDescription: "all are cut: the last holder is kept", group: dual,
      standings: [isp1: cut, isp2: cut], holding: [isp2], preferred: [isp2], state: .degraded,
      lacking: [.obstacles([.noCarrier])]),
    Case(
      testDescription: "all are cut from the start: nobody holds", group: dual,
      standings: [isp1: cut, isp2: cut], preferred: [], state: .down,
      lacking: [.obstacles([.noCarrier]), .obstacles([.noCarrier])]),
    Case(
      testDescription: "of the first nothing is known: it is taken for absent", group: dual,
      standings: [isp2: up], preferred: [isp2], state: .failedOver,
      lacking: [.obstacles([.absent])]),
  ]

  static let sharing: [Case] = [
    Case(
      testDescription: "active-active: both hold", group: shared,
      standings: [isp1: up, isp2: up], preferred: [isp1, isp2], state: .normal),
    Case(
      testDescription: "active-active: one is left", group: shared,
      standings: [isp1: cut, isp2: up], holding: [isp1, isp2], preferred: [isp2],
      state: .reduced, lacking: [.obstacles([.noCarrier])]),
    Case(
      testDescription: "the spare is not needed", group: spare,
      standings: [isp1: up, isp2: up, lte: up], preferred: [isp1, isp2], state: .normal,
      lacking: [.notNeeded]),
    Case(
      testDescription: "the spare joins while one is missing", group: spare,
      standings: [isp1: up, isp2: down, lte: up], holding: [isp1, isp2], preferred: [isp1, lte],
      state: .failedOver, lacking: [.down]),
    Case(
      testDescription: "the spare leaves when it is not needed any more", group: spare,
      standings: [isp1: up, isp2: up, lte: up], holding: [isp1, lte], preferred: [isp1, isp2],
      state: .normal, lacking: [.notNeeded]),
    Case(
      testDescription: "of two equal spares one is enough, and the other waits for nothing",
      group: group([[isp1], [isp2, lte]], want: 2, failback: .manual),
      standings: [isp1: up, isp2: up, lte: up], holding: [isp1, isp2], preferred: [isp1, isp2],
      state: .failedOver, lacking: [.notNeeded]),
    Case(
      testDescription: "no spare is to be had", group: spare,
      standings: [isp1: up, isp2: down, lte: down], holding: [isp1, isp2], preferred: [isp1],
      state: .reduced, lacking: [.down, .down]),
  ]

  static let orders: [Case] = [
    Case(
      testDescription: "a drained member leaves", group: dual,
      standings: [isp1: drained, isp2: up], holding: [isp1], preferred: [isp2],
      state: .failedOver, lacking: [.drained]),
    Case(
      testDescription: "drain never empties a group", group: dual,
      standings: [isp1: drained, isp2: cut], holding: [isp1], preferred: [isp1],
      state: .degraded, lacking: [.obstacles([.noCarrier])]),
    Case(
      testDescription: "all are drained: up is better than unjudged", group: dual,
      standings: [isp1: drained, isp2: Standing(health: .unknown, isDrained: true)],
      holding: [isp2], preferred: [isp1], state: .degraded, lacking: [.drained]),
    Case(
      testDescription: "none may hold: drained and unjudged is better than mute", group: dual,
      standings: [isp1: Standing(health: .unknown, isDrained: true), isp2: down],
      holding: [isp2], preferred: [isp1], state: .degraded, lacking: [.down]),
    Case(
      testDescription: "a pin moves the group", group: dual,
      standings: [isp1: up, isp2: up], holding: [isp1], mode: .pinned(isp2, isHard: false),
      preferred: [isp2], state: .manual, lacking: [.pinnedElsewhere(isp2)]),
    Case(
      testDescription: "the pinned member fails: policy rules", group: dual,
      standings: [isp1: up, isp2: down], holding: [isp2], mode: .pinned(isp2, isHard: false),
      preferred: [isp1], state: .normal, lacking: [.down]),
    Case(
      testDescription: "the pinned member fails: who is not needed is not kept out by the pin",
      group: group([[isp1], [isp2], [lte]]), standings: [isp1: up, isp2: down, lte: up],
      holding: [isp2], mode: .pinned(isp2, isHard: false), preferred: [isp1], state: .normal,
      lacking: [.down, .notNeeded]),
    Case(
      testDescription: "a hard pin holds whatever happens", group: dual,
      standings: [isp1: up, isp2: cut], holding: [isp1], mode: .pinned(isp2, isHard: true),
      preferred: [isp2], state: .manual, lacking: [.pinnedElsewhere(isp2)]),
    Case(
      testDescription: "after auto the best holds again", group: dual,
      standings: [isp1: up, isp2: up], holding: [isp2], preferred: [isp1], state: .normal,
      lacking: [.notNeeded]),
  ]

  @Test(arguments: failover + sharing + orders)
  func `policy does as an operator expects`(example: Case) {
    let choice = choose(
      example.group, example.standings, holding: example.holding, mode: example.mode,
      at: .zero + .seconds(1))
    #expect(choice.preferred == example.preferred)
    #expect(choice.state == example.state)
    #expect(choice.lacking.map(\.reason) == example.lacking)
  }
}
