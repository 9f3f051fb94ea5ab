import Model
import Testing
import Wire

struct SHA256Tests {
  /// FIPS 180-4's examples, and the lengths at which padding needs another block.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `a message has the hash of the standard`(message: String, hash: String) {
    #expect(SHA256.hash(Array(message.utf8)).hexadecimal == hash)
  }

  @Test func `a million letters have the hash of the standard`() {
    let hash = SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)).hexadecimal
    #expect(hash == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// RFC 4231 §4.2, §4.3, §4.7: a short key, a shorter one, one that is longer than a block.
  @Test func `a message is authenticated as in RFC 4231`() {
    let short = SHA256.authentication(
      of: Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20))
    #expect(
      short.hexadecimal == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    let shorter = SHA256.authentication(
      of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
    #expect(
      shorter.hexadecimal == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let long = SHA256.authentication(
      of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      key: [UInt8](repeating: 0xaa, count: 131))
    #expect(
      long.hexadecimal == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test func `only the same bytes are the same`() {
    #expect(SHA256.areSame([1, 2, 3], [1, 2, 3]))
    #expect(!SHA256.areSame([1, 2, 3], [1, 2, 4]) && !SHA256.areSame([1, 2], [1, 2, 3]))
    #expect(SHA256.areSame([], []))
  }
}

struct PeerMessageTests {
  static let message = PeerMessage(
    sender: "a", recipient: "router-b", epoch: .max, echo: 7, counter: 1 << 40, path: 15,
    heardPaths: 0x8001, digest: 0x0123_4567_89ab_cdef,
    groups: [
      .init(group: 1, role: .waiting, priority: 0, wants: false),
      .init(group: 2, role: .yielding, priority: 254, wants: true),
    ])

  @Test func `what is written reads back`() throws {
    #expect(try PeerMessage(parsing: Self.message.bytes.span) == Self.message)
  }

  @Test func `every message that is cut is refused`() {
    let bytes = Self.message.bytes
    for count in bytes.indices {
      let cut = Array(bytes.prefix(count))
      #expect(throws: DecodeError.self, "\(count) bytes") {
        try PeerMessage(parsing: cut.span)
      }
    }
  }

  /// The sender's name begins at byte 42, and the count of groups comes after the recipient's.
  @Test(arguments: [
    (0, 0x73, "magic"), (3, 2, "version"), (36, 16, "path"), (42, 0xff, "name"),
    (52, 101, "count of groups"), (61, 4, "role"),
  ])
  func `what cannot be is refused`(place: Int, value: UInt8, field: StaticString) {
    var bytes = Self.message.bytes
    bytes[place] = value
    #expect(throws: DecodeError.badValue(field: field)) {
      try PeerMessage(parsing: bytes.span)
    }
  }
}

extension [UInt8] {
  fileprivate var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
