import Model
import Testing
import Wire

struct NumberedEchoTests {
  /// `ping -c 1 -s 16` of `127.0.0.1` and of `::1`, read from a packet socket; without the headers
  /// before the message.
  struct Captured: Sendable {
    let family: Family
    let request: [UInt8]
    let reply: [UInt8]
    let echo: NumberedEcho
  }

  static let captured = [
    Captured(
      family: .ipv4,
      request: bytes("080075a651d60001f063036b0000000039b3030000000000"),
      reply: bytes("00007da651d60001f063036b0000000039b3030000000000"),
      echo: NumberedEcho(
        identifier: 0x51d6, sequence: 1, first: 0xf063_036b_0000_0000,
        second: 0x39b3_0300_0000_0000)),
    Captured(
      family: .ipv6,
      request: bytes("8000d73c51d70001f263036b000000005dc7030000000000"),
      reply: bytes("8100d63c51d70001f263036b000000005dc7030000000000"),
      echo: NumberedEcho(
        identifier: 0x51d7, sequence: 1, first: 0xf263_036b_0000_0000,
        second: 0x5dc7_0300_0000_0000)),
  ]

  private static func read(_ bytes: [UInt8], _ family: Family) throws -> NumberedEcho {
    try NumberedEcho(reply: bytes.span, family)
  }

  private static func written(
    _ echo: NumberedEcho, _ kind: NumberedEcho.Kind, _ family: Family
  ) -> [UInt8] {
    let message = echo.message(kind, family)
    return message.indices.map { message[$0] }
  }

  /// ICMPv6's checksum is the kernel's.
  @Test(arguments: captured)
  func `a captured echo is read, and written to the same bytes`(captured: Captured) throws {
    #expect(try Self.read(captured.reply, captured.family) == captured.echo)
    for (kind, message) in [
      (NumberedEcho.Kind.request, captured.request), (.reply, captured.reply),
    ] {
      var expected = message
      if captured.family == .ipv6 { expected.replaceSubrange(2..<4, with: [0, 0]) }
      #expect(Self.written(captured.echo, kind, captured.family) == expected)
    }
  }

  @Test
  func `a flipped bit is a bad checksum`() throws {
    for place in 4..<NumberedEcho.count {
      for bit in 0..<8 {
        var damaged = Self.captured[0].reply
        damaged[place] ^= 1 << UInt8(bit)
        #expect(throws: DecodeError.badChecksum) { try Self.read(damaged, .ipv4) }
      }
    }
  }

  /// Requests, errors and neighbour discovery come by the same sockets.
  @Test(arguments: captured, UInt8.min...UInt8.max)
  func `other ICMP messages are no replies`(captured: Captured, type: UInt8) {
    var other = captured.reply
    guard type != other[0] else { return }
    other[0] = type
    #expect(throws: DecodeError.badValue(field: "type")) { try Self.read(other, captured.family) }
  }

  @Test(arguments: captured)
  func `a reply with a code is none`(captured: Captured) {
    var coded = captured.reply
    coded[1] = 1
    #expect(throws: DecodeError.badValue(field: "code")) { try Self.read(coded, captured.family) }
  }

  /// Destination unreachable carries our packet, and is longer.
  @Test(arguments: captured)
  func `a message that is cut, or goes on, is refused`(captured: Captured) {
    for count in 0..<NumberedEcho.count {
      #expect(throws: DecodeError.badLength(count)) {
        try Self.read(Array(captured.reply.prefix(count)), captured.family)
      }
    }
    #expect(throws: DecodeError.badLength(32)) {
      try Self.read([3, 1, 0xfc, 0xfe, 0, 0, 0, 0] + captured.reply, captured.family)
    }
  }

  @Test(arguments: Family.allCases)
  func `every echo is read back as it was written, and by its own family only`(
    family: Family
  ) throws {
    var dice = Dice(seed: 1)
    for _ in 0..<300 {
      let echo = NumberedEcho(
        identifier: UInt16.random(in: 0...UInt16.max, using: &dice),
        sequence: UInt16.random(in: 0...UInt16.max, using: &dice),
        first: UInt64.random(in: 0...UInt64.max, using: &dice),
        second: UInt64.random(in: 0...UInt64.max, using: &dice))
      let reply = Self.written(echo, .reply, family)
      #expect(try Self.read(reply, family) == echo)
      #expect(throws: DecodeError.badValue(field: "type")) {
        try Self.read(reply, family == .ipv4 ? .ipv6 : .ipv4)
      }
    }
  }
}
