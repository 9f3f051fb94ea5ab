import Config
import Model
import Testing
import Wire

@testable import Engine

/// What status says of the other nodes, and for how long.
struct NodeTroubleTests {
  private static func troubles(_ rig: NodeRig) -> [String] { rig.engine.nodeTroubles(at: rig.now) }

  @Test func `while all is well there is nothing to say`() {
    var rig = NodeRig()
    rig.run(for: .seconds(1))
    #expect(Self.troubles(rig) == [])
    rig = NodeRig(NodeRig.pair("b"))
    rig.other = 200
    rig.run(for: .seconds(1))
    #expect(Self.troubles(rig) == [])
  }

  @Test(arguments: [
    (4, UInt8(1), "interval"), (7, 1, "wrong checksum"), (0, 0x41, "wrong version"),
  ])
  func `a packet that is refused is told of for half a minute`(
    place: Int, bits: UInt8, words: String
  ) {
    var rig = NodeRig()
    rig.run(for: .milliseconds(100))
    rig.hear(255, on: NodeRig.lan) { bytes in
      if words == "interval" { bytes[4] = 0; bytes[5] = 0 } else { bytes[place] ^= bits }
    }
    let said = Self.troubles(rig)
    #expect(said.count == 1 && said[0].contains("10.1.0.3 on lan") && said[0].contains(words))
    rig.run(for: .seconds(29))
    #expect(Self.troubles(rig) == said)
    rig.run(for: .seconds(2))
    #expect(Self.troubles(rig) == [])
  }

  @Test func `a virtual router that is not ours is nobody's fault`() {
    var rig = NodeRig()
    rig.hear(255, on: NodeRig.lan, router: 99)
    #expect(Self.troubles(rig) == [] && rig.engine.routerRefusals == ["unknown virtual router": 1])
  }

  @Test func `who holds beside us is named, with the links that carry no advertisements`() {
    var rig = NodeRig()
    rig.run(for: .seconds(1))
    rig.hear(100, on: NodeRig.lan)
    let said = Self.troubles(rig)
    #expect(said.count == 1 && said[0].hasPrefix("both a and b hold gateway"))
    #expect(said[0].contains("112 through on lan, wan"))
    rig.run(for: .milliseconds(500))
    #expect(Self.troubles(rig) == [], "it was heard once")
  }

  @Test func `a holder that is heard on one link alone is named with the other`() {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.run(for: .milliseconds(1))
    for _ in 0..<10 {
      rig.hear(200, on: NodeRig.wan)
      rig.run(for: .milliseconds(100))
    }
    let said = Self.troubles(rig)
    #expect(said.count == 1 && said[0].contains("is not heard on lan"), "\(said)")
  }

  @Test func `a machine that has none of its node's addresses is asked whether it is that node`() {
    var configuration = NodeRig.pair()
    configuration.nodes[0].addresses = [IPAddress("10.1.0.7")!]
    let said = Self.troubles(NodeRig(configuration))
    #expect(said.count == 1 && said[0].contains("has not 10.1.0.7"), "\(said)")
  }
}
