import Model
import Wire

/// How the probes of a run look, and what answers them. When they go out is the machine's.
enum Probe: Sendable {
  case echo(EchoProbe)

  init(_ kind: CheckKind, random: inout RandomSource) {
    switch kind {
    case .ping: self = .echo(EchoProbe(random: &random))
    }
  }

  /// What is to be done to ask.
  enum Effort: Sendable {
    case transmit(Datagram)
    case impossible(String)  // why
  }

  /// - Parameters:
  ///   - link: that is judged; there is an interface, as probing has begun.
  func effort(
    _ sequence: UInt64, asking endpoint: Endpoint, by link: InterfaceIndex, _ way: Way
  ) -> Effort {
    switch self {
    case .echo(let echo):
      let address = endpoint.address
      return .transmit(
        Datagram(
          .icmp, interface: link, source: way.source(to: address), destination: address,
          payload: echo.message(sequence, address.family)))
    }
  }

  /// What an arrival says of which probe; nil: nothing.
  func outcome(of answer: ProbeAnswer, asked endpoint: Endpoint) -> (UInt64, ProbeResult)? {
    switch (self, answer) {
    case (.echo(let probe), .echo(let echo, let source)):
      guard source == endpoint.address else { return nil }
      return probe.sequence(answeredBy: echo).map { ($0, .ok) }
    }
  }
}

/// What came in, read once for all runs. What cannot be read is nobody's answer.
enum ProbeAnswer: Sendable {
  case echo(ICMPEcho, from: IPAddress)

  init?(_ arrival: Arrival) {
    switch arrival {
    case .icmp(let message, let source):
      guard let echo = try? ICMPEcho(parsing: message, family: source.family) else { return nil }
      self = .echo(echo, from: source)
    case .neighbor, .arp, .udp:
      return nil
    }
  }
}
