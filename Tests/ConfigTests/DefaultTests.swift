import Config
import Model
import Testing

@Suite struct DefaultTests {
  @Test func `a sole inline check is the group's`() throws {
    let tree = Tree.dualWAN {
      $0["groups", "internet", "check"] = ["ping": "gateway"]
    }
    let configuration = try Configuration.read(tree.node)
    #expect(configuration.groups[0].judge == .check("internet.check"))
    #expect(
      configuration.check("internet.check")
        == CheckDefinition(
          name: "internet.check", kind: .ping, targets: [.gateway], every: .seconds(1),
          timeout: .seconds(1),
          fall: 3, rise: 3))
  }

  @Test func `what is left out has a sane value`() throws {
    let tree: Tree = [
      "uplinks": ["on": ["interface": "null0"]],
      "groups": ["no": ["route": "default", "tiers": ["on"]]],
    ]
    let name = try #require(InterfaceName("null0"))
    let group = Group(
      name: "no", holding: .route(.defaultV4), members: [Member(.uplink("on"), tier: 1)], want: 1,
      judge: nil, failback: .auto,
      damping: Damping(base: .seconds(10), max: .seconds(600), forget: .seconds(600)),
      flows: .move)
    let expected = Configuration(
      uplinks: [Uplink(name: "on", interface: name)], checks: [], groups: [group])
    #expect(try Configuration.read(tree.node) == expected)
  }

  @Test func `what the file says of damping is for groups that say nothing`() throws {
    func damping(_ file: Tree?, _ group: Tree?) throws -> Damping? {
      let tree = Tree.dualWAN {
        $0["damping"] = file
        $0["groups", "internet", "damping"] = group
      }
      return try Configuration.read(tree.node).groups[0].damping
    }
    let short: Tree = ["base": "1s", "max": "8s"]
    let meant = Damping(base: .seconds(1), max: .seconds(8), forget: .seconds(600))
    #expect(try damping(nil, nil) == .standard)
    #expect(try damping("off", nil) == nil)
    #expect(try damping(short, nil) == meant)
    #expect(try damping(short, "off") == nil)
    #expect(try damping("off", short) == meant)
  }

  static let sharing: [(Tree, String, FlowRules)] = [
    ([["isp1"], ["isp2"]], "1", .move),
    (["isp1", "isp2"], "1", .move),
    (["isp1", "isp2"], "2", .stay),
    ([["isp1", "isp2"]], "1", .stay),
    ([["isp1": "3", "isp2": "1"]], "1", .stay),
  ]

  @Test(arguments: sharing)
  func `flows stay where several members can be active`(
    tiers: Tree, want: String, flows: FlowRules
  ) throws {
    let tree = Tree.dualWAN {
      $0["groups", "internet", "tiers"] = tiers
      $0["groups", "internet", "want"] = .text(want)
    }
    #expect(try Configuration.read(tree.node).groups[0].flows == flows)
  }

  @Test(
    arguments: [
      ("drain", [["isp1"], ["isp2"]], .drain),
      (
        ["failover": "drain", "failback": "stay"], [["isp1"], ["isp2"]],
        FlowRules(failover: .drain, failback: .stay)
      ),
      (["failback": "drain"], [["isp1"], ["isp2"]], FlowRules(failover: .move, failback: .drain)),
      (["failback": "drain"], [["isp1", "isp2"]], FlowRules(failover: .stay, failback: .drain)),
      (["failover": "drain"], [["isp1"], ["isp2"]], FlowRules(failover: .drain, failback: .move)),
    ] as [(Tree, Tree, FlowRules)])
  func `a direction that is left out is as if all were`(
    flows: Tree, tiers: Tree, rules: FlowRules
  ) throws {
    let tree = Tree.dualWAN {
      $0["groups", "internet", "tiers"] = tiers
      $0["groups", "internet", "flows"] = flows
    }
    #expect(try Configuration.read(tree.node).groups[0].flows == rules)
  }
}
