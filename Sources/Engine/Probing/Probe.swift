import Model
import Wire

/// How the probes of a run look, and what answers them. When they go out is the machine's.
enum Probe: Sendable {
  case echo(EchoProbe)
  indirect case neighbor(NeighborProbe)
  indirect case dns(DNSProbe)
  case conversation  // the shell holds it, and tells what came of it

  /// - Parameter stamp: of all echoes.
  init(_ kind: CheckKind, stamp: UInt32, random: inout RandomSource) {
    switch kind {
    case .ping: self = .echo(EchoProbe(stamp: stamp, random: &random))
    case .arp: self = .neighbor(NeighborProbe())
    case .dns(let question): self = .dns(DNSProbe(question, random: &random))
    case .tcp, .exec, .file, .wifi: self = .conversation
    }
  }

  /// Its answers name the probe that they answer.
  var isEcho: Bool {
    if case .echo = self { true } else { false }
  }

  /// What is to be done to ask.
  enum Effort: Sendable {
    case transmit(Datagram)
    case converse
    case impossible(String)  // why
  }

  mutating func effort(
    _ sequence: UInt64, asking endpoint: Endpoint, by link: ProbeLink
  ) -> Effort {
    switch (self, endpoint) {
    case (.echo(let echo), .host(let address)):
      return .transmit(
        Datagram(
          .echo(echo.asking(sequence)), interface: link.index,
          source: link.way.source(to: address), destination: address))
    case (.neighbor(var neighbor), .host(let address)):
      defer { self = .neighbor(neighbor) }
      return neighbor.effort(asking: address, by: link)
    case (.dns(let dns), .host(let address)):
      return dns.effort(sequence, asking: address, by: link)
    case (.conversation, _):
      return .converse
    case (.echo, _), (.neighbor, _), (.dns, _):
      preconditionFailure("a probe asks \(endpoint), which is no host")
    }
  }

  /// What an answer says of which probe; nil: it is nobody's, or another's.
  /// - Parameter awaited: the probes that still wait, the newest last; nobody asks of an echo's.
  func outcome(
    of answer: ProbeAnswer, asked endpoint: Endpoint, awaited: [UInt64]
  ) -> (UInt64, ProbeResult)? {
    switch (self, answer) {
    case (.echo(let probe), .echo(let reply, let source)):
      guard endpoint == .host(source) else { return nil }
      return probe.sequence(answeredBy: reply).map { ($0, .ok) }
    case (.neighbor(let probe), .arp(let packet)):
      return probe.isAnswered(by: packet) ? awaited.last.map { ($0, .ok) } : nil
    case (.neighbor(let probe), .neighbor(let advertisement)):
      return probe.isAnswered(by: advertisement) ? awaited.last.map { ($0, .ok) } : nil
    case (.dns(let probe), .dns(let response, let source, let port)):
      guard endpoint == .host(source) else { return nil }
      return probe.outcome(of: response, port: port, awaited: awaited)
    case (.echo, _), (.neighbor, _), (.dns, _), (.conversation, _):
      return nil
    }
  }
}

/// What came in, read once for all runs.
enum ProbeAnswer: Sendable {
  case echo(NumberedEcho, from: IPAddress)
  indirect case arp(ARPPacket)
  indirect case neighbor(NeighborAdvertisement)
  indirect case dns(DNSResponse, from: IPAddress, port: UInt16)

  /// Whose answer it is.
  var subject: IPAddress {
    switch self {
    case .echo(_, let source), .dns(_, let source, _): source
    case .arp(let packet): packet.sender.address
    case .neighbor(let advertisement): advertisement.target
    }
  }

  /// - Parameter arrival: by a socket that probes leave by.
  init(_ arrival: Arrival) throws(DecodeError) {
    switch arrival {
    case .echo(let echo, let source):
      self = .echo(echo, from: source)
    case .arp(let packet):
      self = .arp(try ARPPacket(parsing: packet.span))
    case .neighbor(let message, let hopLimit):
      self = .neighbor(try NeighborAdvertisement(parsing: message.span, hopLimit: hopLimit))
    case .udp(let message, let source, let port):
      self = .dns(try DNSResponse(parsing: message.span), from: source, port: port)
    case .discovery, .vrrp, .peer, .claim:
      preconditionFailure("who routes here, or has which address, is nobody's probe: \(arrival)")
    }
  }
}
