import Model

/// Where the kernel would send a packet (RTM_GETROUTE).
public struct RouteQuestion: Equatable, Sendable {
  public var destination: IPAddress
  public var source: IPAddress?
  public var incoming: InterfaceIndex?  // nil: this machine sends it
  public var mark: UInt32
  public var transport: UInt8?
  public var fromPort: UInt16?
  public var toPort: UInt16?

  public init(
    destination: IPAddress, source: IPAddress? = nil, incoming: InterfaceIndex? = nil,
    mark: UInt32 = 0, transport: UInt8? = nil, fromPort: UInt16? = nil, toPort: UInt16? = nil
  ) {
    self.destination = destination
    self.source = source
    self.incoming = incoming
    self.mark = mark
    self.transport = transport
    self.fromPort = fromPort
    self.toPort = toPort
  }

  private enum Attribute {
    static let source: UInt16 = 2  // RTA_SRC
    static let incoming: UInt16 = 3  // RTA_IIF
    static let mark: UInt16 = 16
    static let transport: UInt16 = 27  // RTA_IP_PROTO
    static let fromPort: UInt16 = 28  // RTA_SPORT
    static let toPort: UInt16 = 29
  }

  /// RTM_F_LOOKUP_TABLE: the answer names the table that it was found in.
  private static let lookupTable: UInt32 = 0x1000

  public func request(sequence: UInt32) -> NetlinkRequest {
    var request = NetlinkRequest(type: RouteMessage.get, flags: 0, sequence: sequence)
    let bits = UInt8(destination.family.bits)
    request.header {
      $0.byte(FamilyCode.of(destination.family))
      $0.byte(bits)
      $0.byte(source == nil ? 0 : bits)
      for _ in 0..<5 { $0.byte(0) }
      $0.native32(Self.lookupTable)
    }
    request.attribute(RouteAttribute.destination, bytes: destination.bytes)
    if let source { request.attribute(Attribute.source, bytes: source.bytes) }
    if let incoming {
      request.attribute(Attribute.incoming, UInt32(bitPattern: incoming.value))
    }
    if mark != 0 { request.attribute(Attribute.mark, mark) }
    if let transport { request.attribute(Attribute.transport, bytes: [transport]) }
    if let fromPort { request.attribute(Attribute.fromPort) { $0.big16(fromPort) } }
    if let toPort { request.attribute(Attribute.toPort) { $0.big16(toPort) } }
    return request
  }
}

/// What the kernel answers.
public struct RouteAnswer: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case forwarded  // or sent, by a link
    case own  // to an address of this machine
    case refused  // by a route that says so: unreachable, prohibit, blackhole
  }

  public let kind: Kind
  public let table: UInt32
  public let interface: InterfaceIndex?
  public let gateway: IPAddress?

  private static let own: UInt8 = 2  // RTN_LOCAL

  public init(_ message: RouteMessage) {
    kind =
      switch message.type {
      case RouteMessage.unicast, 3, 4, 5: .forwarded  // broadcast, anycast and multicast, too
      case Self.own: .own
      default: .refused
      }
    table = message.table
    let hop = message.firstHop
    interface = hop?.interface
    gateway = hop?.gateway
  }
}
