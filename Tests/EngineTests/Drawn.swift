import Engine
import Model

/// A group at a moment, drawn at random.
struct Drawn {
  let group: Group
  let standings: [MemberID: Standing]
  let holding: [MemberID]
  let mode: Mode
  let now: Instant

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
      failback: Bool.random(using: &random) ? .auto : .manual)
    standings = Dictionary(
      uniqueKeysWithValues: members.map { ($0.id, Self.standing(now, &random)) })
    holding = members.map(\.id).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
    mode = Self.mode(members, &random)
  }

  private static func standing(_ now: Instant, _ random: inout RandomSource) -> Standing {
    let obstacles = Obstacle.allCases.filter { _ in Int.random(in: 0..<12, using: &random) == 0 }
    let healths: [Health] = [.up, .up, .down, .unknown]
    let trusts: [Instant?] = [
      nil, nil, nil, now, now - .seconds(1), now + .seconds(1), now + .milliseconds(1),
    ]
    return Standing(
      obstacles: obstacles, health: healths.randomElement(using: &random) ?? .up,
      isDrained: Int.random(in: 0..<5, using: &random) == 0,
      trustedAt: trusts.randomElement(using: &random) ?? nil)
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
    choose(group, changed ?? standings, holding: other ?? holding, mode: mode, at: now)
  }

  func standing(_ id: MemberID) -> Standing { standings[id] ?? Standing(obstacles: [.absent]) }

  var usable: [MemberID] { group.members.map(\.id).filter { standing($0).isUsable } }
  var eligible: [MemberID] { group.members.map(\.id).filter { standing($0).isEligible(at: now) } }

  /// The pin that is to be obeyed, if any.
  var ruling: MemberID? {
    guard case .pinned(let pin, let isHard) = mode else { return nil }
    return isHard || (standing(pin).isUsable && standing(pin).health != .down) ? pin : nil
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
