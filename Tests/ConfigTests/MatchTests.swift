import Config
import Model
import Testing

/// Groups that are for some traffic only.
@Suite struct MatchTests {
  /// The dual WAN with one more group, for some traffic.
  private static func tree(_ match: Tree, route: Tree = "default") -> Tree {
    Tree.dualWAN {
      $0["groups", "calls"] = ["route": route, "match": match, "tiers": ["isp2", "isp1"]]
    }
  }

  @Test func `ports without a protocol are those of tcp and udp`() throws {
    let configuration = try Configuration.read(Self.tree(["to-port": "5060-5061"]).node)
    let selectors = configuration.group("calls")?.match?.selectors ?? []
    #expect(
      selectors.map(\.text) == [
        "from all ipproto tcp dport 5060-5061", "from all ipproto udp dport 5060-5061",
      ])
  }

  @Test func `lists are spread into rules`() throws {
    let match: Tree = [
      "in": "lan0", "from": ["192.168.2.0/24", "192.168.3.7"], "protocol": "udp",
      "to-port": ["53", "123"], "mark": "0x10000/0xf0000",
    ]
    let configuration = try Configuration.read(Self.tree(match).node)
    #expect(
      configuration.group("calls")?.match?.selectors.map(\.text) == [
        "from 192.168.2.0/24 fwmark 0x10000/0xf0000 iif lan0 ipproto udp dport 53",
        "from 192.168.2.0/24 fwmark 0x10000/0xf0000 iif lan0 ipproto udp dport 123",
        "from 192.168.3.7 fwmark 0x10000/0xf0000 iif lan0 ipproto udp dport 53",
        "from 192.168.3.7 fwmark 0x10000/0xf0000 iif lan0 ipproto udp dport 123",
      ])
  }

  private static let mistakes: [(match: Tree, message: String)] = [
    (["to-port": "0"], "`to-port` takes a number from 1 to 65535 or a range such as `10000-20000`"),
    (["to-port": "70000"], "`to-port` takes a number from 1 to 65535 or a range"),
    (["to-port": "20-10"], "did you mean `10-20`?"),
    (["from": "192.168.2.1/24"], "did you mean `192.168.2.0/24`?"),
    (["from": "fd00::/8"], "group `calls` holds an IPv4 route, and `fd00::/8` is IPv6"),
    (["protocol": "icmp", "to-port": "1"], "`icmp` has no ports, and line "),
    (["protocol": "upd"], "did you mean `udp`?"),
    (["mark": "0x1000/0x0f00"], "no mark has bits outside its mask"),
    (["mark": "0x100/0x0f00"], "`mark` asks for bits of `marks` (0x3f00), which are Siaga's own"),
  ]

  @Test(arguments: mistakes.indices)
  func `what cannot be meant is told`(number: Int) {
    let mistake = Self.mistakes[number]
    let messages = Self.tree(mistake.match).messages
    #expect(messages.count == 1 && messages[0].contains(mistake.message), "\(messages)")
  }

  @Test func `one route may be several groups', each for its traffic`() {
    #expect(Self.tree(["to-port": "5060"]).problems == [])
    let twins = Tree.dualWAN {
      for name in ["a", "b"] {
        $0["groups", name] = ["route": "default", "match": ["to-port": "1"], "tiers": ["isp1"]]
      }
    }
    #expect(twins.messages.count == 1)
    #expect(twins.messages.first?.contains("with the same `match` is group `a`'s") == true)
  }

  private static let overlaps: [(first: Tree, second: Tree, words: String)] = [
    (["protocol": "udp"], ["protocol": "udp", "to-port": "53"], "gets nothing"),
    (["to-port": "1-100"], ["to-port": "50-200"], "what fits both"),
    (["from": "10.0.0.0/8"], ["from": "10.1.0.0/16", "to-port": "80"], "gets nothing"),
  ]

  @Test(arguments: overlaps.indices)
  func `overlaps are warned of, with both places`(number: Int) throws {
    let (first, second, words) = Self.overlaps[number]
    let tree = Tree.dualWAN {
      $0["groups", "one"] = ["route": "default", "match": first, "tiers": ["isp1"]]
      $0["groups", "two"] = ["route": "default", "match": second, "tiers": ["isp2"]]
    }
    let warnings = try Configuration.reading(tree.node).warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.message.contains(words) == true)
    #expect(warnings.first?.message.contains("group `one` (line") == true)
  }

  @Test func `the special before the general is as it should be`() throws {
    let tree = Tree.dualWAN {
      $0["groups", "one"] = ["route": "default", "match": ["to-port": "53"], "tiers": ["isp1"]]
      $0["groups", "two"] = [
        "route": "default", "match": ["protocol": ["tcp", "udp"]], "tiers": ["isp2"],
      ]
    }
    #expect(try Configuration.reading(tree.node).warnings.isEmpty)
  }
}
