import Checks
import Model
import Wire

/// One run of a check by one link: the machine, and how its probes look on the wire.
struct ProbeRun: Sendable {
  let uplink: UplinkName
  let definition: CheckDefinition
  let target: IPAddress
  private(set) var machine: ProbeMachine
  private(set) var note: String?
  private let identifier: UInt16
  private let cookie: UInt64

  /// Everything but the name, so that a reload keeps the runs that it does not change.
  struct Key: Hashable, Sendable {
    let uplink: UplinkName
    let definition: CheckDefinition
    let target: IPAddress
  }

  init(_ key: Key, random: inout RandomSource) {
    uplink = key.uplink
    definition = key.definition
    target = key.target
    cookie = random.next()
    identifier = UInt16(truncatingIfNeeded: random.next())
    machine = ProbeMachine(
      every: definition.every, timeout: definition.timeout, fall: definition.fall,
      rise: definition.rise, firstSequence: random.next() & 0xffff)
  }

  var key: Key { Key(uplink: uplink, definition: definition, target: target) }
  var nextWake: Instant? { machine.nextWake }

  mutating func began(at now: Instant) { machine.began(at: now) }

  mutating func halted() {
    machine.halted()
    note = nil
  }

  mutating func woke(
    at now: Instant, by watch: UplinkWatch
  ) -> (probe: (Datagram, ProbeID)?, verdict: ProbeMachine.Verdict) {
    let (send, verdict) = machine.woke(at: now)
    guard let send, let index = watch.index else { return (nil, verdict) }
    let echo = ICMPEcho(
      kind: .request, identifier: identifier, sequence: UInt16(truncatingIfNeeded: send),
      payload: payload(send))
    let datagram = Datagram(
      interface: index, source: watch.source?.address, destination: target, payload: echo.bytes)
    let id = ProbeID(uplink: uplink, check: definition.name, sequence: send)
    return ((datagram, id), verdict)
  }

  mutating func unsent(_ sequence: UInt64, reason: String) {
    machine.unsent(sequence)
    note = reason
  }

  /// Which of our probes this message answers; nil for anything else: errors, wrong
  /// identifier, payload or source, answers to others.
  func sequence(answeredBy echo: ICMPEcho, from source: IPAddress) -> UInt64? {
    guard echo.kind == .reply, echo.identifier == identifier, source == target,
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

  var reading: CheckReading {
    CheckReading(
      check: definition.name, target: target, health: machine.health,
      reading: machine.reading, note: note)
  }
}

/// SplitMix64: small, fast, and the same on every machine for the same seed.
public struct RandomSource: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
