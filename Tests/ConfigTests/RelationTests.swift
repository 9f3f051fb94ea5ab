import Config
import Model
import Testing

/// What refers to what.
@Suite struct RelationTests {
  @Test func `members are counted once, exist, and have a tier`() {
    #expect(
      Tree.dualWAN { $0["groups", "internet", "tiers"] = [["isp1", "isp1"], "isp4"] }.messages == [
        "`isp1` stands in group `internet` twice; once is enough",
        "there is no uplink `isp4`; did you mean `isp1`?",
      ])
    #expect(
      Tree.dualWAN { $0["groups", "internet", "tiers"] = [] }.messages
        == ["`tiers` needs at least one tier"])
    #expect(
      Tree.dualWAN { $0["groups", "internet", "tiers"] = [["isp1"], []] }.messages
        == ["a tier needs at least one member"])
    #expect(
      Tree.dualWAN { $0["groups", "internet", "tiers"] = [["isp1": "0", "isp2": "257"]] }.messages
        == [
          "the weight of `isp1` takes a number from 1 to 256, not `0`",
          "the weight of `isp2` takes a number from 1 to 256, not `257`",
        ])
  }

  @Test func `a broken uplink is not said to be missing`() {
    #expect(Tree.dualWAN { $0["uplinks", "isp1"] = .null }.messages == ["uplink `isp1` is empty"])
    #expect(
      Tree.dualWAN { $0["uplinks"] = nil }.messages == ["the file needs `uplinks`"])
  }

  @Test func `an interface, a route and a name have one owner`() {
    let tree = Tree.dualWAN {
      $0["groups", "again"] = ["route": "0.0.0.0/0", "tiers": ["isp2"]]
      $0["groups", "bad name"] = ["route": "10.0.0.0/8", "tiers": ["isp2"]]
      $0["groups", String(repeating: "x", count: 33)] = [
        "route": "172.16.0.0/12", "tiers": ["isp2"],
      ]
    }
    #expect(
      tree.messages == [
        "route default is group `internet`'s already (line 19); a route is one group's",
        "`bad name` is not a name; names are made of A–Z, a–z, 0–9, `.`, `_` and `-`",
        "`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` is too long; a name has at most 32 characters",
      ])
  }

  @Test func `gateways: one of a family, and pinged only where there is one`() {
    #expect(
      Tree.dualWAN { $0["uplinks", "isp1", "gateway"] = ["10.10.1.1", "10.10.1.3"] }.messages
        == ["`gateway` takes one address of a family; one more way out is one more uplink"])
    #expect(
      Tree.dualWAN { $0["uplinks", "isp1", "gateway"] = nil }.messages == [
        "check `gateway` asks the gateway, and uplink `isp1` has none of IPv4; add `gateway:` to "
          + "it, or ask an address"
      ])
    let tunnel = Tree.dualWAN {
      $0["uplinks", "isp1", "gateway"] = nil
      $0["checks", "gateway", "ping"] = "192.0.2.1"
    }
    #expect(tunnel.problems == [])
  }

  @Test func `more uplinks than marks tell apart need a wider mask`() {
    let tree = Tree.dualWAN {
      $0["marks"] = "0x100"
    }
    #expect(
      tree.messages == [
        "`marks` tells 1 uplinks apart, and there are 2; widen the mask; did you mean `0x300`?"
      ])
  }

  @Test func `a machine has at most 200 uplinks and 56 groups`() {
    let tree = Tree.dualWAN { tree in
      for number in 1...199 { tree["uplinks", "u\(number)"] = ["interface": .text("e\(number)")] }
      for number in 1...56 {
        tree["groups", "g\(number)"] = ["route": .text("10.\(number).0.0/16"), "tiers": ["isp1"]]
      }
    }
    #expect(
      tree.messages == [
        "there are 201 uplinks, and a machine has at most 200; remove those that no group uses",
        "there are 57 groups of routes, and a machine has at most 56; take routes together that have the "
          + "same tiers",
      ])
  }

  @Test func `checks: each once, and an inline one named after its place`() throws {
    let tree = Tree.dualWAN {
      $0["groups", "internet", "check"] = [
        "gateway", ["ping": "192.0.2.1", "every": "100ms"], ["ping": "192.0.2.2"],
      ]
    }
    let configuration = try Configuration.read(tree.node)
    #expect(
      configuration.checks.map(\.name) == ["gateway", "internet.check.2", "internet.check.3"])
    #expect(
      configuration.groups[0].judge
        == .need(
          3,
          of: [.check("gateway"), .check("internet.check.2"), .check("internet.check.3")]))

    #expect(
      Tree.dualWAN { $0["groups", "internet", "check"] = ["gateway", "gateway"] }.messages
        == ["check `gateway` is here twice; once is enough"])
    #expect(
      Tree.dualWAN {
        $0["checks", "internet.check"] = ["ping": "192.0.2.1"]
        $0["groups", "internet", "check"] = ["ping": "192.0.2.1"]
      }.messages == [
        "this check gets the name `internet.check`, and `checks` has one of that name; "
          + "rename that one"
      ])
  }
}
