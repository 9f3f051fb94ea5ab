import Config
import Model
import Testing

/// `lan`: whose hosts are told of an uplink's prefix.
struct LANTests {
  private static func tree(_ changed: (inout Tree) -> Void) -> Tree {
    Tree.dualWAN {
      for number in 1...2 {
        $0["uplinks", "isp\(number)", "address"] = .text("2001:db8:\(number)::2/64")
        $0["uplinks", "isp\(number)", "gateway"] = .text("2001:db8:\(number)::1")
        $0["uplinks", "isp\(number)", "nat"] = nil
        $0["uplinks", "isp\(number)", "lan"] = [
          "interface": "br0", "prefix": .text("2001:db8:\(number)a::/64"),
        ]
      }
      $0["groups", "internet", "route"] = "default6"
      changed(&$0)
    }
  }

  private static func warnings(_ tree: Tree) throws -> [String] {
    try Configuration.reading(tree.node).warnings.map(\.message)
  }

  @Test func `one or several, with one prefix or several`() throws {
    let one = try Configuration.read(Self.tree { _ in }.node)
    #expect(
      one.uplinks.map { $0.lans.map(\.prefixes.description) } == [
        ["[2001:db8:1a::/64]"], ["[2001:db8:2a::/64]"],
      ])
    let many = Self.tree {
      $0["uplinks", "isp1", "lan"] = [
        ["interface": "br0", "prefix": ["2001:db8:a::/64", "2001:db8:b::/64"]],
        ["interface": "wlan0", "prefix": "2001:db8:c::/64"],
      ]
    }
    let lans = try Configuration.read(many.node).uplinks[0].lans
    #expect(lans.map(\.interface.text) == ["br0", "wlan0"])
    #expect(lans.flatMap(\.prefixes).count == 3)
    #expect(try Self.warnings(many).isEmpty)
  }

  @Test func `a link that leads out leads to no hosts inside`() {
    for name in ["ether1", "ether2"] {
      let owner = name == "ether1" ? "isp1" : "isp2"
      let messages = Self.tree {
        $0["uplinks", "isp1", "lan", "interface"] = .text(name)
      }.messages
      #expect(messages.count == 1)
      #expect(messages[0].contains("interface `\(name)` is uplink `\(owner)`'s (line"))
    }
    #expect(
      Self.tree { $0["uplinks", "isp1", "lan", "prefix"] = nil }.messages == [
        "`lan` needs `prefix`"
      ])
  }

  @Test func `a prefix is of IPv6, of one uplink, and where hosts can be`() {
    func message(_ prefix: String) -> String? {
      Self.tree { $0["uplinks", "isp2", "lan", "prefix"] = .text(prefix) }.messages.first
    }
    #expect(message("10.0.0.0/24")?.contains("is about IPv6") == true)
    #expect(message("fe80::/64")?.contains("no provider gives it") == true)
    #expect(message("2001:db8::1/64")?.contains("did you mean `2001:db8::/64`?") == true)
    #expect(message("2001:db8:1a::/64")?.contains("is uplink `isp1`'s already (line") == true)
    #expect(message("2001:db8:1a::/48")?.contains("is uplink `isp1`'s already (line") == true)
  }

  @Test func `what would never be told is warned of`() throws {
    let wide = Self.tree { $0["uplinks", "isp1", "lan", "prefix"] = "2001:db8:a::/56" }
    #expect(try Self.warnings(wide).map { $0.contains("is not a /64") } == [true])
    let unseated = Self.tree {
      $0["groups", "internet", "tiers"] = ["isp2"]
    }
    #expect(
      try Self.warnings(unseated).map { $0.contains("uplink `isp1` is in no group") } == [true])
  }
}
