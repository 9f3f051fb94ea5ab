import Config
import Model
import Testing

/// Checks of other kinds than echoes, as the file gives them.
@Suite struct KindTests {
  private static func tree(_ changes: KeyValuePairs<String, Tree>) -> Tree {
    Tree.dualWAN { tree in
      tree["checks", "gateway", "ping"] = nil
      for (key, value) in changes { tree["checks", "gateway", key] = value }
    }
  }

  private static func check(_ changes: KeyValuePairs<String, Tree>) throws -> CheckDefinition {
    try #require(try Configuration.read(tree(changes).node).checks.first)
  }

  @Test(arguments: [
    ("192.0.2.1:443", CheckTarget.port(443, of: .address(.v4(0xc000_0201)))),
    ("gateway:53", .port(53, of: .gateway)),
  ])
  func `a port stands after its host`(text: String, target: CheckTarget) throws {
    let check = try Self.check(["tcp": .text(text)])
    #expect(check.kind == .tcp && check.targets == [target])
    #expect("\(target)" == text)
  }

  @Test func `an IPv6 host stands in brackets`() throws {
    let address = try #require(IPAddress("2001:db8::1"))
    let check = try Self.check(["tcp": ["[2001:db8::1]:443", "gateway:443"], "need": "2"])
    #expect(check.targets == [.port(443, of: .address(address)), .port(443, of: .gateway)])
  }

  @Test(arguments: [
    ("192.0.2.1", "`tcp` needs a port; write `192.0.2.1:443` or what it is"),
    ("gateway", "`tcp` needs a port; write `gateway:443` or what it is"),
    ("2001:db8::1", "`tcp` needs brackets and a port; write `[2001:db8::1]:443` or what it is"),
    ("127.0.0.1:80", "`tcp` cannot be `127.0.0.1`: it is this machine's own"),
    (
      "192.0.2.1:0",
      "`tcp` takes a host with its port such as `192.0.2.1:443`, `[2001:db8::1]:443` or "
        + "`gateway:53`, not `192.0.2.1:0`"
    ),
    (
      "example.org:80",
      "`tcp` takes a host with its port such as `192.0.2.1:443`, `[2001:db8::1]:443` or "
        + "`gateway:53`, not `example.org:80`"
    ),
  ])
  func `a host without a port, or none at all, is told how to write it`(
    text: String, message: String
  ) {
    #expect(Self.tree(["tcp": .text(text)]).messages == [message])
  }

  @Test func `a signal is a number of dBm`() throws {
    for text in ["-75dBm", "-75 dBm"] {
      let check = try Self.check(["wifi": .text(text)])
      #expect(check.kind == .wifi(atLeast: -75) && check.targets == [.radio])
    }
    #expect(
      Self.tree(["wifi": "-75"]).messages
        == ["`wifi` is `-75`, which has no unit; write it as in `-75dBm`"])
    for wrong in ["75dBm", "-5dBm", "-101dBm", "--75dBm", "-75%", "good", "-075dBm", "-75dbm"] {
      #expect(
        Self.tree(["wifi": .text(wrong)]).messages
          == ["`wifi` takes a signal from -100dBm to -10dBm such as `-75dBm`, not `\(wrong)`"])
    }
  }

  @Test func `a name alone is asked of the gateway`() throws {
    let check = try Self.check(["dns": "example.org"])
    #expect(check.kind == .dns(DNSQuestion(try DomainName("example.org"), .a)))
    #expect(check.targets == [.gateway])
  }

  @Test func `a question may name its type and its resolvers`() throws {
    let check = try Self.check([
      "dns": ["name": "example.org", "type": "AAAA", "server": ["gateway", "192.0.2.1"]]
    ])
    #expect(check.kind == .dns(DNSQuestion(try DomainName("example.org"), .aaaa)))
    #expect(check.targets == [.gateway, .address(.v4(0xc000_0201))])
  }

  @Test(arguments: [
    ("a..b", "`dns` cannot be `a..b`: a part of the name is empty"),
    ("a b", "`dns` cannot be `a b`: no name has the character U+0020"),
  ])
  func `what is no name is told why`(text: String, message: String) {
    #expect(Self.tree(["dns": .text(text)]).messages == [message])
  }

  @Test func `a question's keys are checked as others are`() {
    #expect(
      Self.tree(["dns": ["name": "example.org", "typ": "A"]]).messages
        == ["`dns` has no key `typ`; did you mean `type`?"])
    #expect(
      Self.tree(["dns": ["name": "example.org", "type": "AAA"]]).messages
        == [
          "`type` takes `A`, `AAAA`, `NS`, `CNAME`, `SOA`, `PTR`, `MX` or `TXT`, not `AAA`; "
            + "did you mean `AAAA`?"
        ])
  }

  @Test func `a program is a whole path and its arguments`() throws {
    let check = try Self.check(["exec": ["/usr/bin/check", "-v", ""]])
    #expect(check.kind == .exec(arguments: ["-v", ""]))
    #expect(check.targets == [.path("/usr/bin/check")])
    #expect(try Self.check(["exec": "/usr/bin/check"]).targets == [.path("/usr/bin/check")])
    #expect(
      Self.tree(["exec": ["check", "-v"]]).messages.first?.hasPrefix(
        "`exec`: `check` is not the absolute path of a program") == true)
    #expect(
      Self.tree(["exec": "/usr/bin/check -v"]).messages.first?.hasSuffix(
        "did you mean `[/usr/bin/check, -v]`?") == true)
  }

  @Test func `a program is over before it is started again`() {
    let program: Tree = ["/usr/bin/check"]
    #expect(
      Self.tree(["exec": program, "every": "50ms", "timeout": "50ms"]).messages
        == ["`every` is 50ms, and a program is started at most every 100ms"])
    #expect(
      Self.tree(["exec": program, "every": "1s", "timeout": "2s"]).messages
        == [
          "`timeout` is 2s, and `every` 1s: a program must be over before it is started again; "
            + "make `every` at least as long"
        ])
  }

  @Test func `a file is a whole path`() throws {
    #expect(try Self.check(["file": "/run/isp1"]).targets == [.path("/run/isp1")])
    #expect(
      Self.tree(["file": "run/isp1"]).messages
        == ["`file` takes a file's whole path such as `/run/link1`, not `run/isp1`"])
  }

  @Test func `a check is of one kind`() {
    #expect(
      Self.tree(["ping": "gateway", "tcp": "gateway:53"]).messages
        == [
          "check `gateway` is of one kind, and this has `ping` and `tcp`; make one check of each, "
            + "and put them together where they are used"
        ])
  }

  @Test func `arp asks whom the uplink has a network for`() {
    #expect(Self.tree(["arp": ["10.10.1.9", "10.20.1.9"]]).messages == [])
    #expect(
      Self.tree(["arp": "10.10.1.9"]).messages
        == [
          "check `gateway` asks on the link itself, and none of its targets is in a network of "
            + "uplink `isp2`"
        ])
  }
}
