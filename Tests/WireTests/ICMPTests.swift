import Model
import Testing
import Wire

struct ICMPTests {
  /// `ping -c 1 -p 5349414741 -s 24 127.0.0.1`, both packets read from a raw ICMP socket.
  private let request = bytes(
    """
    450000345fb740004001dd0f7f0000017f000001
    0800d80f595b0001714b016b0000000023ca0b00000000004941474153494147
    """)
  private let reply = bytes(
    """
    450000345fb8000040011d0f7f0000017f000001
    0000e00f595b0001714b016b0000000023ca0b00000000004941474153494147
    """)

  @Test
  func `a captured echo is read, and written to the same bytes`() throws {
    let packet = try IPv4Packet(parsing: request.span)
    #expect(packet.source == IPAddress("127.0.0.1"))
    #expect(packet.timeToLive == 64)
    #expect(packet.transport == IPv4Packet.icmp)
    let echo = try ICMPEcho(parsing: packet.payload)
    #expect(echo.kind == .request)
    #expect(echo.identifier == 0x595b)
    #expect(echo.sequence == 1)
    #expect(echo.payload.count == 24)
    #expect(echo.bytes == Array(request[20...]))
    var answer = echo
    answer.kind = .reply
    #expect(answer.bytes == Array(reply[20...]))
  }

  @Test
  func `a flipped bit is a bad checksum`() throws {
    for bit in 0..<8 {
      var damaged = Array(reply[20...])
      damaged[9] ^= 1 << UInt8(bit)
      #expect(throws: DecodeError.badChecksum) { try ICMPEcho(parsing: damaged) }
    }
  }

  @Test
  func `other ICMP messages are no echoes`() {
    var unreachable = Array(reply[20...])
    unreachable[0] = 3
    #expect(throws: DecodeError.badValue(field: "type")) { try ICMPEcho(parsing: unreachable) }
    var coded = Array(reply[20...])
    coded[1] = 1
    #expect(throws: DecodeError.badValue(field: "code")) { try ICMPEcho(parsing: coded) }
  }

  @Test
  func `a packet cut anywhere is refused, never half read`() {
    for count in 0..<request.count {
      let cut = Array(request.prefix(count))
      #expect(throws: DecodeError.self) { try IPv4Packet(parsing: cut.span) }
    }
    for count in 0..<8 {
      #expect(throws: DecodeError.truncated) {
        try ICMPEcho(parsing: Array(reply[20...].prefix(count)))
      }
    }
  }

  @Test
  func `options are passed over, and what follows the packet is not part of it`() throws {
    var padded = request + [0xaa, 0xbb]
    padded[0] = 0x46  // one word of options: here the start of the message
    let packet = try IPv4Packet(parsing: padded.span)
    #expect(packet.payload == Array(request[24...]))
    padded[0] = 0x65
    #expect(throws: DecodeError.badValue(field: "version")) { try IPv4Packet(parsing: padded.span) }
    padded[0] = 0x44
    #expect(throws: DecodeError.badLength(16)) { try IPv4Packet(parsing: padded.span) }
  }

  /// RFC 1071 §3 sums these bytes to ddf2.
  @Test
  func `the checksum is that of RFC 1071`() {
    #expect(InternetChecksum.of(bytes("0001f203f4f5f6f7")) == ~0xddf2)
    #expect(InternetChecksum.of(bytes("01")) == ~0x0100)
    #expect(InternetChecksum.of([UInt8]()) == 0xffff)
    #expect(InternetChecksum.of([UInt8](repeating: 0xff, count: 65_536)) == 0)
  }

  @Test(arguments: UInt64(1)...2)
  func `every echo is read back as it was written`(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for _ in 0..<300 {
      let echo = ICMPEcho(
        kind: Bool.random(using: &dice) ? .reply : .request,
        identifier: UInt16.random(in: 0...UInt16.max, using: &dice),
        sequence: UInt16.random(in: 0...UInt16.max, using: &dice), payload: dice.bytes(upTo: 40))
      #expect(try ICMPEcho(parsing: echo.bytes) == echo)
    }
  }

  @Test(arguments: UInt64(1)...2)
  func `what is written where it stands is what is written piece by piece`(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for family in Family.allCases {
      for _ in 0..<300 {
        let words = (0..<2).map { _ in UInt64.random(in: 0...UInt64.max, using: &dice) }
        let payload = words.flatMap { word in
          (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
        var echo = ICMPEcho(
          kind: .request, family: family,
          identifier: UInt16.random(in: 0...UInt16.max, using: &dice),
          sequence: UInt16.random(in: 0...UInt16.max, using: &dice), payload: payload)
        let numbers = NumberedEcho(
          identifier: echo.identifier, sequence: echo.sequence, first: words[0], second: words[1])
        let request = numbers.request(family)
        #expect(request == echo.bytes)
        echo.kind = .reply
        let reply = try ICMPEcho.reply(to: request, family)
        #expect(reply == echo.bytes)
        #expect(try NumberedEcho(reply: reply, family) == numbers)
        #expect(throws: DecodeError.badValue(field: "type")) {
          try ICMPEcho.reply(to: reply, family)
        }
      }
    }
  }
}
