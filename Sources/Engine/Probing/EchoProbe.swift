import Model

/// ICMP echoes that carry what nobody outside can know.
///
/// All of a daemon begin with the same word, its stamp, so that the kernel can drop what others
/// send (`Kernel/Probes/ProbeSockets.swift`); what follows is each run's own.
struct EchoProbe: Sendable {
  private let identifier: UInt16
  let cookie: UInt64

  init(stamp: UInt32, random: inout RandomSource) {
    cookie = UInt64(stamp) << 32 | random.next() & 0xffff_ffff
    identifier = UInt16(truncatingIfNeeded: random.next())
  }

  /// It carries the cookie, and the whole sequence number.
  func asking(_ sequence: UInt64) -> NumberedEcho {
    NumberedEcho(
      identifier: identifier, sequence: UInt16(truncatingIfNeeded: sequence), first: cookie,
      second: sequence)
  }

  /// Which probe this answers; nil for anything else: wrong identifier or payload, answers to
  /// others.
  func sequence(answeredBy reply: NumberedEcho) -> UInt64? {
    guard reply.identifier == identifier, reply.first == cookie,
      UInt16(truncatingIfNeeded: reply.second) == reply.sequence
    else { return nil }
    return reply.second
  }
}
