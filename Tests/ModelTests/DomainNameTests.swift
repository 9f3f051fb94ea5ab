import Model
import Testing

struct DomainNameTests {
  @Test(arguments: [
    ("www.example.com", 3), ("www.example.com.", 3), ("example", 1), (".", 0),
    ("_dns.resolver.arpa", 3), ("0/25.2.0.192.in-addr.arpa", 6), ("*.example.com", 3),
  ])
  func `a name is the parts between its dots`(text: String, parts: Int) throws {
    let name = try DomainName(text)
    #expect(name.labels.count == parts)
    #expect(try DomainName(name.description) == name)
  }

  @Test
  func `the case of letters makes no other name, and is kept`() throws {
    let name = try DomainName("wWw.ExAmPlE.cOm")
    #expect(try name == DomainName("www.example.com"))
    #expect(try Set([name]).contains(DomainName("WWW.EXAMPLE.COM")))
    #expect(name.description == "wWw.ExAmPlE.cOm")
    // 0x40 and 0x60 differ in the bit of case, and are no letters.
    #expect(try DomainName("a@b") != DomainName("a`b"))
  }

  @Test
  func `names as long as can be are names, and one byte more is not`() throws {
    let label = String(repeating: "a", count: 63)
    let longest = "\(label).\(label).\(label).\(label.dropLast(2))"
    #expect(try DomainName(longest).wireLength == 255)
    #expect(throws: DomainNameError.long(256)) { try DomainName("\(longest)a") }
    #expect(throws: DomainNameError.longLabel(64)) { try DomainName("\(label)a.example") }
  }

  @Test(arguments: [
    ("", "a part of the name is empty"), ("..", "a part of the name is empty"),
    (".com", "a part of the name is empty"), ("a..b", "a part of the name is empty"),
    ("a b", "no name has the character U+0020"), ("a\tb", "no name has the character U+0009"),
    ("a\\046b", "no name has the character U+005C"),
    ("münchen.de", "servers know it by its ASCII form; write that (`xn--…`)"),
    (
      String(repeating: "x", count: 64),
      "a part of a name has at most 63 bytes, and one here has 64"
    ),
    (
      String(repeating: "x.", count: 128),
      "a name takes at most 255 bytes in a packet, and this one takes 257"
    ),
  ])
  func `what is no name is refused in words`(text: String, reason: String) {
    let error = #expect(throws: DomainNameError.self) { try DomainName(text) }
    #expect(error?.description == reason)
  }

  @Test
  func `bytes that would be misread are escaped`() throws {
    let name = try DomainName(labels: [[0x61, 0x2e, 0x62], [0x00, 0x5c, 0xff]])
    #expect(name.description == #"a\046b.\000\092\255"#)
  }
}
