import Model
import Testing
import Wire

/// A bond and its ports, as Linux 6.1 tells of them: the answers to RTM_GETLINK after
/// `ip link add bond7 type bond mode active-backup miimon 100 updelay 200 fail_over_mac active
/// primary d1 num_grat_arp 3`, without what Siaga does not read.
struct BondMessageTests {
  private static let bond = """
    2c010000100000000100000092000000000001000400000043140100000000000a000300626f6e643700
    0000050010000600000008001b00000000000a0001000200000000010000e400120009000100626f6e64
    00000000d400020005000100010000000800020002000000080003006400000008000400c80000000800
    05000000000008001c000000000005000600010000000800070000000000080009000000000008000a00
    0000000008000b000200000005000c000000000005000d000100000005000e000000000008000f000100
    000005001000030000000500110000000000080012000000000008001300010000000800140001000000
    05001d00010000000500150000000000050016000000000005001b000100000005001e00020000000500
    200001000000
    """
  private static let active = """
    a00000001000000001000000920000000000010002000000c30801000000000007000300643100000500
    10000000000008001b000000000008000a00040000000a0001000200000000010000540012000a000100
    64756d6d7900000009000400626f6e640000000038000500050001000000000005000200000000000800
    0300000000000a000400020000000001000006000500000000000800090000000000
    """
  private static let backup = """
    a00000001000000001000000920000000000010003000000c30801000000000007000300643200000500
    10000000000008001b000000000008000a00040000000a0001000200000000020000540012000a000100
    64756d6d7900000009000400626f6e640000000038000500050001000100000005000200000000000800
    0300000000000a000400020000000002000006000500000000000800090000000000
    """

  static let captured = [bond, active, backup].map { bytes($0) }

  private static func link(_ hex: String) throws -> Link {
    try #require(
      try parse(bytes(hex)) { (body) throws(DecodeError) in try LinkMessage.parse(body) })
  }

  @Test
  func `a bond is read with its settings, and who carries`() throws {
    let link = try Self.link(Self.bond)
    let report = try #require(link.bond)
    #expect(link.name.text == "bond7" && link.master == nil && link.port == nil)
    #expect(report.options.mode == .activeBackup)
    #expect(report.active == InterfaceIndex(2) && report.primary == InterfaceIndex(2))
    let told = Dictionary(
      uniqueKeysWithValues: report.options.all.map {
        ($0.option.name, $0.value.text(of: $0.option))
      })
    let expected = [
      "mode": "active-backup", "miimon": "100", "updelay": "200", "downdelay": "0",
      "use_carrier": "1", "arp_interval": "0", "arp_validate": "none", "arp_all_targets": "any",
      "arp_missed_max": "2", "primary_reselect": "always", "fail_over_mac": "active",
      "xmit_hash_policy": "layer2", "resend_igmp": "1", "num_peer_notif": "3",
      "all_slaves_active": "0", "min_links": "0", "lp_interval": "1", "packets_per_slave": "1",
      "lacp_active": "1", "lacp_rate": "slow", "ad_select": "stable", "tlb_dynamic_lb": "1",
      "peer_notif_delay": "0",
    ]
    for (name, text) in expected { #expect(told[name] == text, "\(name)") }
  }

  @Test
  func `a port is read with its state, and whose it is`() throws {
    for (hex, isActive, number) in [(Self.active, true, 1), (Self.backup, false, 2)] {
      let link = try Self.link(hex)
      #expect(link.master == InterfaceIndex(4) && link.bond == nil)
      let own = try #require(HardwareAddress("02:00:00:00:00:0\(number)"))
      #expect(link.port == BondPort(isActive: isActive, condition: .up, permanentAddress: own))
    }
  }

  /// What is asked for is read back as it was asked for.
  @Test
  func `every setting can be written, and is read as it was`() throws {
    var options = BondOptions()
    for (place, option) in BondOption.allCases.enumerated() {
      options[option] =
        switch option.form {
        case .byte, .short, .word: .number(UInt32(place % (option.words?.count ?? 200)))
        case .hardware: .hardware(try #require(HardwareAddress("02:00:00:00:00:77")))
        case .addresses(.ipv4): .addresses([IPAddress("192.0.2.1")!, IPAddress("192.0.2.2")!])
        case .addresses(.ipv6): .addresses([IPAddress("fe80::1")!])
        }
    }
    let name = try #require(InterfaceName("bond0"))
    let request = BondMessage.add(name, options, sequence: 7)
    let link = try #require(
      try parse(request.bytes) { (body) throws(DecodeError) in try LinkMessage.parse(body) })
    #expect(link.bond?.options == options && link.isOurs && !link.isUp)
  }

  @Test
  func `one setting, the port that carries and the one that is preferred are asked for alone`()
    throws
  {
    let (bond, port) = (InterfaceIndex(4), InterfaceIndex(2))
    func said(_ request: NetlinkRequest) throws -> BondReport? {
      var named = request
      named.attribute(3, text: "bond7")  // IFLA_IFNAME, without which it would be nobody's answer
      return try parse(named.bytes) { (body) throws(DecodeError) in
        try LinkMessage.parse(body)?.bond
      }
    }
    var options = BondOptions()
    options[.carrierInterval] = .number(50)
    #expect(
      try said(BondMessage.set(.carrierInterval, to: .number(50), of: bond, sequence: 1))
        == BondReport(options: options))
    #expect(
      try said(BondMessage.activate(port, in: bond, sequence: 2)) == BondReport(active: port))
    #expect(
      try said(BondMessage.prefer(port, in: bond, sequence: 3)) == BondReport(primary: port))
    #expect(try said(BondMessage.prefer(nil, in: bond, sequence: 4)) == BondReport())
    var sized = BondMessage.resize(bond, to: 9_000, sequence: 5)
    sized.attribute(3, text: "bond7")
    let mtu = try parse(sized.bytes) { (body) throws(DecodeError) in
      try LinkMessage.parse(body)?.mtu
    }
    #expect(mtu == 9_000)
  }
}
