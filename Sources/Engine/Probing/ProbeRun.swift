import Checks
import Model

/// One target of a check, asked by one link in one family: the machine, and how its probes
/// look.
struct ProbeRun: Sendable {
  let uplink: UplinkName
  let definition: CheckDefinition
  let family: Family
  let place: Int  // of the target among the check's, in file order
  private(set) var endpoint: Endpoint?  // nil: there is no such host at the moment
  private(set) var machine: ProbeMachine
  private(set) var note: ProbeNote?
  private var probe: Probe

  /// What makes a run another one: a reload keeps those that it does not change.
  struct Key: Hashable, Sendable {
    let uplink: UplinkName
    let definition: CheckDefinition
    let family: Family
    let place: Int
  }

  init(_ key: Key, random: inout RandomSource) {
    uplink = key.uplink
    definition = key.definition
    family = key.family
    place = key.place
    probe = Probe(definition.kind, random: &random)
    machine = ProbeMachine(
      every: definition.every, timeout: definition.timeout, fall: definition.fall,
      rise: definition.rise, quality: definition.quality,
      firstSequence: random.next() & 0xffff)
  }

  var key: Key { Key(uplink: uplink, definition: definition, family: family, place: place) }
  var target: CheckTarget { definition.targets[place] }
  var nextWake: Instant? { machine.nextWake }

  /// The way is as it is now: probes go out by it as long as it can be used.
  mutating func began(by way: Way, at now: Instant) {
    guard way.isUsable else { return }
    let found = way.endpoint(of: target)
    if found != endpoint { machine.halted() }
    endpoint = found
    if found != nil { machine.began(at: now) }
  }

  mutating func paced(at interval: Duration, _ now: Instant) {
    machine.paced(at: interval, now)
  }

  mutating func halted() {
    machine.halted()
    note = nil
  }

  mutating func woke(
    at now: Instant, by watch: UplinkWatch
  ) -> (effort: (Probe.Effort, ProbeID)?, verdict: ProbeMachine.Verdict) {
    // Who was silent since is not told by what it said before.
    if case .refused = note, machine.isOverdue(at: now) { note = nil }
    let (send, verdict) = machine.woke(at: now)
    guard let send, let link = ProbeLink(watch, family), let endpoint else {
      return (nil, verdict)
    }
    let effort = probe.effort(send, of: definition, asking: endpoint, by: link)
    let id = ProbeID(
      uplink: uplink, check: definition.name, family: family, place: place, sequence: send)
    return ((effort, id), verdict)
  }

  /// What this says of which of our probes; nil: it is nobody's answer, or another's.
  func outcome(of answer: ProbeAnswer) -> (sequence: UInt64, result: ProbeResult)? {
    endpoint.flatMap { probe.outcome(of: answer, asked: $0, awaitedBy: machine) }
  }

  mutating func came(
    _ result: ProbeResult, of sequence: UInt64, at now: Instant
  ) -> ProbeMachine.Verdict {
    switch result {
    case .ok:
      note = nil
      return machine.answered(sequence, at: now)
    case .refused(let reason):
      note = .refused(reason)
      return machine.refused(sequence, at: now)
    case .unsent(let reason):
      note = .unsent(reason)
      machine.unsent(sequence)
      return .unchanged
    }
  }

  func reading(isSuspect: Bool) -> CheckReading {
    CheckReading(
      check: definition.name, family: family, target: target, endpoint: endpoint,
      health: machine.health, isSuspect: isSuspect, reading: machine.reading, note: note)
  }
}
