import Model
import Testing
import Wire

struct NeighborDiscoveryTests {
  /// `ping -6 -c 1 2001:db8::2` between two namespaces, read from a packet socket; without the
  /// Ethernet and IPv6 headers. The checksums are set to zero, as ours are for the kernel.
  private let solicitation = bytes(
    "87000000 00000000 20010db8000000000000000000000002 0101 02000000000a")
  private let advertisement = bytes(
    "88000000 60000000 20010db8000000000000000000000002 0201 02000000000b")

  private static let target = IPAddress("2001:db8::2")!
  private static let asker = HardwareAddress("02:00:00:00:00:0a")!
  private static let owner = HardwareAddress("02:00:00:00:00:0b")!

  @Test
  func `a captured solicitation is what we send`() throws {
    let ours = NeighborSolicitation(for: Self.target, from: Self.asker)
    #expect(ours.bytes == solicitation)
    #expect(try NeighborSolicitation(parsing: solicitation.span, hopLimit: 255) == ours)
    // The capture went to this address.
    #expect(ours.destination == IPAddress("ff02::1:ff00:2"))
  }

  @Test
  func `a captured advertisement is read, and written to the same bytes`() throws {
    let answer = NeighborAdvertisement(target: Self.target, hardware: Self.owner)
    #expect(try NeighborAdvertisement(parsing: advertisement.span, hopLimit: 255) == answer)
    #expect(answer.bytes == advertisement)
    #expect(answer.answers(NeighborSolicitation(for: Self.target, from: Self.asker)))
  }

  @Test(arguments: [
    ("fe80::2aa:ff:fe28:9c5a", "ff02::1:ff28:9c5a"),
    ("4037::1:800:200e:8c6c", "ff02::1:ff0e:8c6c"),  // RFC 4291 §2.7.1
    ("2001:db8::", "ff02::1:ff00:0"), ("2001:db8::ffff:ffff", "ff02::1:ffff:ffff"),
  ])
  func `the solicited-node group ends in the address's last 24 bits`(
    address: String, group: String
  ) throws {
    let parsed = try #require(IPAddress(address))
    #expect(parsed.solicitedNode == IPAddress(group))
    #expect(IPAddress("192.0.2.1")?.solicitedNode == nil)
  }

  @Test(arguments: [false, true], [false, true])
  func `the three flags are told apart`(isFromRouter: Bool, isSolicited: Bool) throws {
    for isOverriding in [false, true] {
      let said = NeighborAdvertisement(
        target: Self.target, hardware: nil, isFromRouter: isFromRouter, isSolicited: isSolicited,
        isOverriding: isOverriding)
      #expect(try NeighborAdvertisement(parsing: said.bytes.span, hopLimit: 255) == said)
    }
  }

  @Test
  func `what nobody asked for, or of another address, is no answer`() throws {
    let asked = NeighborSolicitation(for: Self.target, from: nil)
    var said = NeighborAdvertisement(target: Self.target, hardware: Self.owner)
    said.isSolicited = false
    #expect(!said.answers(asked))
    said = NeighborAdvertisement(target: IPAddress("2001:db8::3")!, hardware: Self.owner)
    #expect(!said.answers(asked))
  }

  /// RFC 4861 §7.1: what a router has passed on does not come from a neighbour.
  @Test(arguments: [UInt8(0), 1, 64, 254])
  func `a message from beyond the link is refused`(hopLimit: UInt8) {
    #expect(throws: DecodeError.badValue(field: "hop limit")) {
      try NeighborAdvertisement(parsing: advertisement.span, hopLimit: hopLimit)
    }
    #expect(throws: DecodeError.badValue(field: "hop limit")) {
      try NeighborSolicitation(parsing: solicitation.span, hopLimit: hopLimit)
    }
  }

  @Test(arguments: [
    (0, 135, DecodeError.badValue(field: "type")), (1, 1, .badValue(field: "code")),
    (8, 0xff, .badValue(field: "target")),
    (25, 0, .badLength(0)),  // an option without a length would never be passed
    (25, 2, .truncated),
  ])
  func `an advertisement with a byte that cannot be is refused`(
    place: Int, value: UInt8, error: DecodeError
  ) {
    var bad = advertisement
    bad[place] = value
    #expect(throws: error) { try NeighborAdvertisement(parsing: bad.span, hopLimit: 255) }
  }

  @Test
  func `options are walked to the end, and unknown ones passed over`() throws {
    let nonce = bytes("0e01 010203040506")
    let odd = Array(advertisement.prefix(24)) + nonce + advertisement.suffix(8) + nonce
    let said = try NeighborAdvertisement(parsing: odd.span, hopLimit: 255)
    #expect(said.hardware == Self.owner)
    let damaged = odd + [1]
    #expect(throws: DecodeError.truncated) {
      try NeighborAdvertisement(parsing: damaged.span, hopLimit: 255)
    }
    // InfiniBand's addresses take 20 bytes: not a link of ours.
    let wide = Array(advertisement.prefix(24)) + [2, 3] + [UInt8](repeating: 7, count: 22)
    #expect(throws: DecodeError.badLength(22)) {
      try NeighborAdvertisement(parsing: wide.span, hopLimit: 255)
    }
  }

  /// Made by hand from RFC 4861 §4.2, §4.6.1 and §4.6.2; a DNS option (25) stands between.
  private static let routerAdvertisement = bytes(
    """
    86001234 40c00708 00007530 000003e8
    0101 02000000000b
    1903 0000 00000e10 20010db8000000000000000000000053
    0304 40c0 00278d00 00093a80 00000000 20010db8000100000000000000000099
    0304 3080 ffffffff ffffffff 00000000 20010db8ffff00000000000000000000
    """)

  @Test
  func `a router advertisement tells lifetime, flags and networks`() throws {
    let said = try RouterAdvertisement(parsing: Self.routerAdvertisement.span, hopLimit: 255)
    #expect(said.hopLimit == 64)
    #expect(said.hasManagedAddresses && said.hasOtherConfiguration)
    #expect(said.lifetime == .seconds(1_800))
    #expect(said.hardware == Self.owner)
    #expect(said.prefixes.map(\.prefix.description) == ["2001:db8:1::/64", "2001:db8:ffff::/48"])
    #expect(said.prefixes.map(\.isOnLink) == [true, true])
    #expect(said.prefixes.map(\.isAutonomous) == [true, false])
    #expect(said.prefixes[0].validFor == .seconds(2_592_000))
    #expect(said.prefixes[0].preferredFor == .seconds(604_800))
    #expect(said.prefixes[1].validFor == .seconds(Int64(UInt32.max)))
  }

  @Test
  func `a router advertisement cut inside its header or an option is refused`() {
    let whole = Self.routerAdvertisement
    let wholeOptions = [16, 24, 48, 80, 112]
    for count in 0...whole.count where !wholeOptions.contains(count) {
      let cut = Array(whole.prefix(count))
      #expect(throws: DecodeError.truncated) {
        try RouterAdvertisement(parsing: cut.span, hopLimit: 255)
      }
    }
    for count in wholeOptions {
      let cut = Array(whole.prefix(count))
      #expect(throws: Never.self) { try RouterAdvertisement(parsing: cut.span, hopLimit: 255) }
    }
  }

  @Test
  func `a network longer than an address is refused`() {
    var bad = Self.routerAdvertisement
    bad[50] = 129
    #expect(throws: DecodeError.badLength(129)) {
      try RouterAdvertisement(parsing: bad.span, hopLimit: 255)
    }
    bad = Array(bad.prefix(24)) + [3, 1, 64, 0xc0, 0, 0, 0, 0]
    #expect(throws: DecodeError.badLength(6)) {
      try RouterAdvertisement(parsing: bad.span, hopLimit: 255)
    }
  }
}

/// What Siaga itself says to hosts, and asks routers.
struct RouterDiscoveryTests {
  private static let own = HardwareAddress("02:00:00:00:00:0b")

  @Test
  func `an advertisement is written as it is read`() throws {
    let said = RouterAdvertisement(
      hopLimit: 64, flags: 0x48, lifetime: .seconds(1_800), hardware: Self.own,
      prefixes: [
        .init(
          Prefix(IPAddress("2001:db8:a:1::")!, length: 64), validFor: .seconds(7_200),
          preferredFor: .zero),
        .init(
          Prefix(IPAddress("2001:db8:b::")!, length: 48), isOnLink: false, isAutonomous: false,
          validFor: .seconds(Int64(UInt32.max)), preferredFor: .seconds(Int64(UInt32.max))),
      ])
    #expect(try RouterAdvertisement(parsing: said.bytes.span, hopLimit: 255) == said)
    // By hand from RFC 4861 §4.2 and §4.6.2.
    #expect(
      said.bytes.prefix(40)
        == bytes(
          """
          86000000 40480708 00000000 00000000 0101 02000000000b
          0304 40c0 00001c20 00000000 00000000
          """
        ).prefix(40))
    #expect(said.preference == .high && said.hasOtherConfiguration && !said.hasManagedAddresses)
  }

  @Test(
    arguments: [(0x00, .medium), (0x08, .high), (0x18, .low), (0x10, .medium)]
      as [(UInt8, RouterAdvertisement.Preference)])
  func `what is reserved is a medium preference`(
    flags: UInt8, preference: RouterAdvertisement.Preference
  ) {
    #expect(RouterAdvertisement(flags: flags, lifetime: .zero).preference == preference)
  }

  @Test
  func `a solicitation is written as it is read, with and without an address`() throws {
    for source in [Self.own, nil] {
      let asked = RouterSolicitation(from: source)
      #expect(try RouterSolicitation(parsing: asked.bytes.span, hopLimit: 255) == asked)
      #expect(throws: DecodeError.badValue(field: "hop limit")) {
        try RouterSolicitation(parsing: asked.bytes.span, hopLimit: 64)
      }
    }
    #expect(RouterSolicitation(from: nil).bytes == [133, 0, 0, 0, 0, 0, 0, 0])
  }
}
