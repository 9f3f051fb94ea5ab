import Config
import Model
import Testing

/// Groups of addresses.
@Suite struct ElectedTests {
  private static func routers(_ tree: Tree) throws -> [VirtualRouter] {
    try Configuration.read(tree.node).group("gateway")?.holding.routers ?? []
  }

  @Test func `one interface, number and family is one virtual router`() throws {
    let tree = Tree.pair {
      $0["groups", "gateway", "addresses"] = [
        ["address": "10.1.0.1", "interface": "lan", "vrid": "51"],
        ["address": "fe80::1", "interface": "lan", "vrid": "51", "advertise": "40950ms"],
        ["address": "10.1.0.7/16", "interface": "lan", "vrid": "51"],
        ["address": "2001:db8::1/64", "interface": "lan", "vrid": "51", "advertise": "40950ms"],
        [
          "address": "10.2.0.1", "interface": "wan", "vrid": "51", "version": "2",
          "send": "unicast",
        ],
        ["address": "10.1.0.8", "interface": "lan", "vrid": "52", "checksum": "message"],
      ]
    }
    let routers = try Self.routers(tree)
    #expect(routers.map(\.id.description) == ["lan/51", "lan/51/ipv6", "wan/51", "lan/52"])
    #expect(
      routers.map { $0.addresses.map(\.description) } == [
        ["10.1.0.1", "10.1.0.7"], ["fe80::1", "2001:db8::1"], ["10.2.0.1"], ["10.1.0.8"],
      ])
    #expect(
      routers.map(\.interval) == [.seconds(1), .milliseconds(40_950), .seconds(1), .seconds(1)])
    #expect(routers.map(\.version) == [.three, .three, .two, .three])
    #expect(routers.map(\.checksum) == [nil, nil, nil, .message])
    #expect(routers.map(\.isUnicast) == [false, false, true, false])
  }

  @Test func `what is one virtual router is described once`() {
    let tree = Tree.pair {
      $0["groups", "gateway", "addresses"] = [
        ["address": "10.1.0.1", "interface": "lan", "vrid": "51"],
        ["address": "10.1.0.7", "interface": "lan", "vrid": "51", "advertise": "2s"],
      ]
    }
    #expect(
      tree.problems == [
        "24:16: virtual router lan/51 is described in two ways; what has one `interface` and "
          + "`vrid` has the same `advertise`, `version`, `checksum`, `send`, `mac` and `accept`"
      ])
  }

  @Test(arguments: [
    (
      "10.1.0.1", "2", "1500ms",
      "26:18: VRRP 2 counts whole seconds; `advertise` is from 1s to 255s"
    ),
    (
      "10.1.0.1", "3", "15ms",
      "26:18: VRRP 3 counts hundredths of a second; `advertise` is from 10ms to 40950ms in steps of "
        + "10ms"
    ),
    (
      "10.1.0.1", "3", "41s",
      "26:18: VRRP 3 counts hundredths of a second; `advertise` is from 10ms to 40950ms in steps of "
        + "10ms"
    ),
    ("fe80::1", "2", "1s", "25:16: VRRP 2 is for IPv4 alone; leave `version` out"),
  ])
  func `each version has its families and intervals`(
    address: String, version: String, interval: String, problem: String
  ) {
    let tree = Tree.pair(holding: [
      "address": .text(address), "interface": "lan", "vrid": "51", "version": .text(version),
      "advertise": .text(interval),
    ])
    #expect(tree.problems == [problem])
  }

  @Test func `an address needs its link and its number`() {
    #expect(
      Tree.pair(holding: ["address": "10.1.0.1"]).messages == [
        "`addresses` needs `interface`", "`addresses` needs `vrid`",
      ])
    for number in ["0", "256"] {
      let tree = Tree.pair(holding: [
        "address": "10.1.0.1", "interface": "lan", "vrid": .text(number),
      ])
      #expect(tree.messages == ["`vrid` takes a number from 1 to 255, not `\(number)`"])
    }
    let later = Tree.pair(holding: [
      "address": "10.1.0.1", "interface": "lan", "vrid": "51", "services": "x",
    ])
    #expect(later.messages == ["`services` is not in this version"])
    #expect(
      Tree.pair(holding: ["address": "127.0.0.1", "interface": "lan", "vrid": "51"]).messages == [
        "`address` cannot be `127.0.0.1`: it is this machine's own"
      ])
  }

  @Test func `a number on a link is one group's, and so is an address`() {
    let tree = Tree.pair {
      $0["groups", "again"] = [
        "tiers": ["a", "b"],
        "addresses": ["address": "10.1.0.9", "interface": "lan", "vrid": "51"],
      ]
    }
    #expect(
      tree.problems == [
        "37:13: virtual router lan/51 is group `gateway`'s already (line 19); take another `vrid`"
      ])
    let same = Tree.pair {
      $0["groups", "again"] = [
        "tiers": ["a", "b"],
        "addresses": ["address": "10.1.0.1", "interface": "lan", "vrid": "53"],
      ]
    }
    #expect(
      same.problems == ["35:16: address 10.1.0.1 is held by group `gateway` already (line 19)"])
    #expect(
      Tree.pair(holding: ["address": "10.1.0.3", "interface": "lan", "vrid": "51"]).problems == [
        "22:16: address 10.1.0.3 is node `b`'s own; who has it always cannot give it to another "
          + "node"
      ])
    let lent = Tree.pair { $0["uplinks", "isp1", "address"] = "10.2.0.1/24" }
    #expect(
      lent.messages == [
        "address 10.2.0.1 is uplink `isp1`'s own; who has it always cannot give it to another node"
      ])
  }

  @Test func `IPv4 and IPv6 count their numbers apart`() throws {
    let tree = Tree.pair {
      $0["groups", "again"] = [
        "tiers": ["a", "b"],
        "addresses": ["address": "fe80::1", "interface": "lan", "vrid": "51"],
      ]
    }
    #expect(tree.problems == [])
  }

  @Test(arguments: [["exec": "/usr/local/bin/web-is-well"], ["file": "/run/web/up"]] as [Tree])
  func `a node asks itself whether it may hold`(check: Tree) throws {
    let tree = Tree.pair { $0["groups", "gateway", "check"] = check }
    let read = try Configuration.read(tree.node)
    let group = try #require(read.group("gateway"))
    #expect(group.judge == .check("gateway.check"))
    #expect(read.checks(of: .node("a"), in: group).map(\.name) == ["gateway.check"])
  }

  @Test func `a node is not asked by what would need a link`() {
    #expect(
      Tree.pair { $0["groups", "gateway", "check"] = ["ping": "10.1.0.9"] }.problems == [
        "32:12: check `gateway.check` asks by `ping`, and of a node only `exec` and `file` can be "
          + "asked; what lies on the network is for a group of routes that this one `needs`"
      ])
    #expect(
      Tree.pair { $0["groups", "gateway", "check"] = "missing" }.problems == [
        "32:12: there is no check `missing`"
      ])
  }

  @Test func `keys of routes are told to be of routes`() {
    let tree = Tree.pair {
      $0["groups", "gateway", "match"] = ["from": "10.1.0.0/24"]
      $0["groups", "gateway", "want"] = "2"
      $0["groups", "gateway", "flows"] = "drain"
      $0["groups", "gateway", "last-resort"] = "blackhole"
    }
    #expect(
      tree.problems == [
        "32:12: `match` is for groups that hold a route, and `gateway` holds addresses",
        "34:11: `want` is for groups that hold a route, and `gateway` holds addresses",
        "35:12: `flows` is for groups that hold a route, and `gateway` holds addresses",
        "36:18: `last-resort` is for groups that hold a route, and `gateway` holds addresses",
      ])
    #expect(
      Tree.pair { $0["groups", "internet", "needs"] = "internet" }.problems == [
        "19:12: `needs` is for groups that hold addresses"
      ])
  }

  @Test func `a group holds a route or addresses, never both`() {
    #expect(
      Tree.pair { $0["groups", "gateway", "route"] = "10.0.0.0/8" }.problems == [
        "21:16: group `gateway` holds a route already; a group holds exactly one thing"
      ])
  }

  @Test func `each node has a tier of its own, once, and exists`() {
    #expect(
      Tree.pair { $0["groups", "gateway", "tiers"] = [["a", "b"]] }.problems == [
        "20:12: addresses are on one node at a time; give each node a tier of its own"
      ])
    #expect(
      Tree.pair { $0["groups", "gateway", "tiers"] = [["a": "3"], "b"] }.messages == [
        "a weight is a share of traffic, and one node has all addresses of `gateway`; write `[a]`"
      ])
    #expect(
      Tree.pair { $0["groups", "gateway", "tiers"] = ["a", "b", "a"] }.messages.first
        == "`a` stands in group `gateway` twice; once is enough")
    #expect(
      Tree.pair { $0["groups", "gateway", "tiers"] = ["a", "isp1"] }.problems == [
        "20:12: there is no node `isp1`"
      ])
    #expect(
      Tree.pair {
        $0["nodes"] = ["left": ["addresses": "10.1.0.2"], "right": ["addresses": "10.1.0.3"]]
        $0["groups", "gateway", "tiers"] = ["left", "rigth"]
      }.messages == ["there is no node `rigth`; did you mean `right`?"])
  }

  @Test func `the better tier has the higher priority`() throws {
    #expect(
      Tree.pair { $0["nodes", "b", "priority"] = "200" }.problems == [
        "11:15: node `b` has priority 200, and node `a`, in a better tier, has 200; give the better "
          + "tier more"
      ])
    #expect(
      Tree.pair { $0["nodes", "a", "priority"] = "150" }.problems == [
        "10:6: node `b` has priority 150, and node `a`, in a better tier, has 150; give the better "
          + "tier more"
      ])
    let tree = Tree.pair {
      $0["nodes", "a", "priority"] = "255"
      $0["nodes", "b", "priority"] = "253"
    }
    #expect(try Configuration.read(tree.node).nodes.map(\.priority) == [255, 253])
  }

  @Test func `by its tier a sixth node would have no priority of its own`() {
    let tree = Tree.pair {
      for number in 3...6 {
        $0["nodes", "n\(number)"] = ["addresses": .text("10.1.0.\(number + 10)")]
      }
      $0["groups", "gateway", "tiers"] = ["a", "b", "n3", "n4", "n5", "n6"]
    }
    #expect(
      tree.messages == [
        "node `n6` has priority 10, and node `n5`, in a better tier, has 10; give the better tier "
          + "more"
      ])
  }

  @Test func `it needs groups that there are, and that hold a route`() {
    #expect(
      Tree.pair { $0["groups", "gateway", "needs"] = ["internett"] }.problems == [
        "30:12: there is no group `internett`; did you mean `internet`?"
      ])
    #expect(
      Tree.pair { $0["groups", "gateway", "needs"] = "gateway" }.problems == [
        "30:12: group `gateway` holds addresses, and `needs` is of groups that hold a route"
      ])
  }

  @Test func `a node that is broken is not said to be missing`() {
    #expect(Tree.pair { $0["nodes", "b"] = .null }.messages == ["node `b` is empty"])
  }

  @Test func `a virtual MAC and what is taken are said of a virtual router`() throws {
    let routers = try Self.routers(
      Tree.pair {
        $0["groups", "gateway", "addresses"] = [
          ["address": "10.1.0.1", "interface": "lan", "vrid": "51", "mac": "virtual"],
          ["address": "10.2.0.1", "interface": "wan", "vrid": "52", "accept": "false"],
        ]
      })
    #expect(routers.map(\.mac) == [.virtual, .own])
    #expect(routers.map(\.accepts) == [true, false])
    #expect(routers.map(\.id.linkName.text) == ["siaga4-51", "siaga4-52"])
  }

  @Test func `a virtual MAC needs multicast, and an interface name of its own`() {
    let unicast = Tree.pair(holding: [
      "address": "10.1.0.1", "interface": "lan", "vrid": "51", "mac": "virtual",
      "send": "unicast",
    ])
    #expect(
      unicast.problems.map { String($0.drop { $0 != " " }) } == [
        " a virtual MAC goes with multicast, by which switches learn where it is; leave `send` out, "
          + "or say `mac: own`"
      ])
    let twice = Tree.pair {
      $0["groups", "gateway", "addresses"] = [
        ["address": "10.1.0.1", "interface": "lan", "vrid": "51", "mac": "virtual"],
        ["address": "fe80::1", "interface": "lan", "vrid": "51", "mac": "virtual"],
        ["address": "10.2.0.1", "interface": "wan", "vrid": "51", "mac": "virtual"],
      ]
    }
    let problems = twice.problems
    #expect(problems.count == 1)
    #expect(
      problems[0].contains("siaga4-51 is the interface for the virtual MAC of `vrid` 51 on lan"))
    #expect(problems[0].contains("take another `vrid`"))
  }
}
