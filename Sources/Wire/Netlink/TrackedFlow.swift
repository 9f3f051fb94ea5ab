import Model

/// A flow as ctnetlink lists it: what its packets look like, and what it is called by.
public struct TrackedFlow: Equatable, Sendable {
  public let mark: UInt32
  public let status: UInt32
  /// As its packets look when their way is looked up: after the translation of where they go, and
  /// before that of where they come from.
  public let packets: Selector
  /// The attributes that name this flow and no later one of the same addresses and ports.
  let name: [(type: UInt16, bytes: [UInt8])]

  private enum Attribute {
    static let original: UInt16 = 1  // CTA_TUPLE_ORIG
    static let reply: UInt16 = 2  // CTA_TUPLE_REPLY
    static let status: UInt16 = 3
    static let mark: UInt16 = 8
    static let id: UInt16 = 12
    static let zone: UInt16 = 18
    static let nested: UInt16 = 1 << 15  // NLA_F_NESTED
  }

  /// The body of an IPCTNL_MSG_CT_NEW.
  public init(parsing body: consuming Reader) throws(DecodeError) {
    var body = body
    try body.skip(4)  // struct nfgenmsg
    var mark: UInt32 = 0
    var status: UInt32 = 0
    var original = Tuple()
    var reply = Tuple()
    var name: [(type: UInt16, bytes: [UInt8])] = []
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.original:
        original = try Tuple(parsing: copy value)
        name.append((Attribute.original | Attribute.nested, value.rest()))
      case Attribute.reply: reply = try Tuple(parsing: value)
      case Attribute.id, Attribute.zone: name.append((attribute.type, value.rest()))
      case Attribute.mark: mark = try value.big32()
      case Attribute.status: status = try value.big32()
      default: break
      }
    }
    guard let from = original.source, let to = reply.source else {
      throw .badValue(field: "CTA_TUPLE_IP")
    }
    var packets = Selector()
    packets.from = .host(from)
    packets.to = .host(to)
    packets.transport = original.transport
    packets.fromPorts = original.sourcePort.map { $0...$0 }
    packets.toPorts = reply.sourcePort.map { $0...$0 }
    (self.mark, self.status, self.packets, self.name) = (mark, status, packets, name)
  }

  public static func == (left: TrackedFlow, right: TrackedFlow) -> Bool {
    (left.mark, left.status, left.packets) == (right.mark, right.status, right.packets)
      && left.name.elementsEqual(right.name) { $0.type == $1.type && $0.bytes == $1.bytes }
  }
}

/// Of one direction who sends, and by which protocol.
private struct Tuple {
  var source: IPAddress?
  var transport: UInt8?
  var sourcePort: UInt16?

  private enum Attribute {
    static let addresses: UInt16 = 1  // CTA_TUPLE_IP
    static let transport: UInt16 = 2  // CTA_TUPLE_PROTO
    static let source4: UInt16 = 1  // CTA_IP_V4_SRC
    static let source6: UInt16 = 3  // CTA_IP_V6_SRC
    static let number: UInt16 = 1  // CTA_PROTO_NUM
    static let sourcePort: UInt16 = 2  // CTA_PROTO_SRC_PORT
  }

  init() {}

  init(parsing body: consuming Reader) throws(DecodeError) {
    var body = body
    while let attribute = try body.nextAttribute() {
      switch attribute.type {
      case Attribute.addresses: try takeAddresses(attribute.value)
      case Attribute.transport: try takeTransport(attribute.value)
      default: break
      }
    }
  }

  private mutating func takeAddresses(_ body: consuming Reader) throws(DecodeError) {
    var body = body
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      guard attribute.type == Attribute.source4 || attribute.type == Attribute.source6 else {
        continue
      }
      source = IPAddress(bytes: value.rest())
    }
  }

  private mutating func takeTransport(_ body: consuming Reader) throws(DecodeError) {
    var body = body
    while let attribute = try body.nextAttribute() {
      var value = attribute.value
      switch attribute.type {
      case Attribute.number: transport = try value.byte()
      case Attribute.sourcePort: sourcePort = try value.big16()
      default: break
      }
    }
  }
}
