import Model
import Testing
import Wire

struct VRRPTests {
  /// A packet after its IP header, and what it says.
  struct Sample: Sendable {
    let bytes: [UInt8]
    let says: VRRPAdvertisement
    var form = VRRPChecksumForm.pseudoHeader
    var source = IPAddress("10.1.0.2")!

    var destination: IPAddress { VRRPAdvertisement.multicastGroup(source.family) }
    var parsed: (VRRPAdvertisement, VRRPChecksumForm) {
      get throws { try VRRPAdvertisement.parse(bytes, from: source, to: destination) }
    }
  }

  private static func says(
    _ version: VRRPVersion, _ router: UInt8, _ priority: UInt8, every interval: Duration,
    _ addresses: String...
  ) -> VRRPAdvertisement {
    VRRPAdvertisement(
      version: version, router: router, priority: priority, interval: interval,
      addresses: addresses.map { IPAddress($0)! })
  }

  /// From Debian's keepalived 2.2.7: four instances in one namespace, stopped after eight seconds;
  /// `tcpdump -w c.pcap 'ip proto 112 or ip6 proto 112'` on the other end of its link.
  static let captured: [Sample] = [
    Sample(
      bytes: bytes("3133c802000a0823 0a010001 0a010004"),
      says: says(.three, 51, 200, every: .milliseconds(100), "10.1.0.1", "10.1.0.4")),
    Sample(
      bytes: bytes("31330002000ad023 0a010001 0a010004"),
      says: says(.three, 51, 0, every: .milliseconds(100), "10.1.0.1", "10.1.0.4")),
    Sample(
      bytes: bytes("21346402000166c1 0a010001 0a010004 0000000000000000"),
      says: says(.two, 52, 100, every: .seconds(1), "10.1.0.1", "10.1.0.4")),
    Sample(
      bytes: bytes("213400020001cac1 0a010001 0a010004 0000000000000000"),
      says: says(.two, 52, 0, every: .seconds(1), "10.1.0.1", "10.1.0.4")),
    Sample(
      bytes: bytes(
        "3133960200190e3d fe800000000000000000000000000001 20010db8000000000000000000000001"),
      says: says(.three, 51, 150, every: .milliseconds(250), "fe80::1", "2001:db8::1"),
      source: IPAddress("fe80::a")!),
  ]

  /// The same with `auth_type PASS`, which RFC 3768 has taken out again.
  private static let authenticated = bytes("2135640101010240 0a010009 7365637265743132")

  /// Summed by hand; ~ is the complement, and what runs over is added again.
  static let written: [Sample] = [
    // RFC 3768 §5.3.8: 2101 + ff01 + 0001 + c000 + 0201 = 1 e204 → e205; ~ = 1dfa.
    Sample(
      bytes: bytes("2101ff0100011dfa c0000201 0000000000000000"),
      says: says(.two, 1, 255, every: .seconds(1), "192.0.2.1")),
    // RFC 9568 §5.2.8, the message alone: 3133 + c802 + 000a + 0a01 + 0001 + 0a01 + 0004 = 1 0d46
    // → 0d47; ~ = f2b8.
    Sample(
      bytes: bytes("3133c802000af2b8 0a010001 0a010004"),
      says: says(.three, 51, 200, every: .milliseconds(100), "10.1.0.1", "10.1.0.4"),
      form: .message),
    // The same as keepalived reads RFC 5798: and 0a01 + 0002, e000 + 0012, 0070 (112), 0010 (16
    // bytes) = f7dc; ~ = 0823, as captured. With one address: 3133 + c801 + 000a + 0a01 + 0001
    // = 1 0340 → 0341, and 0a01 + 0002 + e000 + 0012 + 0070 + 000c = edd2; ~ = 122d.
    Sample(
      bytes: bytes("3133c801000a122d 0a010001"),
      says: says(.three, 51, 200, every: .milliseconds(100), "10.1.0.1")),
    // RFC 8200 §8.1: 3133 + 9601 + 0fff + fe80 + 0001 = 1 d5b4 → d5b5, and fe80 + 000a, ff02 + 0012,
    // 0018 (24 bytes), 0070 = 3 d3da → d3dd; ~ = 2c22. The longest interval there is.
    Sample(
      bytes: bytes("313396010fff2c22 fe800000000000000000000000000001"),
      says: says(.three, 51, 150, every: .milliseconds(40_950), "fe80::1"),
      source: IPAddress("fe80::a")!),
  ]

  @Test(arguments: captured + written)
  func `what others send is read, and written to the same bytes`(sample: Sample) throws {
    let (says, form) = try sample.parsed
    #expect(says == sample.says)
    #expect(form == sample.form)
    let bytes = sample.says.bytes(
      from: sample.source, to: sample.destination, checksum: sample.form)
    #expect(bytes == sample.bytes)
  }

  @Test(arguments: VRRPChecksumForm.allCases)
  func `of version 2 and of IPv6 there is one form`(form: VRRPChecksumForm) {
    for sample in Self.captured.dropFirst(2) {
      let bytes = sample.says.bytes(from: sample.source, to: sample.destination, checksum: form)
      #expect(bytes == sample.bytes)
    }
  }

  /// A pseudo-header is of this packet: the same bytes between others have another sum.
  @Test func `a checksum with a pseudo-header counts for its two addresses alone`() {
    let sample = Self.captured[0]
    #expect(throws: VRRPRefusal.checksum) {
      try VRRPAdvertisement.parse(
        sample.bytes, from: IPAddress("10.1.0.3")!, to: sample.destination)
    }
    #expect(throws: VRRPRefusal.checksum) {
      try VRRPAdvertisement.parse(sample.bytes, from: sample.source, to: IPAddress("10.1.0.3")!)
    }
  }

  /// RFC 9568 §5.2.6. The sum is the one above with f000 more: 0d47 + f000 = fd47; ~ = 02b8.
  @Test func `the reserved bits are passed over, and sent as zero`() throws {
    var sample = Self.written[1]
    sample = Sample(
      bytes: bytes("3133c802f00a02b8 0a010001 0a010004"), says: sample.says, form: .message)
    #expect(try sample.parsed.0 == sample.says)
  }

  @Test(arguments: [
    (bytes("1133c802000a0000 0a010001 0a010004"), VRRPRefusal.version),
    (bytes("4133c802000a0000 0a010001 0a010004"), .version),
    (bytes("3033c802000a0000 0a010001 0a010004"), .type),
    (bytes("3233c802000a0000 0a010001 0a010004"), .type),
    (bytes("2f346402000166c1 0a010001 0a010004 0000000000000000"), .type),
    (bytes("3133c800000a0000 0a010001 0a010004"), .count),
    (bytes("3133c803000a0000 0a010001 0a010004"), .count),
    (bytes("3133c8ff000a0000 0a010001 0a010004"), .count),
    (bytes("3133c80200000000 0a010001 0a010004"), .interval),
    (bytes("3133c802f0000000 0a010001 0a010004"), .interval),
    (bytes("2134640200000000 0a010001 0a010004 0000000000000000"), .interval),
    (authenticated, .authentication),
    (bytes("3133c802000a0824 0a010001 0a010004"), .checksum),
    (bytes("3133c802000a0000 0a010001 0a010004"), .checksum),
    (bytes("21346402000166c2 0a010001 0a010004 0000000000000000"), .checksum),
    ([], .tooShort),
  ])
  func `what is not an advertisement is refused`(bytes: [UInt8], refusal: VRRPRefusal) {
    let source = IPAddress("10.1.0.2")!
    #expect(throws: refusal) {
      try VRRPAdvertisement.parse(
        bytes, from: source, to: VRRPAdvertisement.multicastGroup(.ipv4))
    }
  }

  @Test func `version 2 is of IPv4 alone`() {
    let sample = Self.captured[4]
    var other = sample.bytes
    other[0] = 0x21
    #expect(throws: VRRPRefusal.version) {
      try VRRPAdvertisement.parse(other, from: sample.source, to: sample.destination)
    }
  }

  @Test(arguments: captured + written)
  func `a bit that turned is noticed`(sample: Sample) {
    for place in sample.bytes.indices {
      for bit in 0..<8 {
        var other = sample.bytes
        other[place] ^= 1 << bit
        #expect(throws: VRRPRefusal.self) {
          try VRRPAdvertisement.parse(other, from: sample.source, to: sample.destination)
        }
      }
    }
  }

  @Test(arguments: captured + written)
  func `an advertisement cut anywhere is refused, never half read`(sample: Sample) {
    let end = 8 + sample.says.addresses.count * sample.source.family.bits / 8
    for count in 0..<end {
      #expect(throws: count < 8 ? VRRPRefusal.tooShort : .count) {
        try VRRPAdvertisement.parse(
          Array(sample.bytes.prefix(count)), from: sample.source, to: sample.destination)
      }
    }
  }

  /// RFC 3768 §5.3.10: sent as zero, passed over when it came.
  @Test func `the authentication that there is not may be cut or padded`() throws {
    let sample = Self.captured[2]
    for bytes in [Array(sample.bytes.prefix(16)), sample.bytes + [0, 0, 0, 0]] {
      let (says, _) = try VRRPAdvertisement.parse(
        bytes, from: sample.source, to: sample.destination)
      #expect(says == sample.says)
    }
  }

  @Test func `an interval that no field can say is said as near as it goes`() throws {
    for (version, asked, said) in [
      (VRRPVersion.three, Duration.milliseconds(1), Duration.milliseconds(10)),
      (.three, .seconds(300), .milliseconds(40_950)), (.two, .milliseconds(400), .seconds(1)),
      (.two, .seconds(300), .seconds(255)),
    ] {
      #expect(!version.canSay(asked) && version.canSay(said))
      var sample = Self.written[0].says
      sample.version = version
      sample.interval = asked
      let (source, destination) = (Self.written[0].source, Self.written[0].destination)
      let bytes = sample.bytes(from: source, to: destination, checksum: .message)
      let (read, _) = try VRRPAdvertisement.parse(bytes, from: source, to: destination)
      #expect(read.interval == said)
    }
  }

  @Test(arguments: UInt64(1)...4)
  func `whatever is written reads back as the same`(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for _ in 0..<500 {
      let family: Family = Bool.random(using: &dice) ? .ipv4 : .ipv6
      let version: VRRPVersion =
        family == .ipv4 && Bool.random(using: &dice) ? .two : .three
      let form = VRRPChecksumForm.allCases.randomElement(using: &dice) ?? .message
      let addresses = (0..<Int.random(in: 1...255, using: &dice)).map { _ -> IPAddress in
        let low = UInt64.random(in: .min ... .max, using: &dice)
        return family == .ipv4 ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high: ~low, low: low)
      }
      let ticks = Int64.random(in: 1...version.mostTicks, using: &dice)
      let says = VRRPAdvertisement(
        version: version, router: .random(in: 1...255, using: &dice),
        priority: .random(in: 0...255, using: &dice), interval: version.tick * Int(ticks),
        addresses: addresses)
      let (source, destination) = (addresses[0], VRRPAdvertisement.multicastGroup(family))
      let bytes = says.bytes(from: source, to: destination, checksum: form)
      let (read, _) = try VRRPAdvertisement.parse(bytes, from: source, to: destination)
      #expect(read == says)
    }
  }
}
