import Config
import Model
import Testing

/// Nodes, and how they talk.
@Suite struct NodeTests {
  @Test func `the file of two nodes is read`() throws {
    let pair = try Configuration.read(Tree.pair.node)
    #expect(pair.node == "a")
    #expect(
      pair.nodes == [
        Node(name: "a", addresses: [IPAddress("10.1.0.2")!, IPAddress("10.2.0.2")!]),
        Node(name: "b", addresses: [IPAddress("10.1.0.3")!, IPAddress("10.2.0.3")!]),
      ])
    #expect(
      pair.cluster
        == Cluster(
          keyFile: "/etc/siaga/cluster.key", heartbeat: .milliseconds(100), fall: 3, port: 8_383))
    let group = try #require(pair.group("gateway"))
    #expect(
      group.holding.routers == [
        VirtualRouter(
          id: .init(interface: InterfaceName("lan")!, family: .ipv4, number: 51),
          addresses: [IPAddress("10.1.0.1")!], interval: .milliseconds(100)),
        VirtualRouter(
          id: .init(interface: InterfaceName("wan")!, family: .ipv4, number: 52),
          addresses: [IPAddress("10.2.0.1")!], interval: .milliseconds(100)),
      ])
    #expect(group.members == [Member(.node("a"), tier: 1), Member(.node("b"), tier: 2)])
    #expect(group.needs == ["internet"] && group.failback == .manual)
    #expect(group.holding.authority == .elected && group.holding.family == nil)
    #expect(pair.routeGroups.map(\.name) == ["internet"])
  }

  @Test func `a file may hold addresses and nothing else`() throws {
    let tree = Tree.pair {
      for key in ["node", "cluster", "uplinks"] { $0[key] = nil }
      $0["groups", "internet"] = nil
      $0["groups", "gateway", "needs"] = nil
    }
    let alone = try Configuration.read(tree.node)
    #expect(alone.cluster == nil && alone.uplinks.isEmpty && alone.groups.count == 1)
  }

  @Test func `an address is one node's, and members have one namespace`() {
    #expect(
      Tree.pair { $0["nodes", "b", "addresses"] = ["10.1.0.3", "10.2.0.2"] }.problems == [
        "10:16: address 10.2.0.2 is node `a`'s already (line 7); an address is one node's"
      ])
    #expect(
      Tree.pair {
        $0["uplinks"] = ["b": ["interface": "wan", "gateway": "10.2.0.254"]]
        $0["groups", "internet", "tiers"] = ["b"]
      }.problems == [
        "9:3: `b` is an uplink's name already (line 12); members have one namespace"
      ])
  }

  @Test func `a node needs its addresses, and is told of keys it has not`() {
    #expect(
      Tree.pair { $0["nodes", "b", "addresses"] = nil }.problems == [
        "9:6: node `b` needs `addresses`"
      ])
    #expect(
      Tree.pair { $0["nodes", "b", "address"] = "10.1.0.4" }.problems == [
        "11:5: node `b` has no key `address`; did you mean `addresses`?"
      ])
    #expect(
      Tree.pair { $0["nodes", "b", "addresses"] = ["10.1.0.3/24"] }.messages.first?.hasPrefix(
        "`addresses` takes an address such as `192.0.2.1`") == true)
  }

  @Test(arguments: ["1", "9", "254"])
  func `a priority that Siaga bids by itself is no node's`(priority: String) {
    let tree = Tree.pair { $0["nodes", "b", "priority"] = .text(priority) }
    let told = tree.problems.contains(
      "11:15: priority \(priority) is Siaga's own; take one from 10 to 253, or 255 for the owner of "
        + "the addresses")
    #expect(told)
  }

  @Test func `a cluster is of two nodes, and has a key`() {
    #expect(
      Tree.pair {
        $0["nodes", "b"] = nil
        $0["groups", "gateway", "tiers"] = ["a"]
      }.problems == ["2:10: `cluster` needs `nodes`, two or more"])
    #expect(
      Tree.pair { $0["cluster", "key-file"] = nil }.problems == [
        "2:10: `cluster` needs `key-file`"
      ])
    #expect(
      Tree.pair { $0["cluster", "hartbeat"] = "1s" }.problems == [
        "6:3: `cluster` has no key `hartbeat`; did you mean `heartbeat`?"
      ])
    let messages = Tree.pair {
      $0["cluster", "heartbeat"] = "1ms"
      $0["cluster", "fall"] = "0"
      $0["cluster", "port"] = "65536"
    }.messages
    #expect(messages.count == 3)
  }

  @Test func `each machine knows which node it is, or is told how to say so`() throws {
    let pair = try Configuration.read(Tree.pair.node)
    #expect(pair.unrunnable(on: "elsewhere") == nil)
    let unnamed = try Configuration.read(Tree.pair { $0["node"] = nil }.node)
    #expect(unnamed.unrunnable(on: "b") == nil)
    #expect(
      unnamed.unrunnable(on: "elsewhere")
        == "`nodes` are `a` and `b`, and this machine is `elsewhere`; say by `node:` which of "
        + "them it is, or add it")
    let misnamed = try Configuration.read(Tree.pair { $0["node"] = "c" }.node)
    #expect(misnamed.unrunnable(on: "a")?.contains("this machine is `c`") == true)
    #expect(try Configuration.read(Tree.dualWAN.node).unrunnable(on: "elsewhere") == nil)
  }
}
