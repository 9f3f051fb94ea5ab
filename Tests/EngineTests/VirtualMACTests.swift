import Config
import Election
import Model
import Testing
import Wire

@testable import Engine

/// Shared addresses whose hardware address goes along with them.
struct VirtualMACTests {
  private static let home = InterfaceIndex(104)  // above lan

  private static func pair(_ node: NodeName = "a") -> Configuration {
    NodeRig.pair(node, mac: .virtual)
  }

  @Test func `every node has its interfaces, and their settings`() throws {
    for node in ["a", "b"] as [NodeName] {
      let rig = NodeRig(Self.pair(node))
      let wanted = rig.engine.wanted
      #expect(wanted.links.map(\.name.text).sorted() == ["siaga4-51", "siaga4-52"])
      let settings = wanted.sysctls.map { "\($0.key.text)=\($0.value)" }
      for line in [
        "net/ipv4/conf/lan/arp_ignore=1", "net/ipv4/conf/lan/arp_announce=2",
        "net/ipv4/conf/siaga4-51/arp_ignore=1", "net/ipv4/conf/siaga4-51/rp_filter=0",
        "net/ipv6/conf/siaga4-51/disable_ipv6=1",
      ] { #expect(settings.contains(line)) }
    }
  }

  @Test func `what is for the MAC of an interface comes in by that interface`() {
    var pair = Self.pair()
    pair.groups.append(
      Group(
        name: "voice", holding: .route(.defaultV4), members: [Member(.uplink("isp1"), tier: 1)],
        match: TrafficMatch(incoming: InterfaceName("lan"))))
    let rules = NodeRig(pair).engine.wanted.rules.filter { $0.selector.incoming != nil }
    #expect(Set(rules.compactMap(\.selector.incoming?.text)) == ["lan", "siaga4-51"])
    #expect(Set(rules.map(\.table)).count == 1 && Set(rules.map(\.priority)).count == 1)
  }

  @Test func `who holds has the addresses there, speaks and announces from there`() throws {
    var rig = NodeRig(Self.pair())
    rig.run(for: .seconds(1))
    let effects = rig.takeEffects()
    let shared = rig.engine.wanted.addresses.filter { NodeRig.host(1).contains($0.address.address) }
    #expect(shared.map(\.interface.value).sorted() == [104, 105])
    let sent = effects.compactMap { if case .send(let datagram) = $0 { datagram } else { nil } }
    let adverts = sent.filter { $0.medium == .vrrp && $0.interface == Self.home }
    #expect(!adverts.isEmpty)
    #expect(adverts.allSatisfy { $0.source == NodeRig.host(2)[0] }, "its own address speaks")
    #expect(!sent.contains { $0.medium == .vrrp && $0.interface == NodeRig.lan })
    let announced = try #require(sent.first { $0.medium == .arp && $0.interface == Self.home })
    let packet = try ARPPacket(parsing: announced.payload.span)
    #expect(packet.sender.hardware.description == "00:00:5e:00:01:33")
  }

  @Test func `others are heard on the link below`() {
    var rig = NodeRig(Self.pair("b"))
    let joined = rig.takeEffects().compactMap { effect -> [VRRPLink]? in
      if case .join(let links) = effect { links } else { nil }
    }
    let expected = [
      VRRPLink(NodeRig.lan, .ipv4), VRRPLink(NodeRig.wan, .ipv4),
      VRRPLink(Self.home, .ipv4, hears: false), VRRPLink(InterfaceIndex(105), .ipv4, hears: false),
    ]
    #expect(joined.last == expected)
    rig.other = 200
    rig.run(for: .seconds(2))
    #expect(rig.engine.addressKeepers[0].sync.role == .backup)
  }

  @Test func `a node whose interface is gone or down gives way, and has it again`() {
    var rig = NodeRig(Self.pair())
    rig.run(for: .seconds(1))
    #expect(rig.engine.addressKeepers[0].isHolding)
    _ = rig.takeEffects()
    rig.handle(.observed([.linkGone(Self.home)]))
    let resigned = rig.takeEffects().contains { effect in
      guard case .send(let datagram) = effect, datagram.medium == .vrrp else { return false }
      return datagram.payload[2] == 0
    }
    #expect(resigned)
    #expect(rig.engine.observed.link(named: InterfaceName("siaga4-51")!) != nil)
    rig.run(for: .seconds(1))
    #expect(rig.engine.addressKeepers[0].isHolding)
  }

  @Test func `what cannot have one is named, with what to do`() {
    var rig = NodeRig(Self.pair("b"))
    var foreign = Link(
      index: InterfaceIndex(104), name: InterfaceName("siaga4-51")!, isUp: true, hasCarrier: true)
    rig.handle(.observed([.linkGone(Self.home), .link(foreign)]))
    foreign.name = InterfaceName("siaga4-52")!
    var tunnel = Rig.link(NodeRig.wan, "wan")
    tunnel.hardwareAddress = nil
    rig.handle(.observed([.link(tunnel)]))
    let said = rig.engine.nodeTroubles(at: rig.now)
    #expect(said.contains { $0.contains("siaga4-51") && $0.contains("is not Siaga's") })
    #expect(said.contains { $0.contains("wan is no Ethernet") && $0.contains("mac: own") })
    #expect(rig.engine.addressKeepers[0].obstacles == [.noVirtualLink])
  }
}
