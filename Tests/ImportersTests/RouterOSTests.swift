import Config
import Model
import Testing

@testable import Importers

/// What comes out of RouterOS' configurations.
struct RouterOSTests {
  static func imported(_ text: String) throws -> Imported {
    try ImportFormat.routeros.imported([SourceFile(name: "x.rsc", bytes: Array(text.utf8))])
  }

  /// Two links of an export, for what is added to them.
  static let addresses = """
    /ip address
    add address=10.10.1.2/24 interface=ether1
    add address=10.20.1.2/24 interface=ether2

    """

  @Test
  func `the failover of two links becomes the file that a person would write`() throws {
    let imported = try ImportFormat.routeros.imported([RouterOSCase.file("seed")])
    #expect(
      imported.text == """
        # From RouterOS: gateways are asked as `check-gateway` does; RouterOS has no damping, so it is
        # off here.

        damping: off

        uplinks:
          # From seed.rsc:2, 6 and 9.
          ISP1: { interface: ether1, address: 10.10.1.2/24, gateway: 10.10.1.1, nat: masquerade }
          # From seed.rsc:3, 7 and 10.
          ISP2: { interface: ether2, address: 10.20.1.2/24, gateway: 10.20.1.1, nat: masquerade }

        checks:
          gateway: { ping: gateway, every: 10s, fall: 2, rise: 1 }

        groups:
          # From seed.rsc:9 and 10.
          internet:
            route: default
            tiers: [[ISP1], [ISP2]]
            check: gateway

        """)
    #expect(
      imported.report.lines == [
        "seed.rsc:4: /ip/address add: not carried: ether3 leads nowhere that has a choice; let the "
          + "system set it up",
        "6 carried, 0 carried with a difference, 1 not carried",
      ])
  }

  @Test(arguments: RouterOSCase.all)
  func `configurations in the shapes that people publish mean the same here`(
    example: RouterOSCase
  ) throws {
    let imported = try ImportFormat.routeros.imported([example.file])
    let configuration = imported.configuration
    #expect(configuration.uplinks.map(\.line) == example.uplinks)
    #expect(configuration.checks.map(\.line) == example.checks)
    #expect(configuration.groups.map(\.line) == example.groups)
    #expect(configuration.damping == nil)
    #expect(try Configuration.read(configuration.terseTree) == configuration)
  }

  @Test(arguments: RouterOSCase.all)
  func `every statement is accounted for, and no secret is repeated`(example: RouterOSCase) throws {
    let imported = try ImportFormat.routeros.imported([example.file])
    let told = Set(imported.report.entries.map(\.place))
    for command in ConsoleScript(example.file).commands {
      #expect(told.contains(command.place), "\(command.place) \(command.statement)")
    }
    #expect(!imported.report.entries.contains { $0.statement.isEmpty })
    let all = (imported.text ?? "") + imported.report.json
    for secret in ["hunter2", "s3cr3t", "cHJpdmF0", "me@isp"] { #expect(!all.contains(secret)) }
  }

  @Test(arguments: [
    ("# by RouterOS 6.49.7\n/ip dhcp-client add interface=ether1", []),
    ("# by RouterOS 6.49.7\n/ip dhcp-client add interface=ether1 disabled=no", ["ether1"]),
    ("# by RouterOS 7.12\n/ip dhcp-client add interface=ether1", ["ether1"]),
    ("# by RouterOS 7.12\n/ip dhcp-client add interface=ether1 disabled=yes", []),
    ("# by RouterOS 7.12\n/ip dhcp-client add interface=ether1 add-default-route=no", []),
    ("# by RouterOS 7.12\n/interface pppoe-client add name=p1 add-default-route=yes", []),
    (
      "# by RouterOS 7.12\n/interface pppoe-client add name=p1 add-default-route=yes disabled=no",
      ["p1"]
    ),
    ("# by RouterOS 7.12\n/interface pppoe-client add name=p1 disabled=no", []),
  ])
  func `what is left out means what that version of RouterOS takes it for`(
    text: String, interfaces: [String]
  ) throws {
    let imported = try Self.imported(text)
    #expect(imported.configuration.uplinks.map(\.interface.text) == interfaces)
  }

  @Test(arguments: [
    ("gateway=10.10.1.1 distance=0", "/ip/route add: not carried: `distance` is no number"),
    ("gateway=10.10.9.1", "nothing says by which interface 10.10.9.1 is reached"),
    ("gateway=10.10.1.2", "10.10.1.2 is ether1's own address"),
    ("gateway=10.10.1.1 disabled=yes", "it is disabled"),
    ("dst-address=", "it has no gateway"),
    ("dst-address=10.0.0.0/99 gateway=10.10.1.1", "`dst-address` is no IPv4 network"),
    ("gateway=10.10.1.1@vrf1", "its gateway is looked for in the table `vrf1`"),
    ("gateway=ether1 check-gateway=ping", "a gateway that is an interface cannot be asked"),
    ("gateway=10.10.1.1 check-gateway=bfd", "siaga does not speak BFD yet"),
    ("gateway=10.10.1.1 pref-src=10.9.9.9", "`pref-src` is not carried"),
    ("gateway=10.10.1.1 routing-mark=lonely", "no traffic is sent to its table"),
    ("gateway=[get x]", "`gateway` is computed, and siaga does not guess"),
    ("dst-address=8.8.8.8 gateway=10.10.1.1\nadd gateway=8.8.8.8", "allows less"),
  ])
  func `what cannot be carried is told with its reason`(route: String, why: String) throws {
    let imported = try Self.imported(Self.addresses + "/ip route\nadd \(route)")
    #expect(
      imported.report.lines.contains { $0.contains(why) },
      "\(imported.report.lines.joined(separator: "\n"))")
  }

  @Test
  func `of what says the same twice the first stands, and an address is one uplink's`() throws {
    let imported = try Self.imported(
      Self.addresses + """
        add address=10.10.1.2/24 interface=ether2
        /ip route
        add gateway=10.10.1.1
        add gateway=10.10.1.1
        add gateway=10.20.1.1 distance=2
        add gateway=10.10.1.9 distance=3
        """)
    #expect(
      imported.configuration.groups.map(\.line) == ["internet: 0.0.0.0/0 ether1 | ether2"])
    #expect(imported.report.entries.contains { $0.place.line == 7 && $0.fate != .carried })
    #expect(imported.report.entries.contains { $0.place.line == 9 && $0.fate != .carried })
  }

  @Test
  func `a file of another program is named`() {
    let file = RouterOSCase.file("seed")
    #expect(throws: ImportFailure.self) { try ImportFormat.mwan3.imported([file]) }
    #expect(ImportFormat.dialect(of: file) == .routeros)
    #expect(ImportFormat.dialect(of: RouterOSCase.file("pcc-v6")) == .routeros)
  }
}
