import Model

/// Whether a link that is down, though it has a carrier, still reaches its network: its gateway is asked by
/// ARP. Without a sender's address (an ARP Probe, RFC 5227 §2.1.1), for hosts may have been told that the
/// link's own is to be found at another one, and must not learn otherwise before it is true. The answer
/// comes to the link's hardware address, wherever they send what else is for it.
struct GatewayKnock: Equatable, Sendable {
  private static let quick = Duration.milliseconds(100)
  private static let slow = Duration.seconds(1)
  private static let fall = 3
  private static let rise = 2

  private(set) var next: Instant?  // nil: it is not down, and nobody asks
  private(set) var isMute = false
  private var isOver = false
  private var isAnswered: Bool?  // nil: nothing was asked yet
  private var outcome = true
  private var streak = 0  // of such outcomes

  /// - Parameter isDown: all who judge it say so.
  mutating func looked(isDown: Bool, at now: Instant) {
    guard !isDown else {
      isOver = false
      return next = next ?? now
    }
    // Who stands in for it is told by a wake, as of all else here.
    if isMute { (isOver, next) = (true, now) } else { self = GatewayKnock() }
  }

  mutating func answered() { isAnswered = true }

  /// Whether to ask now; what was asked before is judged.
  mutating func isDue(at now: Instant) -> Bool {
    guard let due = next, due <= now else { return false }
    guard !isOver else {
      self = GatewayKnock()
      return false
    }
    if let isAnswered { judge(isAnswered) }
    isAnswered = false
    next = now + (streak < Self.fall ? Self.quick : Self.slow)
    return true
  }

  private mutating func judge(_ answer: Bool) {
    streak = answer == outcome ? streak + 1 : 1
    outcome = answer
    if !answer, streak >= Self.fall { isMute = true }
    if answer, streak >= Self.rise { isMute = false }
  }
}
