import Engine
import Model

/// A move that must be quick, since whoever goes knows it, or the channel tells.
struct Handover: Sendable {
  let from: Int
  let deadline: Instant
  let isGapless: Bool  // the old one keeps it until the new one has it
  let violation: Violation
  var isDone = false
}

extension FleetWatch {
  private static let reaction = Duration.milliseconds(5)
  /// The kernel may hold a notice back: then carriers are read every 10 ms.
  private static let reading = Duration.milliseconds(10)
  private static let silence = Duration.milliseconds(15)

  /// Once all was settled.
  /// - Parameter facts: before it.
  mutating func befell(_ incident: NodeIncident, _ facts: FleetFacts, at now: Instant) {
    guard let cluster = plan.cluster, facts.hasChannel, facts.isClear,
      let holder = facts.holder, isReady(facts, but: holder, at: now)
    else { return }
    switch incident {
    case .cable(holder, _, false) where plan.links > 1:
      expect(.quickHandover, from: holder, Self.reaction + Self.reading, incident, at: now)
    case .stops(holder, _), .order(holder, .drain(.node(plan.names[holder]), _)):
      expect(.quickHandover, from: holder, Self.reaction, isGapless: true, incident, at: now)
    case .order(holder, .pin(_, let member, _)) where member != .node(plan.names[holder]):
      expect(.quickHandover, from: holder, Self.reaction, isGapless: true, incident, at: now)
    case .power(holder, false), .killed(holder, _, _):
      let span = cluster.heartbeat * cluster.fall
      expect(.deadIsReplaced, from: holder, span + Self.silence, incident, at: now)
    case .cable, .uplink, .power, .killed, .stops, .stalls, .conditions, .cut, .keys, .stranger,
      .order:
      break
    }
  }

  /// All the others could take it, and everybody hears everybody.
  private func isReady(_ facts: FleetFacts, but holder: Int, at now: Instant) -> Bool {
    facts.cuts.isEmpty
      && facts.nodes.allSatisfy { $0.isFit && $0.isWell && $0.pin == nil && $0.drained.isEmpty }
      && facts.nodes.indices.allSatisfy { fitSince[$0].map { now - $0 > settles } ?? false }
  }

  private mutating func expect(
    _ invariant: Invariant, from holder: Int, _ bound: Duration, isGapless: Bool = false,
    _ incident: NodeIncident, at now: Instant
  ) {
    let longest = facts?.longest ?? .zero
    handover = Handover(
      from: holder, deadline: now + bound + longest, isGapless: isGapless,
      violation: Violation(
        invariant: invariant, sentence: "\(incident), and nobody else holds in time"))
  }

  mutating func relieved(_ new: FleetFacts) {
    guard var handover else { return }
    if new.holders.contains(where: { $0 != handover.from }) { handover.isDone = true }
    if handover.isGapless, new.holders.isEmpty {
      broke(.quickHandover, "node \(handover.from) goes before another one has all addresses")
    }
    self.handover = handover
  }
}
