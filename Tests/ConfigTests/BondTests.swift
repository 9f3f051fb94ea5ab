import Config
import Model
import Testing

/// Several ports as one link.
struct BondTests {
  /// As in the specification, unchanged.
  private static let tree: Tree = [
    "bonds": [
      "bond0": [
        "members": ["eth0", "wlan0"], "primary": "eth0", "address": "192.168.1.252/24",
        "gateway": "192.168.1.1", "dns": ["192.168.1.1", "8.8.8.8", "8.8.4.4"],
      ]
    ]
  ]

  private static func tree(_ changed: (inout Tree) -> Void) -> Tree {
    var tree = tree
    changed(&tree)
    return tree
  }

  @Test
  func `a bond alone is a file, and is a group of its name`() throws {
    let configuration = try Configuration.read(Self.tree.node)
    let bond = try #require(configuration.bonds.first)
    #expect(bond.name == InterfaceName("bond0"))
    #expect(bond.mode == .activeBackup)
    #expect(bond.tiers.map { $0.map(\.text) } == [["eth0"], ["wlan0"]])
    #expect(bond.carrierInterval == .milliseconds(100))
    #expect(bond.resolvers.count == 3)
    #expect(configuration.groups.isEmpty)
    let written = """
      bonds:
        bond0:
          members: [eth0, wlan0]
          primary: eth0
          address: 192.168.1.252/24
          gateway: 192.168.1.1
          dns: [192.168.1.1, 8.8.8.8, 8.8.4.4]

      """
    #expect(configuration.written() == written)
  }

  @Test
  func `in modes that share, all members are one tier`() throws {
    let tree = Self.tree {
      $0["bonds", "bond0", "mode"] = "802.3ad"
      $0["bonds", "bond0", "primary"] = nil
    }
    let bond = try #require(try Configuration.read(tree.node).bonds.first)
    #expect(bond.tiers.map { $0.map(\.text) } == [["eth0", "wlan0"]])
  }

  @Test
  func `an uplink may be by a bond`() {
    let tree = Self.tree {
      $0["bonds", "bond0", "gateway"] = nil
      $0["uplinks", "office"] = ["interface": "bond0"]
      $0["groups", "internet"] = ["route": "default", "tiers": [["office"]]]
    }
    #expect(tree.problems == [])
  }

  @Test
  func `a bond has members, a mode that is, and a primary among them`() {
    #expect(
      Self.tree { $0["bonds", "bond0", "members"] = nil }.messages
        == ["bond `bond0` needs `members`"])
    #expect(
      Self.tree { $0["bonds", "bond0", "members"] = [] }.messages
        == ["`members` is an empty list; leave it out"])
    #expect(
      Self.tree { $0["bonds", "bond0", "primary"] = "eth1" }.messages
        == ["`primary` `eth1` is no member of bond `bond0`; did you mean `eth0`?"])
    #expect(
      Self.tree { $0["bonds", "bond0", "mode"] = "balance-r" }.messages == [
        "`mode` takes `active-backup`, `balance-rr`, `balance-xor`, `broadcast`, `802.3ad`, "
          + "`balance-tlb` or `balance-alb`, not `balance-r`; did you mean `balance-rr`?"
      ])
    #expect(
      Self.tree { $0["bonds", "bond0", "mode"] = "balance-xor" }.messages
        == ["in mode `balance-xor` all members carry, so none is `primary`; leave it out"])
    #expect(
      Self.tree { $0["bonds", "a-very-long-name"] = ["members": "eth1"] }.messages
        == ["`a-very-long-name` is too long; a name has at most 15 characters"])
  }

  @Test
  func `an interface is in one bond, and then no uplink's`() {
    let tree = Self.tree {
      $0["bonds", "bond0", "members"] = ["eth0", "wlan0", "eth0"]
      $0["bonds", "bond1"] = ["members": ["wlan0", "eth1", "bond0", "eth2", "lte"]]
      $0["uplinks"] = ["isp1": ["interface": "eth1"], "lte": ["interface": "wwan0"]]
      $0["groups"] = ["bond1": ["route": "default", "tiers": [["isp1"]]]]
    }
    #expect(
      tree.messages == [
        "`eth0` stands in bond `bond0` twice; once is enough",
        "bond `bond1` has the name of a group (line 16); rename the group",
        "`bond0` is bond `bond0` (line 2), so it cannot be a member of bond `bond1`",
        "`eth1` is the interface of uplink `isp1` (line 11), so it cannot be a member of bond "
          + "`bond1`",
        "`lte` is uplink `lte` (line 13), so it cannot be a member of bond `bond1`",
        "`wlan0` is a member of bond `bond0` (line 2), so it cannot be a member of bond `bond1`",
      ])
  }

  @Test
  func `what a bond leads to by itself no uplink leads to by it`() {
    let messages = Self.tree {
      $0["uplinks"] = ["home": ["interface": "bond0", "gateway": "192.168.1.1"]]
      $0["groups"] = ["internet": ["route": "default", "tiers": ["home"]]]
    }.messages
    #expect(messages.count == 1)
    #expect(
      messages[0].hasPrefix(
        "bond `bond0` has a `gateway`, and uplink `home` leads by it, too (line"))
  }

  @Test
  func `addresses, gateways and checks are looked at as an uplink's are`() {
    #expect(
      Self.tree { $0["bonds", "bond0", "gateway"] = "192.168.2.1" }.messages
        == ["`gateway` `192.168.2.1` is outside the bond's network `192.168.1.0/24`"])
    #expect(
      Self.tree {
        $0["bonds", "bond0", "gateway"] = nil
        $0["uplinks", "office"] = ["interface": "bond0", "address": "192.168.1.252/24"]
        $0["groups", "internet"] = ["route": "default", "tiers": [["office"]]]
      }.messages
        == ["address 192.168.1.252 is given to `office` already (line 8); an address is one link's"]
    )
    #expect(
      Self.tree { $0["bonds", "bond0", "check"] = "nobody" }.messages
        == ["there is no check `nobody`"])
  }

  @Test
  func `a member is asked by arp, a program or a file, and whoever is asked must be on the link`() {
    func messages(_ check: Tree, _ changed: (inout Tree) -> Void = { _ in }) -> [String] {
      Self.tree {
        $0["bonds", "bond0", "check"] = check
        changed(&$0)
      }.messages
    }
    #expect(messages(["arp": "gateway"]).isEmpty)
    #expect(messages(["arp": "192.168.1.77"]).isEmpty)
    #expect(messages(["exec": ["/usr/local/bin/signal", "-70"]]).isEmpty)
    #expect(
      messages(["ping": "gateway"]) == [
        "check `bond0.check` asks by `ping`, and a member of a bond has no address to ask from; ask "
          + "by `arp`"
      ])
    #expect(
      messages(["arp": "192.0.2.1"]) == [
        "check `bond0.check` asks on the link itself, and none of its targets is in a network of bond "
          + "`bond0`"
      ])
    #expect(
      messages(["arp": "2001:db8::1"]) == [
        "check `bond0.check` asks no host of IPv4 that is known here; ask `gateway`, or an address"
      ])
    #expect(
      messages(["arp": "gateway"]) {
        $0["bonds", "bond0", "primary"] = nil
        $0["bonds", "bond0", "mode"] = "802.3ad"
      } == [
        "check `bond0.check` asks by `arp`, and in mode `802.3ad` an answer comes back by any member; "
          + "it needs mode `active-backup`"
      ])
    #expect(
      messages(["arp": "gateway"]) { $0["bonds", "bond0", "gateway"] = nil } == [
        "check `bond0.check` asks the gateway, and bond `bond0` has none of IPv4; add `gateway:` to "
          + "it, or ask an address"
      ])
    #expect(
      messages(["arp": "gateway"]) {
        $0["bonds", "bond0", "gateway"] = nil
        $0["bonds", "bond0", "address"] = nil
        $0["bonds", "bond0", "dns"] = nil
        $0["uplinks", "office"] = [
          "interface": "bond0", "address": "192.168.1.252/24", "gateway": "192.168.1.1",
        ]
        $0["groups", "internet"] = ["route": "default", "tiers": [["office"]]]
      }.isEmpty)
  }

  @Test
  func `settings have the kernel's names, and are written as they were read`() throws {
    let tree = Self.tree {
      $0["bonds", "bond0", "updelay"] = "200ms"
      $0["bonds", "bond0", "fail_over_mac"] = "follow"
      $0["bonds", "bond0", "num_peer_notif"] = "5"
      $0["bonds", "bond0", "lp_interval"] = "2s"
      $0["bonds", "bond0", "primary_reselect"] = "failure"
    }
    let configuration = try Configuration.read(tree.node)
    let bond = try #require(configuration.bonds.first)
    #expect(bond.options[.upDelay] == .number(200))
    #expect(bond.options[.learningInterval] == .number(2))
    #expect(bond.failback == .manual)
    let wanted = bond.wanted(holder: InterfaceName("eth0")).options
    #expect(wanted[.failOverMAC] == .number(2) && wanted[.peerNotices] == .number(5))
    #expect(wanted[.carrierInterval] == .number(100))
    let written = configuration.written()
    for line in ["failback: manual", "updelay: 200ms", "fail_over_mac: follow", "lp_interval: 2s"] {
      #expect(written.contains(line))
    }
  }

  @Test
  func `the kernel may watch by arp instead, and is told so at once`() throws {
    let tree = Self.tree {
      $0["bonds", "bond0", "arp_interval"] = "250ms"
      $0["bonds", "bond0", "arp_ip_target"] = ["192.168.1.1", "192.168.1.2"]
      $0["bonds", "bond0", "arp_all_targets"] = "all"
    }
    let bond = try #require(try Configuration.read(tree.node).bonds.first)
    let wanted = bond.wanted(holder: nil).options
    #expect(wanted[.carrierInterval] == .number(0) && wanted[.arpInterval] == .number(250))
    #expect(
      wanted[.arpTargets] == .addresses(["192.168.1.1", "192.168.1.2"].map { IPAddress($0)! }))
    #expect(wanted[.arpAllTargets] == .number(1))
  }

  /// What the kernel would refuse, or take otherwise and say nothing.
  @Test
  func `settings that cannot be, or would be something else, are refused`() {
    func messages(_ settings: [String: Tree]) -> [String] {
      Self.tree {
        for (name, value) in settings { $0["bonds", "bond0", name] = value }
      }.messages
    }
    #expect(
      messages(["lacp_rate": "fast"])
        == ["`lacp_rate` means nothing in mode `active-backup`; leave it out"])
    #expect(
      messages(["updelay": "250ms"]) == [
        "`updelay` is no multiple of `miimon` (100ms), and the kernel would take 200ms; write that, "
          + "or 300ms"
      ])
    #expect(
      messages(["miimon": "50ms", "arp_interval": "100ms", "arp_ip_target": "192.168.1.1"]) == [
        "the kernel watches a bond's ports by carrier or by ARP, not by both: leave out `miimon` or "
          + "`arp_interval`"
      ])
    #expect(
      messages(["arp_interval": "100ms"]) == ["`arp_interval` asks nobody; add `arp_ip_target`"])
    #expect(
      messages(["arp_validate": "all"]) == [
        "`arp_validate` is about watching by ARP; add `arp_interval`, or ask by `check`"
      ])
    #expect(
      messages(["arp_interval": "100ms", "arp_ip_target": "192.168.1.1", "downdelay": "100ms"])
        == ["`downdelay` counts `miimon`s, and there is none beside `arp_interval`"])
    #expect(
      messages(["failback": "auto", "primary_reselect": "always"])
        == ["`failback` and `primary_reselect` say the same thing twice; leave one out"])
    #expect(
      messages(["min_links": "3"])
        == ["`min_links` is more than its 2 members: it never has a carrier"])
    #expect(
      messages(["check": ["arp": "gateway"], "fail_over_mac": "none"]).first?.hasPrefix(
        "check `bond0.check` asks by `arp`, and with `fail_over_mac: none`") == true)
    #expect(
      messages(["lp_interval": "1500ms"])
        == ["`lp_interval` is `1500ms`, and is counted in whole `1s`"])
    #expect(
      messages(["xmit_hash_polici": "layer2"])
        == ["bond `bond0` has no key `xmit_hash_polici`; did you mean `xmit_hash_policy`?"])
    #expect(
      messages(["arp_interval": "100ms", "arp_ip_target": "2001:db8::1"])
        == ["`arp_ip_target` takes addresses of IPv4, not `2001:db8::1`"])
  }

  /// The file says it of the bond; to the engine it is an uplink like any.
  @Test
  func `a bond with a gateway is an uplink of its name, by which the default routes are held`()
    throws
  {
    let file = try Configuration.read(Self.tree.node)
    let whole = file.here(on: "host")
    let bond = try #require(whole.bonds.first)
    #expect(bond.addresses.isEmpty && bond.gateways.isEmpty && bond.resolvers.isEmpty)
    #expect(bond.members == file.bonds[0].members && bond.primary == file.bonds[0].primary)
    let uplink = try #require(whole.uplinks.first)
    #expect(uplink.name == "bond0" && uplink.interface.text == "bond0")
    #expect(uplink.addresses == file.bonds[0].addresses)
    #expect(uplink.gateways == [IPAddress("192.168.1.1")] && uplink.resolvers.count == 3)
    #expect(whole.kept.map(\.name) == ["bond0", "default"])
    #expect(whole.groups.map(\.holding) == [.route(.defaultV4)])

    let plain = try Configuration.read(
      Self.tree {
        $0["bonds", "bond0", "gateway"] = nil
        $0["bonds", "bond0", "dns"] = nil
      }.node)
    #expect(plain.here(on: "host") == plain)

    let two = Self.tree {
      $0["bonds", "bond1"] = ["members": ["eth1"], "address": "10.0.0.2/24", "gateway": "10.0.0.1"]
    }
    let members = try Configuration.read(two.node).here(on: "host").groups.first?.members
    #expect(members?.map(\.id.text) == ["bond0", "bond1"] && members?.map(\.tier) == [1, 2])

    let dual = Self.tree {
      $0["bonds", "bond0", "address"] = ["192.168.1.252/24", "2001:db8::5/64"]
      $0["bonds", "bond0", "gateway"] = ["192.168.1.1", "auto"]
    }
    #expect(
      try Configuration.read(dual.node).here(on: "host").groups.map(\.name)
        == ["default", "default6"])
  }

  @Test
  func `what a bond leads to has its own names`() {
    let named = Self.tree {
      $0["uplinks", "bond0"] = ["interface": "eth9"]
      $0["groups", "default"] = ["route": "default", "tiers": [["bond0"]]]
    }
    #expect(named.messages.count == 2)
    #expect(named.messages.contains { $0.contains("so it is an uplink of its name") })
    #expect(named.messages.contains { $0.contains("group `default` is its way") })
  }
}
