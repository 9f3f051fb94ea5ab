import Model
import Testing

@testable import Wire

struct DNSTests {
  /// A query to a resolver and what it said, read from the socket.
  private let query = bytes(
    "1234 0100 0001 0000 0000 0000 03777777057377696674036f726700 0001 0001")
  private let nothing = bytes(
    "1234 8183 0001 0000 0000 0000 03777777057377696674036f726700 0001 0001")

  /// Made by hand from RFC 1035 §4.1: an alias and its address, with names compressed, and
  /// RFC 6891's OPT record behind them.
  private let answer = bytes(
    """
    4321 8580 0001 0002 0000 0001
    03777777 076578616d706c65 03636f6d 00 0001 0001
    c00c 0005 0001 0000012c 0006 03776562 c010
    c02d 0001 0001 0000003c 0004 c000020a
    00 0029 04d0 00000000 0000
    """)

  private static func question(_ name: String, _ type: DNSRecordType) throws -> DNSQuestion {
    DNSQuestion(try DomainName(name), type)
  }

  @Test
  func `a query is written as a resolver understood it`() throws {
    let ours = DNSQuery(id: 0x1234, try Self.question("www.swift.org", .a))
    #expect(ours.bytes == query)
  }

  @Test
  func `a captured answer is one, and says that there is no such name`() throws {
    let ours = DNSQuery(id: 0x1234, try Self.question("WWW.swift.org.", .a))
    let response = try DNSResponse(parsing: nothing.span)
    #expect(response.answers(ours))
    #expect(!response.isGood)
    #expect(response.code == .noSuchName)
    #expect("\(response.code)" == "NXDOMAIN")
    #expect(!response.isAuthoritative && !response.isTruncated)
    #expect(response.records.isEmpty)
  }

  @Test
  func `records are read with their names whole`() throws {
    let response = try DNSResponse(parsing: answer.span)
    #expect(response.isGood && response.isAuthoritative)
    let records = response.records
    #expect(records.map(\.name.description) == ["www.example.com", "web.example.com"])
    #expect(records.map(\.type) == [.cname, .a])
    #expect(records.map(\.timeToLive) == [.seconds(300), .seconds(60)])
    #expect(records.map(\.recordClass) == [1, 1])
    #expect(
      records.map(\.content) == [
        .other([3, 0x77, 0x65, 0x62, 0xc0, 0x10]), .address(IPAddress("192.0.2.10")!),
      ])
  }

  @Test
  func `only the question that was asked, under its number, is answered`() throws {
    let response = try DNSResponse(parsing: answer.span)
    let question = try Self.question("www.example.com", .a)
    #expect(response.answers(DNSQuery(id: 0x4321, question)))
    #expect(!response.answers(DNSQuery(id: 0x4322, question)))
    #expect(try !response.answers(DNSQuery(id: 0x4321, Self.question("www.example.com", .aaaa))))
    #expect(try !response.answers(DNSQuery(id: 0x4321, Self.question("web.example.com", .a))))
  }

  @Test(arguments: UInt8(0)...15)
  func `what the server says of the query is told by its name`(code: UInt8) throws {
    var message = nothing
    message[3] = 0x80 | code
    let names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
    let response = try DNSResponse(parsing: message.span)
    #expect("\(response.code)" == (code < 6 ? names[Int(code)] : "RCODE\(code)"))
    #expect(response.isGood == (code == 0))
  }

  @Test
  func `a truncated answer says so, and a time to live below zero is none`() throws {
    var message = answer
    message[2] |= 0x02
    message[39] = 0x80
    let response = try DNSResponse(parsing: message.span)
    #expect(response.isTruncated)
    #expect(response.records[0].timeToLive == .zero)
  }

  @Test(arguments: [
    (2, 0x05, DecodeError.badValue(field: "QR")), (2, 0xa5, .badValue(field: "opcode")),
    (5, 0, .badValue(field: "QDCOUNT")), (5, 2, .badValue(field: "QDCOUNT")),
    (32, 3, .badValue(field: "QCLASS")), (12, 0x43, .badValue(field: "label")),
    (62, 5, .badLength(5)),  // an A record of five bytes
    (7, 4, .truncated), (6, 0xff, .truncated), (9, 1, .truncated), (11, 0xff, .truncated),
  ])
  func `a message with a byte that cannot be is refused`(
    place: Int, value: UInt8, error: DecodeError
  ) {
    var bad = answer
    bad[place] = value
    #expect(throws: error) { try DNSResponse(parsing: bad.span) }
  }

  @Test
  func `an address has the length of its family`() throws {
    let records: [(DNSRecordType, Int)] = [(.a, 16), (.aaaa, 4), (.a, 0), (.aaaa, 15)]
    for (type, count) in records {
      let message = Self.message(records: [Self.record(type, count: count)])
      #expect(throws: DecodeError.badLength(count)) { try DNSResponse(parsing: message.span) }
    }
    let good = Self.message(records: [Self.record(.aaaa, count: 16), Self.record(.txt, count: 5)])
    let contents = try DNSResponse(parsing: good.span).records.map(\.content)
    #expect(contents == [.address(.v6(high: 0, low: 0)), .other([0, 0, 0, 0, 0])])
  }

  @Test
  func `a response cut anywhere is refused, never half read`() {
    for count in 0..<answer.count {
      let cut = Array(answer.prefix(count))
      #expect(throws: DecodeError.truncated) { try DNSResponse(parsing: cut.span) }
    }
  }

  @Test(arguments: UInt64(1)...2)
  func `every question is read back as it was asked`(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for _ in 0..<300 {
      let labels = (0..<Int.random(in: 0...5, using: &dice)).map { _ in
        [UInt8.random(in: 0...255, using: &dice)] + dice.bytes(upTo: 49)
      }
      guard let name = try? DomainName(labels: labels) else { continue }
      let type = DNSRecordType(rawValue: UInt16.random(in: 0...UInt16.max, using: &dice))
      let query = DNSQuery(
        id: UInt16.random(in: 0...UInt16.max, using: &dice), DNSQuestion(name, type))
      var echoed = query.bytes
      #expect(throws: DecodeError.badValue(field: "QR")) { try DNSResponse(parsing: echoed.span) }
      echoed[2] |= 0x80
      let response = try DNSResponse(parsing: echoed.span)
      #expect(response.answers(query))
      #expect(response.question.name.labels == labels)
    }
  }
}

// MARK: - Names on the wire

extension DNSTests {
  /// RFC 1035 §4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA, ARPA and the root, where the RFC has them.
  @Test
  func `the names of RFC 1035 are read where they stand`() throws {
    var message = [UInt8](repeating: 0xaa, count: 93)
    message.replaceSubrange(20..<32, with: bytes("0146 03495349 0441525041 00"))
    message.replaceSubrange(40..<46, with: bytes("03464f4f c014"))
    message.replaceSubrange(64..<66, with: bytes("c01a"))
    message[92] = 0
    let places = [(20, "F.ISI.ARPA"), (40, "FOO.F.ISI.ARPA"), (64, "ARPA"), (92, ".")]
    for (place, name) in places {
      var reader = try Reader(message.span).elsewhere(place..<message.count)
      #expect(try reader.dnsName().description == name)
    }
  }

  /// The name stands at 12, where the header ends.
  @Test(arguments: [
    ("c00c", "to itself"), ("c00d", "into itself"), ("c0ff", "to what follows"),
    ("0161 c00c", "to its own start"), ("0161 c00e", "to its own pointer"),
    ("0161 c010", "to right behind it"),
  ])
  func `a pointer leads to what came before, or the name is refused`(
    name: String, leads: String
  ) {
    let message = bytes("0000 8000 0001 0000 0000 0000") + bytes(name) + bytes("00 0001 0001")
    #expect(throws: DecodeError.badValue(field: "name pointer")) {
      try DNSResponse(parsing: message.span)
    }
  }

  /// What a pointer leads to must end before the piece that has it. This one does not: a reader
  /// that went on would come to the pointer, and go round.
  @Test
  func `a name that runs into the pointer to itself is refused`() {
    let endless = bytes("00 0010 0001 00000000 0002 0161")  // its data stands at 28
    let message = Self.message(records: [endless, bytes("c01c 0010 0001 00000000 0000")])
    #expect(throws: DecodeError.truncated) { try DNSResponse(parsing: message.span) }
  }

  @Test
  func `a name made longer than a name by its pointers is refused`() {
    let part = [UInt8(63)] + [UInt8](repeating: 0x61, count: 63)
    // 192 bytes and the root's at 12; each record adds a part of 64 before a pointer to it.
    let question = part + part + part + [0]
    let message = Self.message(
      records: [part + bytes("c00c 0010 0001 00000000 0000")], question: question)
    #expect(throws: DecodeError.badLength(257)) { try DNSResponse(parsing: message.span) }
  }

  @Test(arguments: [127, 128])
  func `a chain of pointers has an end`(count: Int) {
    // Bytes that nobody reads as names hold the chain: the data of a record.
    let start = 12 + 5 + 11
    let chain = (0..<count).flatMap { link -> [UInt8] in
      let target = link == 0 ? 12 : start + 2 * (link - 1)
      return [0xc0 | UInt8(target >> 8), UInt8(target & 0xff)]
    }
    let data =
      bytes("00 0010 0001 00000000") + [UInt8(chain.count >> 8), UInt8(chain.count & 0xff)]
    let last = start + 2 * (count - 2)
    let end = [0xc0 | UInt8(last >> 8), UInt8(last & 0xff)] + bytes("0010 0001 00000000 0000")
    let message = Self.message(records: [data + chain, end])
    let isRead = (try? DNSResponse(parsing: message.span)) != nil
    #expect(isRead == (count == 127))
  }

  /// A response to the root's question, with these records as answers.
  private static func message(records: [[UInt8]], question: [UInt8] = [0]) -> [UInt8] {
    bytes("0000 8000 0001") + [0, UInt8(records.count)] + bytes("0000 0000") + question
      + bytes("0001 0001") + records.joined()
  }

  private static func record(_ type: DNSRecordType, count: Int) -> [UInt8] {
    [0, 0, UInt8(type.rawValue)] + bytes("0001 00000000 00") + [UInt8(count)]
      + [UInt8](repeating: 0, count: count)
  }
}
