import Engine
import Model

/// A group at a moment, drawn at random.
struct Drawn {
  let group: Group
  let standings: [MemberID: Standing]
  let holding: [MemberID]
  let mode: Mode
  let now: Instant
  let clock: ClockReading?

  init(_ random: inout RandomSource) {
    let now = Instant.zero + .seconds(1_000)
    self.now = now
    let count = Int.random(in: 1...6, using: &random)
    var tier = 1
    var members: [Member] = []
    for number in 1...count {
      if number > 1, Bool.random(using: &random) { tier += 1 }
      members.append(Member(.uplink(UplinkName("isp\(number)")), tier: tier))
    }
    group = Group(
      name: "internet", holding: .route(.defaultV4), members: members,
      want: Int.random(in: 1...3, using: &random),
      failback: Self.failback(&random))
    standings = Dictionary(
      uniqueKeysWithValues: members.map { ($0.id, Self.standing(now, &random)) })
    holding = members.map(\.id).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
    mode = Self.mode(members, &random)
    clock = Self.clock(now, &random)
  }

  private static func failback(_ random: inout RandomSource) -> Failback {
    let after = [Duration.zero, .seconds(5), .seconds(60)].randomElement(using: &random) ?? .zero
    let windows = [nil, DailyWindow(from: 60, to: 300), DailyWindow(from: 1_320, to: 240)]
    let window = windows.randomElement(using: &random) ?? nil
    return [.auto, .manual, .delayed(after: after, between: window)]
      .randomElement(using: &random) ?? .auto
  }

  private static func clock(_ now: Instant, _ random: inout RandomSource) -> ClockReading? {
    let minute = Int64.random(in: -60..<1_440, using: &random)
    guard minute >= 0 else { return nil }
    return ClockReading(monotonic: now, wall: Timestamp(nanoseconds: minute * 60_000_000_000))
  }

  private static func standing(_ now: Instant, _ random: inout RandomSource) -> Standing {
    let obstacles = Obstacle.allCases.filter { _ in Int.random(in: 0..<12, using: &random) == 0 }
    let healths: [Health] = [.up, .up, .down, .unknown]
    let trusts: [Instant?] = [
      nil, nil, nil, now, now - .seconds(1), now + .seconds(1), now + .milliseconds(1),
    ]
    var standing = Standing(
      obstacles: obstacles, health: healths.randomElement(using: &random) ?? .up,
      isDrained: Int.random(in: 0..<5, using: &random) == 0,
      trustedAt: trusts.randomElement(using: &random) ?? nil)
    standing.isReturning =
      standing.health == .unknown && Int.random(in: 0..<4, using: &random) == 0
    let age = [0, 1, 5, 59, 60, 900].randomElement(using: &random) ?? 0
    standing.goodSince = standing.isGood(at: now) ? now - .seconds(age) : nil
    return standing
  }

  private static func mode(_ members: [Member], _ random: inout RandomSource) -> Mode {
    guard let member = members.randomElement(using: &random) else { return .policy }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return .pinned(member.id, isHard: true)
    case 1: return .pinned(member.id, isHard: false)
    case 2: return .failingBack
    default: return .policy
    }
  }

  /// - Parameter changed: another moment of the same group.
  func choice(
    holding other: [MemberID]? = nil, standings changed: [MemberID: Standing]? = nil
  ) -> Choice {
    choose(
      group, changed ?? standings, holding: other ?? holding, mode: mode, at: now, clock: clock)
  }

  func standing(_ id: MemberID) -> Standing { standings[id] ?? Standing(obstacles: [.absent]) }

  var usable: [MemberID] { group.members.map(\.id).filter { standing($0).isUsable } }
  var eligible: [MemberID] { group.members.map(\.id).filter { standing($0).isEligible(at: now) } }

  /// The pin that is to be obeyed, if any.
  var ruling: MemberID? {
    guard case .pinned(let pin, let isHard) = mode else { return nil }
    let canHold = standing(pin).isUsable && standing(pin).health != .down
    return isHard || (canHold && standing(pin).isTrusted(at: now)) ? pin : nil
  }

  /// By the definition of the words, not by the code that chooses.
  func state(of preferred: [MemberID]) -> GroupState {
    if ruling != nil { return .manual }
    if preferred.isEmpty { return .down }
    if eligible.isEmpty {
      // Without interface or address no route can stand: nothing is held.
      let obstacles = preferred.compactMap { standings[$0]?.obstacles }
      return obstacles.contains { Set($0).isSubset(of: [.noCarrier]) } ? .degraded : .down
    }
    let first = group.members.filter { $0.tier == 1 }.map(\.id)
    if !preferred.allSatisfy(first.contains) { return .failedOver }
    return preferred.count == first.count ? .normal : .reduced
  }
}
