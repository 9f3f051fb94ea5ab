import Model

/// An ARP request or reply for IPv4 over Ethernet (RFC 826), without the Ethernet header.
///
///     hardware type 1 │ protocol type 0x0800 │ lengths 6, 4 │ operation
///     sender's hardware address │ sender's address │ target's hardware address │ target's address
///
/// A check asks as any host does that wants to send: with its own address as the sender. The
/// "ARP probe" of RFC 5227, without a sender, asks whether an address is free; hosts may treat
/// it differently, and that is not what a check wants to know.
public struct ARPPacket: Equatable, Sendable {
  public enum Operation: UInt16, Sendable {
    case request = 1
    case reply = 2
  }

  /// One end: who has which address.
  public struct Party: Equatable, Sendable {
    public let hardware: HardwareAddress
    public let address: IPAddress

    /// - Parameter address: of IPv4; IPv6 has neighbour discovery instead.
    public init(hardware: HardwareAddress, address: IPAddress) {
      precondition(address.family == .ipv4, "ARP is for IPv4, not for \(address)")
      self.hardware = hardware
      self.address = address
    }
  }

  public var operation: Operation
  public var sender: Party
  public var target: Party

  public init(operation: Operation, sender: Party, target: Party) {
    self.operation = operation
    self.sender = sender
    self.target = target
  }

  /// "Who has this address? Tell me."
  public static func request(for address: IPAddress, from sender: Party) -> ARPPacket {
    ARPPacket(
      operation: .request, sender: sender, target: Party(hardware: .zero, address: address))
  }

  /// Is this the reply that the request asked for?
  public func answers(_ request: ARPPacket) -> Bool {
    operation == .reply && request.operation == .request && target == request.sender
      && sender.address == request.target.address
  }
}

// MARK: - Bytes

extension ARPPacket {
  private static let ethernet: UInt16 = 1
  private static let ipv4: UInt16 = 0x0800

  /// 28 bytes.
  public var bytes: [UInt8] {
    var writer = Writer(capacity: 28)
    writer.big16(Self.ethernet)
    writer.big16(Self.ipv4)
    writer.byte(6)
    writer.byte(4)
    writer.big16(operation.rawValue)
    for party in [sender, target] {
      writer.append(party.hardware.bytes)
      writer.append(party.address.bytes)
    }
    return writer.bytes
  }

  /// What follows the packet is passed over: Ethernet pads short frames.
  public init(parsing bytes: Span<UInt8>) throws(DecodeError) {
    var reader = Reader(bytes)
    guard try reader.big16() == Self.ethernet else { throw .badValue(field: "hardware type") }
    guard try reader.big16() == Self.ipv4 else { throw .badValue(field: "protocol type") }
    for length: UInt8 in [6, 4] {
      let found = try reader.byte()
      guard found == length else { throw .badLength(Int(found)) }
    }
    guard let operation = Operation(rawValue: try reader.big16()) else {
      throw .badValue(field: "operation")
    }
    self.operation = operation
    sender = try reader.arpParty()
    target = try reader.arpParty()
  }
}

extension Reader {
  @_lifetime(self: copy self)
  fileprivate mutating func arpParty() throws(DecodeError) -> ARPPacket.Party {
    let hardware = try hardwareAddress()
    return ARPPacket.Party(hardware: hardware, address: .v4(try big32()))
  }
}
