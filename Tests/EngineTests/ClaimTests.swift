import Config
import Model
import Testing
import Wire

@testable import Engine

/// Somebody who does not speak VRRP has a shared address too.
struct ClaimTests {
  private static let stranger = HardwareAddress("02:00:00:00:00:07")!
  private static let shared = NodeRig.host(1)[0]

  private static func claim(
    _ rig: inout NodeRig, by hardware: HardwareAddress = stranger,
    on link: InterfaceIndex = NodeRig.lan
  ) {
    let party = ARPPacket.Party(hardware: hardware, address: shared)
    let packet = ARPPacket(operation: .request, sender: party, target: party)
    rig.handle(.received(.claim(packet.bytes, .ipv4), on: link))
  }

  private static func troubles(_ rig: NodeRig) -> [String] { rig.engine.nodeTroubles(at: rig.now) }

  @Test func `claims are heard wherever shared addresses may stand`() {
    var rig = NodeRig()
    let ears = rig.takeEffects().compactMap { effect -> [ClaimEar]? in
      if case .heed(let ears) = effect { ears } else { nil }
    }
    let expected = [
      ClaimEar(NodeRig.lan, [NodeRig.host(1)[0]]), ClaimEar(NodeRig.wan, [NodeRig.host(1)[1]]),
    ]
    #expect(ears == [expected])
    rig.handle(.configured(Configuration(node: "a", nodes: NodeRig.pair().nodes)))
    #expect(rig.takeEffects().contains(.heed([])))
  }

  @Test func `with each announcement it is asked who else has the address`() {
    var rig = NodeRig()
    rig.run(for: .seconds(6))
    let effects = rig.takeEffects()
    #expect(effects.compactMap(\.asked) == effects.compactMap(\.announced))
    #expect(!effects.compactMap(\.asked).isEmpty)
  }

  @Test func `whoever claims it is contradicted at once, twice a second at most, and named`() {
    var rig = NodeRig()
    rig.run(for: .seconds(20))
    _ = rig.takeEffects()
    Self.claim(&rig)
    rig.run(for: .milliseconds(1))
    #expect(rig.takeEffects().compactMap(\.announced) == [Self.shared])
    #expect(rig.held.count == 2)
    let said = Self.troubles(rig)
    #expect(said.count == 1)
    #expect(said[0].contains("02:00:00:00:00:07 on lan") && said[0].contains("\(Self.shared)"))
    for _ in 0..<100 {
      Self.claim(&rig)
      rig.run(for: .milliseconds(10))
    }
    #expect((1...3).contains(rig.takeEffects().compactMap(\.announced).count))
    rig.run(for: .seconds(140))
    #expect(Self.troubles(rig) == [])
  }

  @Test func `who was relieved a moment ago is contradicted, and not named`() {
    var rig = NodeRig()
    rig.run(for: .seconds(2))
    _ = rig.takeEffects()
    Self.claim(&rig)
    rig.run(for: .milliseconds(500))
    #expect(rig.takeEffects().compactMap(\.announced).contains(Self.shared))
    #expect(Self.troubles(rig) == [])
  }

  @Test func `of one that speaks VRRP nothing is told here, before or after`() {
    var rig = NodeRig()
    rig.run(for: .seconds(20))
    Self.claim(&rig)
    #expect(Self.troubles(rig).count == 1)
    rig.hear(100, on: NodeRig.lan)
    Self.claim(&rig)
    rig.run(for: .seconds(1))
    #expect(!Self.troubles(rig).contains { $0.contains("02:00:00:00:00:07") })
  }

  @Test func `our own words, a virtual MAC, other links and bytes that say nothing are no claims`()
  {
    var rig = NodeRig()
    rig.run(for: .seconds(20))
    _ = rig.takeEffects()
    Self.claim(&rig, by: HardwareAddress("02:00:00:00:00:01")!)
    Self.claim(&rig, by: HardwareAddress("00:00:5e:00:01:33")!)
    Self.claim(&rig, on: NodeRig.ether1)
    rig.handle(.received(.claim([], .ipv4), on: NodeRig.lan))
    rig.handle(.received(.claim([1, 2, 3], .ipv6), on: NodeRig.lan))
    rig.run(for: .seconds(1))
    #expect(rig.takeEffects().compactMap(\.announced) == [])
    #expect(Self.troubles(rig) == [])
  }

  @Test func `a backup contradicts nobody`() {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.other = 200
    rig.run(for: .seconds(20))
    _ = rig.takeEffects()
    Self.claim(&rig)
    rig.run(for: .seconds(1))
    #expect(rig.takeEffects().compactMap(\.announced) == [])
    #expect(Self.troubles(rig) == [])
  }
}
