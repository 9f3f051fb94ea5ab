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
    let number = UInt16(truncatingIfNeeded: sequence)
    return ICMPEcho.bytes(.request, family, identifier, number, count: 16) { payload in
      payload.big64(cookie)
      payload.big64(sequence)
    }
  }

  /// Which probe this answers; nil for anything else: wrong identifier or payload, answers to
  /// others.
  func sequence(answeredBy echo: ICMPEcho) -> UInt64? {
    guard echo.kind == .reply, echo.identifier == identifier, echo.payload.count == 16 else {
      return nil
    }
    var reader = Reader(echo.payload.span)
    // Sixteen bytes are there, so neither read can fail.
    guard let cookie = try? reader.big64(), cookie == self.cookie,
      let sequence = try? reader.big64(), UInt16(truncatingIfNeeded: sequence) == echo.sequence
    else { return nil }
    return sequence
  }
}
