import Engine
import Model

/// Watches that each decision obeys what operators ordered, and gives nobody what another is
/// entitled to.
enum OrderWatch {
  /// - Parameter memory: the orders as they stood when the decision fell.
  static func violation(_ decision: Decision, _ memory: Memory) -> Violation? {
    pinned(decision, memory.pins[decision.group]) ?? entitled(decision, memory.drained)
  }

  /// A pin holds until its member is unusable or down, and again when it is not; a hard one
  /// whatever happens.
  private static func pinned(_ decision: Decision, _ pin: Memory.Pin?) -> Violation? {
    let mustHold: Bool
    if let pin, !pin.isHard {
      let standing = decision.readings.first { $0.member == pin.member }?.standing
      mustHold =
        standing.map { $0.isUsable && $0.health != .down && $0.isTrusted(at: decision.at) } ?? false
    } else {
      mustHold = pin != nil
    }
    let holds = decision.state == .manual && pin.map { decision.preferred == [$0.member] } ?? false
    guard mustHold != holds || (decision.state == .manual) != holds else { return nil }
    let order =
      pin.map { "\($0.member) is pinned\($0.isHard ? " hard" : "")" } ?? "nobody is pinned"
    return Violation(invariant: .pinsHold, sentence: "\(decision.headline), though \(order)")
  }

  /// Damping, drains and verdicts keep members out while there are others.
  private static func entitled(_ decision: Decision, _ drained: Set<MemberID>) -> Violation? {
    let entitled = decision.readings
      .filter { $0.standing.isEligible(at: decision.at) && !drained.contains($0.member) }
      .map(\.member)
    guard decision.state != .manual, !entitled.isEmpty,
      let wrong = decision.preferred.first(where: { !entitled.contains($0) })
    else { return nil }
    return Violation(
      invariant: .entitled,
      sentence: "\(decision.headline), though \(wrong) may not hold and \(entitled) can")
  }
}
