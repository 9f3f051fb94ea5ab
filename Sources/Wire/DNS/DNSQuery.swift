import Model

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
