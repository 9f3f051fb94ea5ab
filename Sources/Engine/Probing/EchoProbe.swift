import Model
import Wire

/// ICMP echoes that carry what nobody outside can know.
///
/// All of a daemon begin with the same word, its stamp, so that the kernel can drop what others
/// send (`Kernel/Probes/ProbeSockets.swift`); what follows is each run's own.
struct EchoProbe: Sendable {
  private let identifier: UInt16
  private let cookie: UInt64

  init(stamp: UInt32, random: inout RandomSource) {
    cookie = UInt64(stamp) << 32 | random.next() & 0xffff_ffff
    identifier = UInt16(truncatingIfNeeded: random.next())
  }

  /// Its payload is the cookie, and the whole sequence number.
  func message(_ sequence: UInt64, _ family: Family) -> [UInt8] {
    ICMPEcho.request(
      family, identifier, UInt16(truncatingIfNeeded: sequence), payload: cookie, sequence)
  }

  /// Which probe this answers; nil for anything else: wrong identifier or payload, answers to
  /// others.
  func sequence(answeredBy reply: EchoReply) -> UInt64? {
    reply.identifier == identifier && reply.cookie == cookie ? reply.sequence : nil
  }
}

/// A reply to an echo such as ours, whosever it is.
struct EchoReply: Sendable {
  let identifier: UInt16
  let cookie: UInt64
  let sequence: UInt64

  /// - Throws: for anything else: requests, other payloads, sequence numbers that differ.
  init(parsing message: [UInt8], family: Family) throws(DecodeError) {
    let head = try ICMPEcho.Head(parsing: message, family: family)
    guard head.kind == .reply else { throw .badValue(field: "type") }
    guard message.count == ICMPEcho.Head.count + 16 else { throw .badLength(message.count) }
    var reader = Reader(message.span)
    try reader.skip(ICMPEcho.Head.count)
    identifier = head.identifier
    cookie = try reader.big64()
    sequence = try reader.big64()
    guard UInt16(truncatingIfNeeded: sequence) == head.sequence else {
      throw .badValue(field: "sequence")
    }
  }
}
