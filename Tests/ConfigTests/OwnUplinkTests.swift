import Config
import Model
import Testing

/// What an uplink has otherwise on one node.
@Suite struct OwnUplinkTests {
  /// isp1's interface is `wan` on both nodes, and its address each node's own.
  private static func pair(_ changed: (inout Tree) -> Void = { _ in }) -> Tree {
    Tree.pair { tree in
      tree["uplinks", "isp1", "address"] = "10.2.0.2/24"
      tree["nodes", "b", "uplinks"] = ["isp1": ["address": "10.2.0.3/24"]]
      changed(&tree)
    }
  }

  @Test func `each node has its own, and all else is the file's`() throws {
    let pair = try Configuration.read(Self.pair().node)
    let (a, b) = (pair.seen(from: "a").uplinks[0], pair.seen(from: "b").uplinks[0])
    #expect(a == pair.uplinks[0])
    #expect(a.addresses.map(\.description) == ["10.2.0.2/24"])
    #expect(b.addresses.map(\.description) == ["10.2.0.3/24"])
    var same = b
    same.addresses = a.addresses
    #expect(same == a)
  }

  @Test func `seen from any node it is the same for all`() throws {
    let pair = try Configuration.read(Self.pair().node)
    let fromB = pair.seen(from: "b")
    for node in pair.nodes.map(\.name) {
      #expect(fromB.uplinks(of: node) == pair.uplinks(of: node))
    }
    #expect(fromB.seen(from: "a") == pair)
    #expect(fromB.nodes[1].uplinks.isEmpty && fromB.nodes[0].uplinks == pair.uplinks)
    #expect(pair.seen(from: "stranger").uplinks == pair.uplinks)
  }

  @Test func `it is written as it was read, and only what differs`() throws {
    let pair = try Configuration.read(
      Self.pair { $0["nodes", "b", "uplinks", "isp1", "nat"] = "masquerade" }.node)
    #expect(try Configuration.read(pair.terseTree) == pair)
    let written = pair.written()
    #expect(written.contains("address: 10.2.0.3/24") && written.contains("nat: masquerade"))
    #expect(written.ranges(of: "gateway: 10.2.0.254").count == 1)
  }

  @Test func `the whole file is looked at from each node`() {
    let told = Self.pair {
      $0["nodes", "b", "uplinks", "isp1", "address"] = "10.3.0.3/24"
    }.problems
    #expect(told.count == 1 && told[0].contains("on node `b`: "), "\(told)")
    #expect(told[0].contains("10.2.0.254"))
  }

  @Test func `an interface and an address are one uplink's on each node, too`() {
    let told = Self.pair {
      $0["uplinks", "isp2"] = ["interface": "wan2", "gateway": "10.4.0.254"]
      $0["nodes", "b", "uplinks", "isp2"] = ["interface": "wan"]
    }.problems
    #expect(told.count == 1 && told[0].contains("on node `b`: interface `wan`"), "\(told)")
  }

  @Test func `what is wrong in the file is told once`() {
    let told = Self.pair { $0["uplinks", "isp1", "address"] = "10.3.0.2/24" }.problems
    #expect(told.count == 1 && !told[0].contains("on node"), "\(told)")
  }

  @Test func `an uplink that the file has not is no node's`() {
    let told = Self.pair { $0["nodes", "b", "uplinks"] = ["isp2": ["nat": "none"]] }.problems
    #expect(
      told.count == 1
        && told[0].contains("node `b` changes uplink `isp2`, which the file's `uplinks` has not"))
    #expect(told.first?.hasSuffix("did you mean `isp1`?") == true)
  }

  @Test func `keys and values are as strict as the file's`() {
    let misspelt = Self.pair { $0["nodes", "b", "uplinks", "isp1", "adress"] = "10.2.0.4/24" }
    #expect(misspelt.problems.first?.hasSuffix("did you mean `address`?") == true)
    let broken = Self.pair { $0["nodes", "b", "uplinks", "isp1", "address"] = "10.2.0.3" }
    #expect(broken.problems.count == 1)
    let check = Self.pair { $0["nodes", "b", "uplinks", "isp1", "check"] = "gateway" }
    #expect(check.problems.first?.contains("`check` is not in this version") == true)
    let text = Self.pair { $0["nodes", "b", "uplinks"] = "isp1" }
    #expect(text.problems.count == 1)
  }
}
