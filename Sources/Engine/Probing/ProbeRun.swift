import Checks
import Model

/// One target of a check, asked by one link in one family: the machine, and how its probes
/// look.
struct ProbeRun: Sendable {
  let uplink: UplinkName
  let definition: CheckDefinition
  let family: Family
  let target: CheckTarget
  var place = 0  // of the target among the check's of its family, in file order
  private(set) var endpoint: Endpoint?  // nil: there is no such host at the moment
  private(set) var machine: ProbeMachine
  private(set) var note: ProbeNote?
  private(set) var inquiry: Inquiry?  // the last one
  var idleInterval: Duration  // while the link holds nothing; its budget may ask for more
  private var probe: Probe

  init(
    of check: CheckDefinition, by uplink: UplinkName, _ family: Family,
    asking target: CheckTarget, random: inout RandomSource
  ) {
    self.uplink = uplink
    definition = check
    self.family = family
    self.target = target
    idleInterval = check.every
    probe = Probe(check.kind, random: &random)
    machine = ProbeMachine(
      every: check.every, timeout: check.timeout, fall: check.fall, rise: check.rise,
      quality: check.quality, firstSequence: random.next() & 0xffff)
  }

  var nextWake: Instant? { Instant.earlier(machine.nextWake, inquiry?.nextWake) }

  /// The way is as it is now: probes go out by it as long as it can be used. Whoever asked by
  /// another was halted before.
  mutating func began(by way: Way, at now: Instant, _ stagger: inout Stagger) {
    guard way.isUsable else { return }
    endpoint = way.endpoint(of: target)
    if endpoint != nil {
      if !machine.isProbing { machine.began(at: stagger.place(at: now)) }
    } else {
      note = .unsent(stranger)
    }
  }

  /// Why nobody can be asked.
  private var stranger: String {
    switch target.host {
    case .resolvers: "no resolver of \(uplink) is known; name it with `dns`"
    case .gateway: "no gateway of \(uplink) is known"
    case .address, nil: "nobody has that address now"
    }
  }

  /// A budget asks for a pace of its own, or did until a reload.
  var isMetered: Bool {
    idleInterval > definition.every || machine.interval > definition.every
  }

  /// Once it is judged, a link that holds nothing need not be asked so often.
  mutating func paced(isIdle: Bool, at now: Instant) {
    let mayWait = isIdle && machine.health != .unknown
    machine.paced(at: mayWait ? idleInterval : definition.every, now)
  }

  mutating func halted() {
    machine.halted()
    note = nil
    inquiry?.halted()
  }

  mutating func woke(
    at now: Instant, by watch: UplinkWatch
  ) -> (effort: (Probe.Effort, ProbeID)?, verdict: ProbeMachine.Verdict) {
    inquiry?.woke(at: now)
    // Who was silent since is not told by what it said before.
    if case .refused = note, machine.isOverdue(at: now) { note = nil }
    let (send, verdict) = machine.woke(at: now)
    guard let send, let link = ProbeLink(watch, family), let endpoint else {
      return (nil, verdict)
    }
    let effort = probe.effort(send, of: definition, asking: endpoint, by: link)
    return ((effort, id(send)), verdict)
  }

  private func id(_ sequence: UInt64) -> ProbeID {
    ProbeID(
      uplink: uplink, check: definition.name, family: family, place: place, sequence: sequence)
  }

  /// What this says of which of our probes; nil: it is nobody's answer, or another's.
  func outcome(of answer: ProbeAnswer) -> (sequence: UInt64, result: ProbeResult)? {
    endpoint.flatMap { probe.outcome(of: answer, asked: $0, awaited: awaited) }
  }

  /// The newest last.
  private var awaited: [UInt64] {
    machine.awaited + (inquiry.map { $0.outcome == nil ? [$0.sequence] : [] } ?? [])
  }

  mutating func came(
    _ result: ProbeResult, of sequence: UInt64, waited: Duration, at now: Instant
  ) -> ProbeMachine.Verdict {
    if sequence >= Inquiry.firstSequence {
      if inquiry?.sequence == sequence { inquiry?.came(result, at: now - waited) }
      return .unchanged
    }
    switch result {
    case .ok:
      note = nil
      return machine.answered(sequence, waited: waited, at: now)
    case .refused(let reason):
      note = .refused(reason)
      return machine.refused(sequence, at: now)
    case .unsent(let reason):
      note = .unsent(reason)
      machine.unsent(sequence)
      return .unchanged
    }
  }

  /// An operator wants to know now; who asks while another waits gets the same answer.
  mutating func inquired(
    by watch: UplinkWatch, at now: Instant
  ) -> (Probe.Effort, ProbeID)? {
    guard inquiry == nil || inquiry?.outcome != nil else { return nil }
    let sequence = (inquiry?.sequence).map { $0 + 1 } ?? Inquiry.firstSequence
    inquiry = Inquiry(sequence, at: now, timeout: definition.timeout)
    guard machine.isProbing, let link = ProbeLink(watch, family), let endpoint else {
      let obstacles = watch[family].obstacles.map(\.sentence).joined(separator: ", ")
      let reason = obstacles.isEmpty ? stranger : obstacles
      inquiry?.came(.unsent(reason), at: now)
      return nil
    }
    return (
      probe.effort(sequence, of: definition, asking: endpoint, by: link), id(sequence)
    )
  }

  func reading(isSuspect: Bool) -> CheckReading {
    CheckReading(
      check: definition.name, family: family, target: target, endpoint: endpoint,
      health: machine.health, isSuspect: isSuspect, reading: machine.reading, note: note)
  }
}
