import Model
import Testing

struct IPAddressTests {
  /// RFC 5952: what may be written, and how it is written best.
  @Test(arguments: [
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),  // the first of equal runs
    ("2001:0db8::0001", "2001:db8::1"), ("2001:DB8::A", "2001:db8::a"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  // a single zero group stays
    ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("fe80::1:0:0", "fe80::1:0:0"),
    ("::ffff:192.0.2.1", "::ffff:c000:201"), ("::1.2.3.4", "::102:304"),
    ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("10.20.1.2", "10.20.1.2"),
  ])
  func `an address is printed in its shortest form`(text: String, shortest: String) {
    #expect(IPAddress(text)?.description == shortest)
    #expect(IPAddress(shortest)?.description == shortest)
  }

  @Test(arguments: [
    "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-1", "01.2.3.4", "1.2.3.4 ", "1..2.3",
    "+1.2.3.4", "1.2.3.4/24", "0x1.2.3.4", "١.2.3.4", ":", ":::", "1:", ":1", "1::2::3", "12345::",
    "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
    "1.2.3.4::", "::1.2.3", "::1.2.3.4.5", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "fe80::1%eth0",
    "::-1", "::+1", "::ffff:1.2.3.256", "é::", "1.2.3.4:", ":1.2.3.4",
  ])
  func `what is no address is refused`(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: UInt64(1)...4)
  func `every address is read back as it was printed`(seed: UInt64) {
    var random = Dice(seed: seed)
    for _ in 0..<500 {
      // Many zeros, so that runs of them occur.
      let bytes = (0..<(random.isEven ? 4 : 16)).map { _ in random.isEven ? 0 : random.byte }
      let address = IPAddress(bytes: bytes)
      #expect(address?.bytes == bytes)
      #expect(address.flatMap { IPAddress($0.description) } == address)
    }
  }

  @Test(arguments: UInt64(1)...2)
  func `no text makes the parsers trap`(seed: UInt64) {
    var random = Dice(seed: seed)
    let letters = Array("0123456789abcdefF:::.../ %-+é")
    for _ in 0..<5_000 {
      let text = String(
        (0..<Int(random.byte % 24)).map { _ in letters[Int(random.byte) % letters.count] })
      if let address = IPAddress(text) { #expect(IPAddress(address.description) == address) }
      if let address = InterfaceAddress(text) {
        #expect(InterfaceAddress(address.description) == address)
      }
      _ = InterfaceName(text)
    }
  }

  @Test
  func `addresses sort like their bytes, IPv4 first`() {
    let sorted = ["9.0.0.1", "10.0.0.1", "10.0.0.2", "::1", "2001:db8::", "fe80::1"]
    #expect(sorted.shuffled().compactMap(IPAddress.init).sorted().map(\.description) == sorted)
  }
}

/// A generator of its own, so that the nouns are tested without anything above them.
struct Dice {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
  }

  /// xorshift64.
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  var byte: UInt8 { mutating get { UInt8(truncatingIfNeeded: next() >> 32) } }
  var isEven: Bool { mutating get { byte.isMultiple(of: 2) } }
}
