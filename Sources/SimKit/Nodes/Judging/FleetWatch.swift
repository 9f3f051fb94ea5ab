import Engine
import Model

/// Watches nodes that share addresses. Whatever befalls them starts the bounds anew, so that a
/// violation is never a matter of bad luck.
struct FleetWatch: Sendable {
  struct Deadline: Sendable {
    let at: Instant
    let violation: Violation
  }

  struct Claim: Hashable, Sendable {
    let one: Int
    let other: Int
    let link: Int
  }

  struct Place: Hashable, Sendable {
    let node: Int
    let link: Int
  }

  /// For the kernel to end what was lent by one that died with its guard.
  static let loan = Duration.milliseconds(2_600)
  /// Who is relieved in the turn in which it sets one does not tell, and has it for 50 ms more.
  static let announcing = Duration.milliseconds(60)

  let plan: FleetPlan
  var facts: FleetFacts?
  var disturbedAt = Instant.zero
  var conflicts: [Claim: Instant] = [:]
  var vacantSince: Instant?
  var fitSince: [Int: Instant] = [:]
  var wrongSince: Instant?
  var handover: Handover?
  var stayer: Int?  // with manual failback nobody takes it from this one
  private var owed: [Place: Instant] = [:]
  private(set) var deadlines: [Deadline] = []
  private var found: Violation?

  init(_ plan: FleetPlan) {
    self.plan = plan
  }

  var settles: Duration { plan.settles(facts?.longest ?? .zero) }

  /// What came before is well over.
  func isSettled(at now: Instant) -> Bool {
    (facts?.isClear ?? false) && now > calmFrom + settles + plan.failbackDelay
  }

  var calmFrom: Instant { max(disturbedAt, facts?.stalledUntil ?? .zero) }

  mutating func disturbed(at instant: Instant) {
    disturbedAt = max(disturbedAt, instant)
    handover = nil
  }

  /// What is so until `next`: does it break a promise?
  func verdict(until next: Instant) -> Violation? {
    if let found { return found }
    if let first = deadlines.first(where: { $0.at < next }) { return first.violation }
    if let handover, !handover.isDone, handover.deadline < next { return handover.violation }
    if let late = owed.filter({ $0.value + Self.announcing < next }).keys.first {
      return Violation(
        invariant: .linksKnow,
        sentence: "node \(late.node) has the address of lan\(late.link) untold")
    }
    return nil
  }

  // MARK: - Telling the links

  /// Of a turn, before what it said is heard of.
  mutating func gained(_ node: Int, _ has: [Bool], at now: Instant) {
    for (place, isThere) in has.enumerated() {
      let link = place + 1
      let was = facts?.nodes[node].has[place] ?? false
      if isThere, !was {
        owed[Place(node: node, link: link)] = now
      } else if !isThere {
        owed[Place(node: node, link: link)] = nil
      }
    }
  }

  mutating func announced(_ node: Int, on link: Int, isThere: Bool) {
    owed[Place(node: node, link: link)] = nil
    guard !isThere else { return }
    found = Violation(
      invariant: .linksKnow, sentence: "node \(node) tells of an address that lan\(link) has not")
  }

  // MARK: - Looking

  mutating func looked(_ new: FleetFacts, at now: Instant) {
    let before = facts
    facts = new
    for key in owed.keys where !new.nodes[key.node].isRunning { owed[key] = nil }
    for node in new.nodes.indices {
      fitSince[node] = new.nodes[node].isFit ? fitSince[node] ?? now : nil
    }
    noteConflicts(new, at: now)
    vacantSince = new.holders.isEmpty ? vacantSince ?? now : nil
    wrongSince = entitled(new) == nil ? nil : wrongSince ?? now
    if let before, before.holders != new.holders { moved(from: before, to: new, at: now) }
    watchStayer(new)
    deadlines =
      new.isClear ? conflictDeadlines(new) + vacancyDeadline(new) + orderDeadline(new) : []
  }

  private mutating func noteConflicts(_ facts: FleetFacts, at now: Instant) {
    var found: [Claim: Instant] = [:]
    for link in 1...plan.links {
      for one in facts.nodes.indices {
        for other in facts.nodes.indices where other > one {
          let claim = Claim(one: one, other: other, link: link)
          let (left, right) = (facts.nodes[one], facts.nodes[other])
          guard left.has[link - 1], right.has[link - 1], !left.isLeft, !right.isLeft,
            facts.areConnected(one, other, on: link)
          else { continue }
          found[claim] = conflicts[claim] ?? now
        }
      }
    }
    conflicts = found
  }

  private func conflictDeadlines(_ facts: FleetFacts) -> [Deadline] {
    conflicts.map { claim, since in
      let isOfDead = !facts.nodes[claim.one].isRunning || !facts.nodes[claim.other].isRunning
      return Deadline(
        at: max(since, calmFrom) + settles + (isOfDead ? Self.loan : .zero),
        violation: Violation(
          invariant: .oneHolder,
          sentence: "nodes \(claim.one) and \(claim.other) have the address of lan\(claim.link)"))
    }
  }

  private func vacancyDeadline(_ facts: FleetFacts) -> [Deadline] {
    guard let vacantSince, let fit = fitSince.values.min() else { return [] }
    return [
      Deadline(
        at: max(vacantSince, max(calmFrom, fit)) + settles,
        violation: Violation(
          invariant: .someHolder, sentence: "nobody has all addresses, and \(facts.fit) could"))
    ]
  }

  private func orderDeadline(_ facts: FleetFacts) -> [Deadline] {
    guard let wrongSince, let violation = entitled(facts) else { return [] }
    let fit = fitSince.values.max() ?? .zero
    return [
      Deadline(
        at: max(wrongSince, max(calmFrom, fit)) + settles + plan.failbackDelay,
        violation: violation)
    ]
  }

  private mutating func moved(
    from before: FleetFacts, to new: FleetFacts, at now: Instant
  ) {
    if handover != nil { relieved(new) }
    guard isSettled(at: now), before.isClear else { return }
    broke(.nodesRest, "\(before.holders) held all was calm, and now \(new.holders) does")
  }

  mutating func broke(_ invariant: Invariant, _ sentence: String) {
    found = found ?? Violation(invariant: invariant, sentence: sentence)
  }
}
