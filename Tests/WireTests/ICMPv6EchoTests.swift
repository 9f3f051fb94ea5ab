import Model
import Testing
import Wire

struct ICMPv6EchoTests {
  /// `ping -6 -c 1 -p 5349414741 -s 24 2001:db8::2` between two namespaces, read from a packet
  /// socket; without the Ethernet and IPv6 headers.
  private let request = bytes("80009b0a26080001ed98016b0000000041050e00000000004941474153494147")
  private let reply = bytes("81009a0a26080001ed98016b0000000041050e00000000004941474153494147")

  @Test
  func `a captured echo is read, and written to the same bytes but for the kernel's checksum`()
    throws
  {
    let echo = try ICMPEcho(parsing: request, family: .ipv6)
    #expect(echo.kind == .request)
    #expect(echo.family == .ipv6)
    #expect(echo.identifier == 0x2608)
    #expect(echo.sequence == 1)
    #expect(echo.payload.count == 24)
    #expect(echo.bytes == Self.withoutChecksum(request))
    var answer = echo
    answer.kind = .reply
    #expect(answer.bytes == Self.withoutChecksum(reply))
    #expect(try ICMPEcho(parsing: reply, family: .ipv6) == answer)
  }

  private static func withoutChecksum(_ message: [UInt8]) -> [UInt8] {
    Array(message[..<2]) + [0, 0] + message[4...]
  }

  /// An IPv4 type 8 is a request; an ICMPv6 type 8 is nothing, and so the other way round.
  @Test(arguments: Family.allCases, Family.allCases)
  func `an echo is read as its own family's only`(written: Family, read: Family) throws {
    let echo = ICMPEcho(kind: .reply, family: written, identifier: 7, sequence: 9, payload: [1])
    if written == read {
      #expect(try ICMPEcho(parsing: echo.bytes, family: read) == echo)
    } else {
      #expect(throws: DecodeError.badValue(field: "type")) {
        try ICMPEcho(parsing: echo.bytes, family: read)
      }
    }
  }

  /// Errors and neighbour discovery come by the same socket.
  @Test(arguments: UInt8.min...UInt8.max)
  func `other ICMPv6 messages are no echoes`(type: UInt8) {
    guard type != 128, type != 129 else { return }
    var other = reply
    other[0] = type
    #expect(throws: DecodeError.badValue(field: "type")) {
      try ICMPEcho(parsing: other, family: .ipv6)
    }
  }

  @Test
  func `a message cut before its payload is refused`() {
    for count in 0..<8 {
      #expect(throws: DecodeError.truncated) {
        try ICMPEcho(parsing: Array(reply.prefix(count)), family: .ipv6)
      }
    }
  }
}
