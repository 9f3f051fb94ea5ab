import Model
import Wire

/// A question to a resolver, each time with another number, which nobody outside can guess.
///
/// That a name does not exist is as good an answer as any: it is the resolver that is asked
/// about. SERVFAIL, REFUSED and their like show one that does not do its work.
struct DNSProbe: Sendable {
  private static let port: UInt16 = 53

  private let question: DNSQuestion
  private let secret: UInt64

  init(_ question: DNSQuestion, random: inout RandomSource) {
    self.question = question
    secret = random.next()
  }

  func effort(_ sequence: UInt64, asking address: IPAddress, by link: ProbeLink) -> Probe.Effort {
    .transmit(
      Datagram(
        .udp(port: Self.port), interface: link.index, source: link.way.source(to: address),
        destination: address, payload: DNSQuery(id: id(of: sequence), question).bytes))
  }

  /// - Parameter awaited: the probes that still wait.
  func outcome(
    of response: DNSResponse, port: UInt16, awaited: [UInt64]
  ) -> (UInt64, ProbeResult)? {
    guard port == Self.port, response.question == question,
      let sequence = awaited.last(where: { id(of: $0) == response.id })
    else { return nil }
    switch response.code {
    case .noError, .noSuchName:
      return (sequence, .ok)
    case .formatError, .serverFailure, .notImplemented, .refused, .other:
      return (sequence, .refused("\(response.code)"))
    }
  }

  /// It follows from the secret, so nothing need be kept.
  private func id(of sequence: UInt64) -> UInt16 {
    var random = RandomSource(seed: secret &+ sequence)
    return UInt16(truncatingIfNeeded: random.next())
  }
}
