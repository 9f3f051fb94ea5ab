import Model

/// What a DNS server says to one question (RFC 1035 §4).
///
/// Whether it answers a query of ours, and whether the answer is good, are two things: a server
/// that says REFUSED answers.
public struct DNSResponse: Equatable, Sendable {
  public let id: UInt16
  public let question: DNSQuestion
  public let code: Code
  public let isAuthoritative: Bool
  public let isTruncated: Bool  // there is more, to be had over TCP
  public let records: [DNSRecord]  // of the answer section, in its order

  /// How it went, by the names that `dig` prints (RFC 1035 §4.1.1, RFC 2136 §2.2).
  public enum Code: Equatable, Sendable {
    case noError
    case formatError
    case serverFailure
    case noSuchName
    case notImplemented
    case refused
    case other(UInt8)
  }

  /// Is this the answer to that query, good or bad? All else on the socket is somebody's error
  /// or somebody's attempt.
  public func answers(_ query: DNSQuery) -> Bool {
    id == query.id && question == query.question
  }

  /// The server knows the name. There may still be no record of the type that was asked for.
  public var isGood: Bool { code == .noError }
}

// MARK: - Bytes

extension DNSResponse {
  /// Reads every record, also those that are not kept, so that a message is taken whole or not.
  /// - Throws: `badValue` for a query, for another operation than a plain query's, and for any
  ///   number of questions but one.
  public init(parsing bytes: Span<UInt8>) throws(DecodeError) {
    var reader = Reader(bytes)
    id = try reader.big16()
    let flags = try reader.big16()
    guard flags & DNSFlag.response != 0 else { throw .badValue(field: "QR") }
    guard flags & DNSFlag.operation == 0 else { throw .badValue(field: "opcode") }
    code = Code(UInt8(flags & DNSFlag.code))
    isAuthoritative = flags & DNSFlag.authoritative != 0
    isTruncated = flags & DNSFlag.truncated != 0
    guard try reader.big16() == 1 else { throw .badValue(field: "QDCOUNT") }
    let answers = Int(try reader.big16())
    let others = Int(try reader.big16()) + Int(try reader.big16())
    question = try reader.dnsQuestion()
    records = try reader.dnsRecords(answers)
    _ = try reader.dnsRecords(others)
  }
}

extension Reader {
  @_lifetime(self: copy self)
  fileprivate mutating func dnsQuestion() throws(DecodeError) -> DNSQuestion {
    let name = try dnsName()
    let type = DNSRecordType(rawValue: try big16())
    guard try big16() == DNSClass.internet else { throw .badValue(field: "QCLASS") }
    return DNSQuestion(name, type)
  }

  @_lifetime(self: copy self)
  fileprivate mutating func dnsRecords(_ count: Int) throws(DecodeError) -> [DNSRecord] {
    // A count is a claim: nothing is set aside for records that are not there.
    var records: [DNSRecord] = []
    for _ in 0..<count { records.append(try dnsRecord()) }
    return records
  }
}

extension DNSResponse.Code {
  /// - Parameter number: four bits.
  fileprivate init(_ number: UInt8) {
    self =
      switch number {
      case 0: .noError
      case 1: .formatError
      case 2: .serverFailure
      case 3: .noSuchName
      case 4: .notImplemented
      case 5: .refused
      default: .other(number)
      }
  }
}

extension DNSResponse.Code: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noError: "NOERROR"
    case .formatError: "FORMERR"
    case .serverFailure: "SERVFAIL"
    case .noSuchName: "NXDOMAIN"
    case .notImplemented: "NOTIMP"
    case .refused: "REFUSED"
    case .other(let number): "RCODE\(number)"
    }
  }
}
