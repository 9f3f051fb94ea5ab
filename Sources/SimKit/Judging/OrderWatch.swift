import Engine
import Model

/// Watches that each decision obeys what operators ordered. That it heeds their drains is
/// `Entitlement`'s.
enum OrderWatch {
  /// - Parameter memory: the orders as they stood when the decision fell.
  static func violation(_ decision: Decision, _ memory: Memory) -> Violation? {
    pinned(decision, memory.pins[decision.group])
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
}
