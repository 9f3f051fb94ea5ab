import Model
import Testing
import Wire

struct IPv4HeaderTests {
  /// `ping -c 1 -s 16 127.0.0.1`, read from a packet socket.
  private let packet = bytes(
    """
    4500002c5bb440004001e11a7f0000017f000001
    080075a651d60001f063036b0000000039b3030000000000
    """)

  @Test
  func `a captured header is read`() throws {
    let header = try IPv4Header(parsing: packet.span)
    #expect(header.source == IPAddress("127.0.0.1"))
    #expect(header.destination == IPAddress("127.0.0.1"))
    #expect(header.timeToLive == 64)
    #expect(header.transport == IPv4Header.icmp)
    #expect(header.payload == 20..<44)
  }

  @Test
  func `a packet cut anywhere is refused, never half read`() {
    for count in 0..<packet.count {
      let cut = Array(packet.prefix(count))
      #expect(throws: DecodeError.self) { try IPv4Header(parsing: cut.span) }
    }
  }

  @Test
  func `options are passed over, and what follows the packet is not part of it`() throws {
    var padded = packet + [0xaa, 0xbb]
    padded[0] = 0x46  // one word of options: here the start of the message
    #expect(try IPv4Header(parsing: padded.span).payload == 24..<44)
    padded[0] = 0x65
    #expect(throws: DecodeError.badValue(field: "version")) { try IPv4Header(parsing: padded.span) }
    padded[0] = 0x44
    #expect(throws: DecodeError.badLength(16)) { try IPv4Header(parsing: padded.span) }
    padded[0] = 0x4f  // more options than the packet is long
    #expect(throws: DecodeError.truncated) { try IPv4Header(parsing: padded.span) }
  }
}

struct InternetChecksumTests {
  /// RFC 1071 §3 sums these bytes to ddf2.
  @Test
  func `the checksum is that of RFC 1071`() {
    #expect(InternetChecksum.of(bytes("0001f203f4f5f6f7")) == ~0xddf2)
    #expect(InternetChecksum.of(bytes("01")) == ~0x0100)
    #expect(InternetChecksum.of([UInt8]()) == 0xffff)
    #expect(InternetChecksum.of([UInt8](repeating: 0xff, count: 65_536)) == 0)
  }
}
