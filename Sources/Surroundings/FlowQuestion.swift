import Model
import Wire

/// A flow that somebody wants to know the way of.
public struct FlowQuestion: Equatable, Sendable {
  public let source: IPAddress
  public let destination: IPAddress
  public let transport: UInt8?
  public let fromPort: UInt16?
  public let toPort: UInt16?

  public init(
    source: IPAddress, destination: IPAddress, transport: UInt8? = nil, fromPort: UInt16? = nil,
    toPort: UInt16? = nil
  ) {
    self.source = source
    self.destination = destination
    self.transport = transport
    self.fromPort = fromPort
    self.toPort = toPort
  }

  /// - Parameter incoming: where it comes in; nil: this machine sends it.
  func asked(incoming: InterfaceIndex?) -> RouteQuestion {
    RouteQuestion(
      destination: destination, source: source, incoming: incoming, transport: transport,
      fromPort: fromPort, toPort: toPort)
  }

  /// Its packets, as rules see them: the first has no mark.
  func packet(incoming: InterfaceName?) -> Selector {
    var packet = Selector()
    packet.incoming = incoming ?? InterfaceName("lo")
    packet.from = .host(source)
    packet.to = .host(destination)
    packet.mark = Selector.Mark(0)
    packet.transport = transport
    packet.fromPorts = fromPort.map { $0...$0 }
    packet.toPorts = toPort.map { $0...$0 }
    return packet
  }

  /// `192.168.1.10 → 203.0.113.10, udp to port 5060`
  var text: String {
    var words = "\(source) → \(destination)"
    if let transport { words += ", \(Transport.name(of: transport))" }
    if let fromPort { words += " from port \(fromPort)" }
    if let toPort { words += " to port \(toPort)" }
    return words
  }
}
