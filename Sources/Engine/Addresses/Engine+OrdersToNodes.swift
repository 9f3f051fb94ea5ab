import Election
import Model

/// Orders on this node that are another's to carry out.
extension Engine {
  /// Of two nodes each can carry out an order about the other, by what it bids itself. Of more, the
  /// others would have to stand back as well, and hear nothing of it: so it is given on the node that
  /// it is about.
  func mustBeOurs(_ command: Command, at now: Instant) throws(CommandRefused) {
    switch command {
    case .pin(let name, let member, _):
      guard let group = crowd({ $0.name == name }) else { return }
      try mustBeHere(member, in: group)
    case .drain(let member, _):
      guard let group = crowd({ $0.seat(of: member) != nil }) else { return }
      try mustBeHere(member, in: group)
    case .failback(let name):
      guard let group = crowd({ $0.name == name }), addressKeeper(name)?.sync.holds == false,
        let best = group.members.first(where: { standing(of: $0.id, in: group).isEligible(at: now) }
        )
      else { return }
      try mustBeHere(best.id, in: group)
    case .auto, .undrain:
      return  // they end what was ordered here
    }
  }

  private func mustBeHere(_ member: MemberID, in group: Group) throws(CommandRefused) {
    guard case .node(let node) = member, node != localNode, group.seat(of: member) != nil
    else { return }
    throw CommandRefused(
      "\(group.name) has \(group.members.count) nodes, and this is \(localNode): "
        + "give that order on \(node)")
  }

  /// A group of more than two nodes, this one among them.
  private func crowd(_ matches: (Group) -> Bool) -> Group? {
    keepers.lazy.map(\.group).first { group in
      addressKeeper(group.name) != nil && group.members.count > 2 && matches(group)
    }
  }
}
