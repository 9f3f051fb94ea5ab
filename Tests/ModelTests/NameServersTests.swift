import Model
import Testing

/// What resolv.conf(5) says.
struct NameServersTests {
  private static let ether1 = InterfaceName("ether1")!
  private static let ether2 = InterfaceName("ether2")!

  private static func servers(_ sources: (InterfaceName, [String])...) -> NameServers {
    NameServers(
      place: .system,
      sources: sources.map { .init(interface: $0.0, servers: $0.1.map { IPAddress($0)! }) })
  }

  private static let one = servers((ether1, ["10.9.9.1", "10.9.9.2"]))

  @Test
  func `what else is in the file stays, and it is the same the second time`() {
    let before = """
      # mine
      search example.org
      nameserver 192.0.2.1
      \tnameserver  192.0.2.2
      options timeout:1

      """
    let text = Self.one.text(over: before)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(
      lines.dropFirst() == [
        "nameserver 10.9.9.1", "nameserver 10.9.9.2", "# mine", "search example.org",
        "options timeout:1",
      ])
    #expect(NameServers.isOurs(text) && !NameServers.isOurs(before))
    #expect(Self.one.text(over: text) == text)
    let other = Self.servers((Self.ether2, ["10.8.8.1"])).text(over: text)
    #expect(other.contains("nameserver 10.8.8.1\n# mine") && !other.contains("10.9.9"))
  }

  /// Programs ask three at most.
  @Test
  func `of several links the first of each comes first, and each once`() {
    let both = Self.servers(
      (Self.ether1, ["10.9.9.1", "10.9.9.2", "9.9.9.9"]), (Self.ether2, ["9.9.9.9", "10.8.8.1"]))
    #expect(
      both.inTurn.map { "\($0.server)" } == ["10.9.9.1", "9.9.9.9", "10.9.9.2", "10.8.8.1"])
  }

  @Test
  func `one that is known on its link alone is named with it`() {
    let text = Self.servers((Self.ether2, ["fe80::53", "2001:db8::53"])).text(over: "")
    #expect(text.hasSuffix("\nnameserver fe80::53%ether2\nnameserver 2001:db8::53\n"))
  }
}
