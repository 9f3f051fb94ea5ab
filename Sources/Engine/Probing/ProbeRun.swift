import Checks
import Model

/// One target of a check, asked by one link in one family: the machine, and how its probes
/// look.
struct ProbeRun: Sendable {
  let member: MemberID
  let definition: CheckDefinition
  let family: Family
  let target: CheckTarget
  var place = 0  // of the target among the check's of its family, in file order
  private(set) var link: ProbeLink?  // as it is now; nil: there is no such interface
  private(set) var index: InterfaceIndex?  // the link's
  private(set) var endpoint: Endpoint?  // nil: there is no such host at the moment
  private(set) var machine: ProbeMachine
  private(set) var note: ProbeNote?
  private(set) var inquiry: Inquiry?  // the last one
  var idleInterval: Duration  // while the link holds nothing; its budget may ask for more
  private var probe: Probe

  /// What came of an answer, or of waiting for one; and what whoever keeps the runs must know.
  struct Outcome: Sendable {
    let verdict: ProbeMachine.Verdict?  // nil: it says nothing of the target
    let isLosing: Bool  // the last one is lost
    let nextWake: Instant?
  }

  init(
    of check: CheckDefinition, by member: MemberID, _ family: Family,
    asking target: CheckTarget, stamp: UInt32, random: inout RandomSource
  ) {
    self.member = member
    definition = check
    self.family = family
    self.target = target
    idleInterval = check.every
    probe = Probe(check.kind, stamp: stamp, random: &random)
    machine = ProbeMachine(
      every: check.every, timeout: check.timeout, fall: check.fall, rise: check.rise,
      quality: check.quality, firstSequence: random.next() & 0xffff)
  }

  var nextWake: Instant? {
    guard inquiry != nil else { return machine.nextWake }
    return Instant.earlier(machine.nextWake, inquiry?.nextWake)
  }

  mutating func looked(at link: ProbeLink?) {
    self.link = link
    index = link?.index
  }

  /// The way is as it is now: probes go out by it as long as it can be used. Whoever asked by
  /// another was halted before.
  mutating func began(at now: Instant, _ stagger: inout Stagger) {
    guard let way = link?.way, way.isUsable else { return }
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
    case .resolvers: "no resolver of \(member) is known; name it with `dns`"
    case .gateway: "no gateway of \(member) is known"
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
    at now: Instant, _ effects: inout [Effect]
  ) -> Outcome {
    inquiry?.woke(at: now)
    // Who was silent since is not told by what it said before, nor by what kept a probe in. A program
    // is never silent: of one that hangs it is told that it was killed, a moment later.
    if note != nil, !definition.kind.isProgram, machine.isOverdue(at: now) { note = nil }
    let (send, verdict) = machine.woke(at: now)
    if let send, let link, let endpoint { ask(send, endpoint, by: link, at: now, &effects) }
    return outcome(verdict)
  }

  private func outcome(_ verdict: ProbeMachine.Verdict?) -> Outcome {
    Outcome(verdict: verdict, isLosing: machine.isLosing, nextWake: nextWake)
  }

  /// What cannot be asked changes no mind.
  private mutating func ask(
    _ sequence: UInt64, _ endpoint: Endpoint, by link: ProbeLink, at now: Instant,
    _ effects: inout [Effect]
  ) {
    let id = ProbeID(
      member: member, check: definition.name, family: family, place: place, sequence: sequence)
    switch probe.effort(sequence, asking: endpoint, by: link) {
    case .transmit(let datagram): effects.append(.transmit(ProbePacket(datagram, id)))
    case .converse:
      effects.append(.begin(ProbeRequest(of: definition, with: endpoint, by: link), id))
    case .impossible(let reason):
      _ = came(.unsent(reason), of: sequence, waited: .zero, at: now)
    }
  }

  /// - Returns: nil when it is nobody's answer, or another's.
  mutating func received(
    _ answer: ProbeAnswer, waited: Duration, at now: Instant
  ) -> Outcome? {
    guard let endpoint,
      let (sequence, result) = probe.outcome(
        of: answer, asked: endpoint, awaited: probe.isEcho ? [] : awaited)
    else { return nil }
    return came(result, of: sequence, waited: waited, at: now)
  }

  /// What its echoes carry; nil: it sends none.
  var cookie: UInt64? {
    if case .echo(let echo) = probe { echo.cookie } else { nil }
  }

  /// The newest last.
  private var awaited: [UInt64] {
    machine.awaited + (inquiry.map { $0.outcome == nil ? [$0.sequence] : [] } ?? [])
  }

  mutating func came(
    _ result: ProbeResult, of sequence: UInt64, waited: Duration, at now: Instant
  ) -> Outcome {
    if sequence >= Inquiry.firstSequence {
      if inquiry?.sequence == sequence { inquiry?.came(result, at: now - waited) }
      return outcome(nil)
    }
    var verdict: ProbeMachine.Verdict?
    switch result {
    case .ok:
      note = nil
      verdict = machine.answered(sequence, waited: waited, at: now)
    case .refused(let reason):
      note = .refused(reason)
      verdict = machine.refused(sequence, at: now)
    case .unsent(let reason):
      note = .unsent(reason)
      machine.unsent(sequence)
    case .skipped(let reason):
      note = note ?? .unsent(reason)
      machine.unsent(sequence)
    }
    return outcome(verdict)
  }

  /// An operator wants to know now; who asks while another waits gets the same answer.
  mutating func inquired(at now: Instant, _ effects: inout [Effect]) {
    guard inquiry == nil || inquiry?.outcome != nil else { return }
    let sequence = (inquiry?.sequence).map { $0 + 1 } ?? Inquiry.firstSequence
    inquiry = Inquiry(sequence, at: now, timeout: definition.timeout)
    guard machine.isProbing, let link, let endpoint else {
      let obstacles = link?.way.obstacles ?? [.absent]
      let reason =
        obstacles.isEmpty ? stranger : obstacles.map(\.sentence).joined(separator: ", ")
      inquiry?.came(.unsent(reason), at: now)
      return
    }
    ask(sequence, endpoint, by: link, at: now, &effects)
  }

  func reading(isSuspect: Bool) -> CheckReading {
    CheckReading(
      check: definition.name, family: family, target: target, endpoint: endpoint,
      health: machine.health, isSuspect: isSuspect, reading: machine.reading, note: note)
  }

  /// What it says of its target now. What it found before is no word against one that answers
  /// again, nor from a link whose probes do not leave.
  var testimony: Suspects.Witness {
    let reading = machine.reading
    let answersAgain = reading.answering == .down && reading.lostInARow == 0
    if isKeptIn || answersAgain { return Suspects.Witness(health: .unknown, isFailing: false) }
    // One loss more, and it is down.
    let most = max(1, definition.fall - 1)
    return Suspects.Witness(health: machine.health, isFailing: reading.lostInARow >= most)
  }

  private var isKeptIn: Bool {
    if case .unsent = note { true } else { false }
  }
}
