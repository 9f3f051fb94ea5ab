import Model

extension Engine {
  /// What the groups know that must outlive the daemon. Without groups, as on a machine that has
  /// no default route at the moment, nothing is forgotten.
  mutating func rememberKeepers() {
    guard !keepers.isEmpty else { return }
    memory.pins = [:]
    for keeper in keepers {
      memory.pins[keeper.group.name] = keeper.pin
    }
    memory.unrest = unrest
  }

  /// After each look at the members: only who went or came is news.
  mutating func rememberUnrest(_ effects: inout [Effect]) {
    let unrest = unrest
    guard !keepers.isEmpty, unrest != memory.unrest else { return }
    memory.unrest = unrest
    effects.append(.remember(memory))
  }

  private var unrest: [GroupName: [MemberID: Memory.Unrest]] {
    var found: [GroupName: [MemberID: Memory.Unrest]] = [:]
    for keeper in keepers {
      let unrest = keeper.unrest
      if !unrest.isEmpty { found[keeper.group.name] = unrest }
    }
    return found
  }
}
