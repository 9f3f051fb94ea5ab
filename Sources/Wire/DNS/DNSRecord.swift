import Model

/// One resource record (RFC 1035 §4.1.3).
public struct DNSRecord: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
    case address(IPAddress)  // A, AAAA
    case other([UInt8])  // as it came; names inside may point elsewhere into the message
  }

  public let name: DomainName
  public let type: DNSRecordType
  public let recordClass: UInt16  // 1 is the Internet's
  public let timeToLive: Duration
  public let content: Content
}

extension Reader {
  /// - Throws: `badLength` when an address has not the length of its family.
  @_lifetime(self: copy self)
  mutating func dnsRecord() throws(DecodeError) -> DNSRecord {
    let name = try dnsName()
    let type = DNSRecordType(rawValue: try big16())
    let recordClass = try big16()
    let seconds = try big32()
    let length = Int(try big16())
    var data = try slice(length)
    return DNSRecord(
      name: name, type: type, recordClass: recordClass,
      // RFC 2181 §8: one with its highest bit set is taken for zero.
      timeToLive: .seconds(seconds >> 31 == 0 ? seconds : 0),
      content: try DNSRecord.Content(data.rest(), of: type, in: recordClass))
  }
}

extension DNSRecord.Content {
  fileprivate init(
    _ data: [UInt8], of type: DNSRecordType, in recordClass: UInt16
  ) throws(DecodeError) {
    guard recordClass == DNSClass.internet, type == .a || type == .aaaa else {
      self = .other(data)
      return
    }
    guard let address = IPAddress(bytes: data), (address.family == .ipv4) == (type == .a) else {
      throw .badLength(data.count)
    }
    self = .address(address)
  }
}
