import Checks
import Model
import Wire

/// One target of a check, asked by one link in one family: the machine, and how its probes
/// look on the wire.
struct ProbeRun: Sendable {
  let uplink: UplinkName
  let definition: CheckDefinition
  let family: Family
  let place: Int  // of the target among the check's, in file order
  private(set) var address: IPAddress?  // nil: there is no such host at the moment
  private(set) var machine: ProbeMachine
  private(set) var note: String?
  private let identifier: UInt16
  private let cookie: UInt64

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
    cookie = random.next()
    identifier = UInt16(truncatingIfNeeded: random.next())
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
    let found = way.address(of: target)
    if found != address { machine.halted() }
    address = found
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
  ) -> (probe: (Datagram, ProbeID)?, verdict: ProbeMachine.Verdict) {
    let (send, verdict) = machine.woke(at: now)
    guard let send, let index = watch.index, let address else { return (nil, verdict) }
    let echo = ICMPEcho(
      kind: .request, family: family, identifier: identifier,
      sequence: UInt16(truncatingIfNeeded: send), payload: payload(send))
    let datagram = Datagram(
      interface: index, source: watch[family].source(to: address), destination: address,
      payload: echo.bytes)
    let id = ProbeID(
      uplink: uplink, check: definition.name, family: family, place: place, sequence: send)
    return ((datagram, id), verdict)
  }

  mutating func unsent(_ sequence: UInt64, reason: String) {
    machine.unsent(sequence)
    note = reason
  }

  /// Which of our probes this message answers; nil for anything else: errors, wrong
  /// identifier, payload or source, answers to others.
  func sequence(answeredBy echo: ICMPEcho, from source: IPAddress) -> UInt64? {
    guard echo.kind == .reply, echo.identifier == identifier, source == address,
      echo.payload.count == 16
    else { return nil }
    var reader = Reader(echo.payload.span)
    // Sixteen bytes are there, so neither read can fail.
    guard let cookie = try? reader.big64(), cookie == self.cookie,
      let sequence = try? reader.big64(), UInt16(truncatingIfNeeded: sequence) == echo.sequence
    else { return nil }
    return sequence
  }

  mutating func answered(_ sequence: UInt64, at now: Instant) -> ProbeMachine.Verdict {
    note = nil
    return machine.answered(sequence, at: now)
  }

  /// A cookie that nobody outside can know, and the whole sequence number.
  private func payload(_ sequence: UInt64) -> [UInt8] {
    var writer = Writer(capacity: 16)
    writer.big64(cookie)
    writer.big64(sequence)
    return writer.bytes
  }

  func reading(isSuspect: Bool) -> CheckReading {
    CheckReading(
      check: definition.name, family: family, target: target, address: address,
      health: machine.health, isSuspect: isSuspect, reading: machine.reading, note: note)
  }
}
