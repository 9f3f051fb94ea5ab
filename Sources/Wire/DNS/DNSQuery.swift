import Model

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

/// One question to a resolver, in one datagram (RFC 1035 §4).
public struct DNSQuery: Equatable, Sendable {
  public let id: UInt16  // not to be guessed: whoever knows it can answer in the server's place
  public let question: DNSQuestion

  public init(id: UInt16, _ question: DNSQuestion) {
    self.id = id
    self.question = question
  }

  public var bytes: [UInt8] {
    var writer = Writer(capacity: 12 + question.name.wireLength + 4)
    writer.big16(id)
    writer.big16(DNSFlag.recursionDesired)
    writer.big16(1)  // one question, and no records
    writer.append([0, 0, 0, 0, 0, 0])
    writer.dnsName(question.name)
    writer.big16(question.type.rawValue)
    writer.big16(DNSClass.internet)
    return writer.bytes
  }
}

/// The bits of a header's second word.
enum DNSFlag {
  static let response: UInt16 = 1 << 15
  static let authoritative: UInt16 = 1 << 10
  static let truncated: UInt16 = 1 << 9
  static let recursionDesired: UInt16 = 1 << 8

  static let operation: UInt16 = 0xf << 11
  static let code: UInt16 = 0xf
}

enum DNSClass {
  static let internet: UInt16 = 1
}
