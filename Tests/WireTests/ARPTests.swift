import Model
import Testing
import Wire

struct ARPTests {
  /// `ping -c 1 192.0.2.2` between two namespaces, read from a packet socket; without the
  /// Ethernet header.
  private let request = bytes("000108000604000102000000000ac0000201000000000000c0000202")
  private let reply = bytes("000108000604000202000000000bc000020202000000000ac0000201")

  private static let asker = ARPPacket.Party(
    hardware: HardwareAddress("02:00:00:00:00:0a")!, address: IPAddress("192.0.2.1")!)
  private static let owner = ARPPacket.Party(
    hardware: HardwareAddress("02:00:00:00:00:0b")!, address: IPAddress("192.0.2.2")!)

  @Test
  func `a captured request and its reply are read, and written to the same bytes`() throws {
    let asked = ARPPacket.request(for: Self.owner.address, from: Self.asker)
    #expect(try ARPPacket(parsing: request.span) == asked)
    #expect(asked.bytes == request)
    let answered = ARPPacket(operation: .reply, sender: Self.owner, target: Self.asker)
    #expect(try ARPPacket(parsing: reply.span) == answered)
    #expect(answered.bytes == reply)
  }

  @Test
  func `the padding of a short frame is passed over`() throws {
    let padded = reply + [UInt8](repeating: 0xa5, count: 18)
    #expect(try ARPPacket(parsing: padded.span) == ARPPacket(parsing: reply.span))
  }

  @Test
  func `a reply answers the request that asked for it, and no other`() throws {
    let asked = ARPPacket.request(for: Self.owner.address, from: Self.asker)
    let answer = try ARPPacket(parsing: reply.span)
    #expect(answer.answers(asked))
    #expect(!asked.answers(asked))
    #expect(!answer.answers(ARPPacket.request(for: Self.asker.address, from: Self.asker)))
    #expect(!answer.answers(ARPPacket.request(for: Self.owner.address, from: Self.owner)))
    var announcement = answer
    announcement.target = announcement.sender
    #expect(!announcement.answers(asked))
  }

  @Test(arguments: [
    (1, 6, DecodeError.badValue(field: "hardware type")),  // IEEE 802, not Ethernet
    (2, 0x86, .badValue(field: "protocol type")), (4, 8, .badLength(8)), (5, 16, .badLength(16)),
    (7, 0, .badValue(field: "operation")), (7, 3, .badValue(field: "operation")),  // RARP
    (6, 1, .badValue(field: "operation")),
  ])
  func `what is not for IPv4 over Ethernet is refused`(
    place: Int, value: UInt8, error: DecodeError
  ) {
    var other = reply
    other[place] = value
    #expect(throws: error) { try ARPPacket(parsing: other.span) }
  }

  @Test
  func `a packet cut anywhere is refused, never half read`() {
    for count in 0..<reply.count {
      let cut = Array(reply.prefix(count))
      #expect(throws: DecodeError.truncated) { try ARPPacket(parsing: cut.span) }
    }
  }
}
