import Model

extension Engine {
  /// - Returns: a sentence for the operator, and what is to be done.
  public mutating func carryOut(
    _ command: Command, at now: Instant
  ) throws(CommandRefused) -> (answer: String, effects: [Effect]) {
    try mustBeOurs(command, at: now)
    let answer: String
    var failingBack: GroupName?
    switch command {
    case .pin(let name, let member, let isHard):
      answer = try pin(name, member, isHard: isHard)
    case .failback(let name):
      keepers[try keeper(name)].mustFailBack()
      failingBack = name
      answer = "\(name): back to its best eligible member"
    case .auto(let name):
      let index = try keeper(name)
      keepers[index].pin = nil
      answer = "\(name): policy rules again"
    case .drain(let member, let isForced):
      answer = try drain(member, isForced: isForced, at: now)
    case .undrain(let member):
      try known(member)
      answer =
        memory.drained.remove(member) == nil
        ? "\(member) was not drained" : "\(member) is back in service"
    }
    rememberKeepers()
    note(.ordered(command), at: now)
    isStale = true
    for index in addressKeepers.indices { addressKeepers[index].mayOfferAgain() }
    var effects: [Effect] = [.remember(memory)]
    settle(at: now, &effects)
    if let failingBack { handsOver(failingBack, at: now) }
    attendNodes(at: now, &effects)
    announce(at: now, &effects)
    appoint()
    return (answer + aftermath(of: command), effects)
  }

  /// Who is to hold the group after an order that leaves it to policy.
  private func aftermath(of command: Command) -> String {
    switch command {
    case .failback(let name), .auto(let name):
      let choice = keepers.first { $0.group.name == name }?.choice
      guard let choice, choice.state != .down else { return "; nobody can hold it now" }
      return "; \(Decision.names(choice.preferred)) is to hold it"
    case .pin(_, let member, _):
      return memory.drained.contains(member) ? " (it is drained; an order goes before)" : ""
    case .drain, .undrain:
      return ""
    }
  }

  private mutating func pin(
    _ name: GroupName, _ member: MemberID, isHard: Bool
  ) throws(CommandRefused) -> String {
    let index = try keeper(name)
    let group = keepers[index].group
    guard group.seat(of: member) != nil else {
      let names = group.members.map(\.id.text).joined(separator: ", ")
      throw CommandRefused("\(member) is not a member of \(name); its members are \(names)")
    }
    mayBeAsked(member, for: name)
    let standing = standing(of: member, in: group)
    guard isHard || (standing.isUsable && standing.health != .down) else {
      let why =
        standing.isUsable
        ? "its checks say down" : standing.obstacles.map(\.sentence).joined(separator: ", ")
      throw CommandRefused("\(member) cannot hold \(name) now: \(why); --hard pins it all the same")
    }
    keepers[index].pin = Memory.Pin(member: member, isHard: isHard)
    keepers[index].pardoned([member])
    return "\(name): \(member) holds it until `siaga auto \(name)`"
      + (isHard ? ", whatever happens" : ", or until it fails")
  }

  private mutating func drain(
    _ member: MemberID, isForced: Bool, at now: Instant
  ) throws(CommandRefused) -> String {
    try known(member)
    for keeper in keepers where keeper.group.seat(of: member) != nil {
      if keeper.pin?.member == member {
        throw CommandRefused(
          "\(member) is pinned in \(keeper.group.name); `siaga auto \(keeper.group.name)` first")
      }
      let others = keeper.group.members.filter {
        $0.id != member && standing(of: $0.id, in: keeper.group).isEligible(at: now)
      }
      let isEligible = standing(of: member, in: keeper.group).isEligible(at: now)
      if isEligible, others.isEmpty, !isForced {
        throw CommandRefused(
          "\(member) is the last eligible member of \(keeper.group.name); --force drains it all the same"
        )
      }
    }
    memory.drained.insert(member)
    return "\(member) is drained; `siaga undrain \(member)` puts it back"
  }

  private func keeper(_ name: GroupName) throws(CommandRefused) -> Int {
    guard let index = keepers.firstIndex(where: { $0.group.name == name }) else {
      let names = keepers.map(\.group.name.text).joined(separator: ", ")
      throw CommandRefused("there is no group \(name); the groups are \(names)")
    }
    return index
  }

  func known(_ member: MemberID) throws(CommandRefused) {
    let members = keepers.flatMap { $0.group.members.map(\.id) }
    guard members.contains(member) else {
      let names = Set(members.map(\.text)).sorted().joined(separator: ", ")
      throw CommandRefused("there is no member \(member); the members are \(names)")
    }
  }
}
