import Model
import Testing

struct NounTests {
  @Test(arguments: [
    ("10.1.2.3", 8, "10.0.0.0/8"), ("10.1.2.3", 0, "0.0.0.0/0"), ("10.1.2.3", 32, "10.1.2.3/32"),
    ("10.1.2.255", 25, "10.1.2.128/25"), ("2001:db8::ff", 64, "2001:db8::/64"),
    ("2001:db8::ff", 124, "2001:db8::f0/124"), ("ffff::1", 0, "::/0"),
    ("ffff::1", 128, "ffff::1/128"),
  ])
  func `a prefix clears what lies behind its length`(address: String, length: Int, text: String)
    throws
  {
    #expect("\(Prefix(try #require(IPAddress(address)), length: length))" == text)
  }

  @Test
  func `a prefix contains its own addresses only, of its own family`() throws {
    let prefix = Prefix(try #require(IPAddress("10.10.1.0")), length: 24)
    #expect(prefix.contains(try #require(IPAddress("10.10.1.255"))))
    #expect(!prefix.contains(try #require(IPAddress("10.10.2.0"))))
    #expect(!prefix.contains(try #require(IPAddress("::a0a:100"))))
    #expect(Prefix.defaultV4.contains(try #require(IPAddress("8.8.8.8"))))
  }

  @Test(arguments: [
    "10.0.0.1", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/+8", "/24", "10.0.0.1/24/8",
    "10.0.0.1/2 4", "::1/129",
  ])
  func `an interface's address needs a length that fits`(text: String) {
    #expect(InterfaceAddress(text) == nil)
  }

  @Test(arguments: ["eth0", "wan.100", "a", "abcdefghijklmno", "br-12_3", "é"])
  func `the kernel's names are taken`(text: String) {
    #expect(InterfaceName(text)?.text == text)
  }

  @Test(arguments: [
    "", ".", "..", "abcdefghijklmnop", "a/b", "a b", "a\tb", "a:1", "a\n", "éééééééé",
  ])
  func `what the kernel would not name an interface is refused`(text: String) {
    #expect(InterfaceName(text) == nil)
  }

  @Test
  func `marks of links lie within the mask and differ`() {
    let marks = MarkSpace.standard
    #expect(marks.capacity == 63)
    let values = (0..<marks.capacity).map(marks.mark)
    #expect(values.first == 0x100)
    #expect(values.last == 0x3f00)
    #expect(Set(values).count == marks.capacity)
    #expect(values.allSatisfy { $0 & ~marks.mask == 0 && $0 != 0 })
  }

  @Test(arguments: [
    ([Health.up, .up], Health.up), ([.up, .down], .up), ([.down, .down], .down),
    ([.unknown, .down], .unknown), ([.unknown, .unknown], .unknown), ([.unknown, .up], .up),
  ])
  func `one of two checks is enough where one is asked for`(healths: [Health], expected: Health) {
    let judge = Judge.need(1, of: [.check("a"), .check("b")])
    #expect(judge.health { $0 == "a" ? healths[0] : healths[1] } == expected)
  }

  @Test(arguments: [
    ([Health.up, .up], Health.up), ([.up, .down], .down), ([.unknown, .down], .down),
    ([.unknown, .up], .unknown),
  ])
  func `both checks must be up where both are asked for`(healths: [Health], expected: Health) {
    let judge = Judge.need(2, of: [.check("a"), .check("b")])
    #expect(judge.health { $0 == "a" ? healths[0] : healths[1] } == expected)
  }

  @Test
  func `who is not asked does not count, and of all of them nothing follows`() {
    let judge = Judge.need(2, of: [.check("a"), .check("b"), .need(1, of: [.check("b")])])
    #expect(judge.health { $0 == "a" ? .up : nil } == .up)
    #expect(judge.health { $0 == "a" ? nil : .down } == .down)
    #expect(judge.health { _ in nil } == nil)
    #expect(Judge.both(judge, nil) == judge)
    #expect(Judge.both(judge, judge) == judge)
    #expect(Judge.both(nil, nil) == nil)
    #expect(Judge.both(.check("a"), .check("b")) == .need(2, of: [.check("a"), .check("b")]))
  }

  @Test
  func `checks are named in file order, each once`() {
    let judge = Judge.need(
      2, of: [.check("b"), .need(1, of: [.check("a"), .check("b")]), .check("c")])
    #expect(judge.checks == ["b", "a", "c"])
  }
}
