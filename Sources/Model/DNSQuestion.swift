/// What kind of record is meant (RFC 1035 §3.2.2); any number is one.
public struct DNSRecordType: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  public static let a = DNSRecordType(rawValue: 1)
  public static let ns = DNSRecordType(rawValue: 2)
  public static let cname = DNSRecordType(rawValue: 5)
  public static let soa = DNSRecordType(rawValue: 6)
  public static let ptr = DNSRecordType(rawValue: 12)
  public static let mx = DNSRecordType(rawValue: 15)
  public static let txt = DNSRecordType(rawValue: 16)
  public static let aaaa = DNSRecordType(rawValue: 28)

  /// Those that the file knows, by the names of `dig`.
  public static let names: [(name: String, type: DNSRecordType)] = [
    ("A", .a), ("AAAA", .aaaa), ("NS", .ns), ("CNAME", .cname), ("SOA", .soa), ("PTR", .ptr),
    ("MX", .mx), ("TXT", .txt),
  ]
}

/// What is asked, of the Internet's class.
public struct DNSQuestion: Hashable, Sendable {
  public let name: DomainName
  public let type: DNSRecordType

  public init(_ name: DomainName, _ type: DNSRecordType) {
    self.name = name
    self.type = type
  }
}
