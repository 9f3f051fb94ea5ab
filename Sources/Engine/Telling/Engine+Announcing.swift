import Config
import Model

/// Hooks are told what is so, not what is meant: who holds a group once the kernel has
/// confirmed all that can be of the last decision, and its state once the holders are judged.
/// What was told last is remembered, so a start that changes nothing tells nothing.
extension Engine {
  mutating func announce(at now: Instant, _ effects: inout [Effect]) {
    guard mustAnnounce, !isBlind else { return }
    mustAnnounce = false
    tellNameServers(&effects)
    var isTold = false
    for keeper in keepers {
      guard let decision = keeper.lastDecision, let stand = stand(of: keeper) else { continue }
      let name = keeper.group.name
      let told = memory.told[name]
      guard stand != told, told?.holders != stand.holders || isJudged(keeper) else { continue }
      memory.told[name] = stand
      let audiences: [(Announcement.Audience, [Hook])] = [
        (.ofAll, configuration.hooks), (.of(name), keeper.group.hooks),
      ].filter { !$0.1.isEmpty }
      guard !audiences.isEmpty else { continue }
      let announcement = Announcement(
        group: name, holds: keeper.group.holding.sentence, at: now, from: told, to: stand,
        decision: decision.id, reason: decision.reason, node: configuration.node)
      effects += audiences.map { .announce(announcement, $0, $1) }
      isTold = true
    }
    // Who tells nobody has nothing to write down.
    if isTold { effects.append(.remember(memory)) }
  }

  /// Nil while the kernel has not confirmed what policy prefers. A member whose interface knows
  /// no way to its gateway can be preferred, but there is nothing to confirm of it.
  private func stand(of keeper: GroupKeeper) -> Announcement.Told? {
    guard let choice = keeper.choice else { return nil }
    // Of nodes it is told who has the addresses, whoever should.
    guard let family = keeper.group.holding.family else {
      return Announcement.Told(holders: keeper.holding, state: choice.state)
    }
    let confirmable = choice.preferred.filter { id in
      guard case .uplink(let name) = id else { return false }
      return watches[name]?[family].isRoutable ?? false
    }
    guard keeper.holding == confirmable else { return nil }
    return Announcement.Told(holders: keeper.holding, state: choice.state)
  }

  /// Whether the state follows from more than hope: after a start, or when a link is back, who
  /// holds is eligible until a check says otherwise.
  private func isJudged(_ keeper: GroupKeeper) -> Bool {
    keeper.choice?.state == .manual
      || keeper.holding.allSatisfy { id in
        let standing = standing(of: id, in: keeper.group)
        return !standing.isUsable || standing.health != .unknown
      }
  }
}
