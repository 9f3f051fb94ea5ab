import Model
import Testing
import Wire

/// Messages as Linux 6.18 sent them, to dumps by a raw NETLINK_ROUTE socket in a namespace with
/// two veth pairs (`ip link add wan1 type veth peer name peer1`, and so on).
struct CapturedNetlinkTests {
  private let wan1 = InterfaceIndex(3)
  private let wan2 = InterfaceIndex(5)

  private func route(_ hex: String) throws -> Route? {
    try parse(bytes(hex)) { (body) throws(DecodeError) in try RouteMessage(parsing: body).route }
  }

  private func rule(_ hex: String) throws -> Rule? {
    try parse(bytes(hex)) { (body) throws(DecodeError) in try RuleMessage.parse(body) }
  }

  private func reply(_ hex: String) throws -> NetlinkReply {
    let all = bytes(hex)
    let datagram = NetlinkDatagram(all, count: all.count)
    var reader = datagram.reader
    guard let message = try reader.nextMessage() else { throw DecodeError.truncated }
    return try NetlinkReply(parsing: message)
  }

  /// `ip route add default via 10.10.1.1 table 8100 proto 83`
  @Test
  func `a default route of a link's table is read`() throws {
    let found = try route(
      """
      340000001800220001000000a359000002000000fc5300010000000008000f00a41f0000080005000a0a0101
      0800040003000000
      """)
    let hop = NextHop(interface: wan1, gateway: IPAddress("10.10.1.1"))
    #expect(found == Route(.defaultV4, table: 8100, hops: [hop]))
  }

  /// `ip route add default table 8300 proto 83 nexthop via 10.10.1.1 weight 3 nexthop via 10.20.1.1 weight 1`
  @Test
  func `a route with two hops is read, weights and all`() throws {
    let found = try route(
      """
      480000001800220001000000a359000002000000fc5300010000000008000f006c2000002400090010000002
      03000000080005000a0a01011000100005000000080005000a140101
      """)
    let hops = [
      NextHop(interface: wan1, gateway: IPAddress("10.10.1.1"), weight: 3),
      // The kernel marks a hop whose link has no carrier (RTNH_F_LINKDOWN); it is a hop still.
      NextHop(interface: wan2, gateway: IPAddress("10.20.1.1"), weight: 1),
    ]
    #expect(found == Route(.defaultV4, table: 8300, hops: hops))
  }

  /// `ip route add 203.0.113.0/24 via 10.20.1.1 table 8301 proto 83 metric 7`
  @Test
  func `a route to a prefix with a metric is read`() throws {
    let found = try route(
      """
      440000001800220001000000a359000002180000fc5300011000000008000f006d20000008000100cb007100
      0800060007000000080005000a1401010800040005000000
      """)
    let hop = NextHop(interface: wan2, gateway: IPAddress("10.20.1.1"))
    let prefix = Prefix(try #require(IPAddress("203.0.113.0")), length: 24)
    #expect(found == Route(prefix, table: 8301, hops: [hop], metric: 7))
  }

  /// `ip rule add priority …`, in this order; the kernel's own three are left out.
  @Test(arguments: [
    (
      "3c00000020000200010000000759000002000000fe0000010000000008000f00fe00000008000e0000000000050015005300000008000600401f0000",
      "8000 from all lookup 254 suppress 0"
    ),
    (
      "4800000020000200010000000759000002000000fc0000011000000008000f00a41f000008000e00ffffffff05001500530000000900110077616e310000000008000600a41f0000",
      "8100 from all oif wan1 lookup 8100"
    ),
    (
      "4400000020000200010000000759000002002000fc0000010000000008000f00a41f000008000e00ffffffff0500150053000000080006006c200000080002000a0a0102",
      "8300 from 10.10.1.2 lookup 8100"
    ),
    (
      "4c00000020000200010000000759000002000000fc0000010000000008000f00a41f000008000e00ffffffff0500150053000000080006003421000008000a000001000008001000003f0000",
      "8500 from all fwmark 0x100/0x3f00 lookup 8100"
    ),
    (
      "3c00000020000200010000000759000002000000fc0000010000000008000f006c20000008000e00ffffffff050015005300000008000600c4220000",
      "8900 from all lookup 8300"
    ),
  ])
  func `our rules are read as they were typed`(hex: String, words: String) throws {
    let rule = try #require(try rule(hex))
    #expect(rule.isOurs)
    let suppress = rule.suppressPrefixLength.map { " suppress \($0)" } ?? ""
    #expect("\(rule.priority) \(rule.selector.text) lookup \(rule.table)\(suppress)" == words)
  }

  /// `ip address add 10.10.1.2/24 dev wan1`
  @Test
  func `an address that somebody else set is not ours`() throws {
    let held = try parse(
      bytes(
        """
        500000001400020001000000a35900000218800003000000080001000a0a0102080002000a0a010209000300
        77616e3100000000080008008000000014000600ffffffffffffffff09200f0009200f00
        """)
    ) { (body) throws(DecodeError) in try AddressMessage.parse(body) }
    let address = try #require(InterfaceAddress("10.10.1.2/24"))
    #expect(held == HeldAddress(interface: wan1, address: address, origin: 0))
  }

  /// `ip address add 10.10.1.2/24 dev wan1 valid_lft 600 preferred_lft 300`
  @Test
  func `an address with an end is a leased one`() throws {
    let held = try parse(
      bytes(
        """
        500000001400020001000000cc4a00000218000005000000080001000a0a0102080002000a0a010209000300
        77616e3100000000080008000000000014000600 2c010000580200008976360089763600
        """)
    ) { (body) throws(DecodeError) in try AddressMessage.parse(body) }
    #expect(held?.isLeased == true)
    #expect(held?.stage == .preferred)
  }

  /// `ip link set wan1 up`, and wan2 whose peer is down; the message is cut after IFLA_OPERSTATE.
  @Test(arguments: [("03000000431001", "31", "06", true), ("05000000031000", "32", "03", false)])
  func `a link tells whether it has carrier`(
    indexAndFlags: String, digit: String, operState: String, hasCarrier: Bool
  ) throws {
    let link = try parse(
      bytes(
        "3c0000001000020001000000a359000000000100\(indexAndFlags)00000000000900030077616e\(digit)00000000"
          + "08000d00e803000005001000\(operState)000000")
    ) { (body) throws(DecodeError) in try LinkMessage.parse(body) }
    #expect(
      link
        == Link(
          index: hasCarrier ? wan1 : wan2,
          name: try #require(InterfaceName("wan\(hasCarrier ? 1 : 2)")),
          isUp: true, hasCarrier: hasCarrier, isOperational: hasCarrier))
  }

  /// IFLA_IFNAME, IFLA_STATS64 (cut to 8 bytes) and IFLA_OPERSTATE.
  @Test
  func `a link's counters are not what it steadily is`() {
    let message = bytes(
      "3c0000001000020001000000a359000000000100 03000000431001000000 00000900030077616e3100000000"
        + "0c0017000800000000000000 0500100006000000")
    let parts = LinkMessage.steadyParts(of: Reader(message.span))
    #expect(parts == [0..<48, 56..<message.count])
    let cut = Array(message[..<20])
    let whole = LinkMessage.steadyParts(of: Reader(cut.span))
    #expect(whole == [0..<20])
  }

  /// A route via 172.16.0.1, which no address of wan1 reaches; without and with NETLINK_CAP_ACK.
  @Test(arguments: [
    """
    680000000200000207000000a35900009bffffff3400000018000504070000000000000002000000005300010000
    000008000f00a41f0000080004000300000008000500ac100001200001004e657874686f702068617320696e7661
    6c6964206761746577617900
    """,
    """
    440000000200000307000000a35900009bffffff3400000018000504070000000000000020000100 4e657874686f
    702068617320696e76616c6964206761746577617900
    """,
  ])
  func `a refusal is told in the kernel's own words`(hex: String) throws {
    let reply = try reply(hex)
    #expect(!reply.isSuccess)
    #expect(reply.sequence == 7)
    #expect(reply.code == 101)  // ENETUNREACH
    #expect(reply.message == "Nexthop has invalid gateway")
  }

  /// A route to delete from a table that is not there.
  @Test
  func `a deletion that found nothing is told as such`() throws {
    let reply = try reply(
      """
      440000000200000309000000a3590000fdffffff1c0000001900050009000000000000001d0001004649422074
      61626c6520646f6573206e6f7420657869737400000000
      """)
    #expect(reply.code == 3)  // ESRCH
    #expect(reply.message == "FIB table does not exist")
  }
}
