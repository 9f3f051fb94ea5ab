import Model
import Testing
import Wire

/// Flows as Linux 6.18 lists them. They were made by `conntrack -I`, and listed by the request that
/// `FlowMessage.dump` makes.
struct TrackedFlowTests {
  /// `-s 192.168.1.10 -d 203.0.113.10 -p udp --sport 40000 --dport 5060 -r 203.0.113.77
  /// -q 10.10.1.2 --reply-port-src 5070 --reply-port-dst 40001 -t 100 -m 0x100`
  private static let translated = bytes(
    """
    c000000000012200010000003b6b000002000000340001801400018008000100c0a8010a08000200cb00710a1c00
    02800500010011000000060002009c4000000600030013c40000340002801400018008000100cb00714d08000200
    0a0a01021c00028005000100110000000600020013ce0000060003009c4100000800030000000008080008000000
    010008000c00d079b0d008000b000000000108000700000000631c00188008000100000000000800020000000000
    0800030000000000
    """)

  /// `-s 2001:db8:9::10 -d 2001:db8:ff::10 -p icmpv6 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 7
  /// -t 100 -m 0x105`
  private static let echo = bytes(
    """
    000100000001220001000000696b00000a000000540001802c0001801400030020010db800090000000000000000
    00101400040020010db800ff0000000000000000001024000280050001003a000000060007000007000005000800
    800000000500090000000000540002802c0001801400030020010db800ff00000000000000000010140004002001
    0db800090000000000000000001024000280050001003a0000000600070000070000050008008100000005000900
    000000000800030000000008080008000000010508000c00d52a662308000b000000000108000700000000631c00
    1880080001000000000008000200000000000800030000000000
    """)

  static let listed = [translated, echo]

  private func flow(_ datagram: [UInt8]) throws -> TrackedFlow {
    try parse(datagram) { (body) throws(DecodeError) in try TrackedFlow(parsing: body) }
  }

  private func filter(_ scope: FlowFilter.Scope, mask: UInt32 = 0x3f00) -> FlowFilter {
    FlowFilter(mark: 0x100, mask: mask, family: .ipv4, scope: scope)
  }

  /// 203.0.113.10:5060 became 203.0.113.77:5070 before the way was looked up; who asks was
  /// translated after.
  @Test
  func `a flow goes where it was translated to, and comes from whom it was before`() throws {
    let flow = try flow(Self.translated)
    #expect(
      flow.packets.text
        == "from 192.168.1.10 to 203.0.113.77 ipproto udp sport 40000 dport 5070")
    #expect(flow.mark == 0x100)
  }

  @Test
  func `a flow without ports is read, too`() throws {
    #expect(
      try flow(Self.echo).packets.text
        == "from 2001:db8:9::10 to 2001:db8:ff::10 ipproto icmpv6")
  }

  @Test
  func `mark and status are looked at again: an older kernel does not`() throws {
    #expect(try filter(.all).includes(flow(Self.translated)))
    #expect(try filter(.all).includes(flow(Self.echo)))
    #expect(try !filter(.all, mask: 0x3fff).includes(flow(Self.echo)))
    #expect(try !filter(.translated).includes(flow(Self.translated)))
    #expect(try filter(.unanswered).includes(flow(Self.translated)))
  }

  /// Its number tells it from a later flow of the same addresses and ports.
  @Test
  func `one flow is ended by its addresses, ports and number`() throws {
    let request = FlowMessage.delete(
      try flow(Self.translated), .ipv4, isAnswered: false, sequence: 9)
    #expect(
      request.bytes
        == bytes(
          """
          50000000 0201 0100 09000000 00000000 02010000
          340001801400018008000100c0a8010a08000200cb00710a1c0002800500010011000000060002009c400000
          0600030013c40000 08000c00d079b0d0
          """))
  }
}
