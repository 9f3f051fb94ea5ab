import Config
import Model
import Testing
import Wire

@testable import Engine

/// A group of addresses, as one of its nodes sees it.
struct ElectedTests {
  private static let shared = ["10.1.0.1/32", "10.2.0.1/32"]

  /// Node a holds, and has said all that there is to say at first.
  private static func holder(_ configuration: Configuration = NodeRig.pair()) -> NodeRig {
    var rig = NodeRig(configuration)
    rig.run(for: .seconds(10))
    _ = rig.takeEffects()
    return rig
  }

  /// Node a hears that b holds.
  private static func backup(_ failback: Failback) -> NodeRig {
    var rig = NodeRig(NodeRig.pair(failback: failback))
    rig.other = 150
    rig.run(for: .milliseconds(90))
    return rig
  }

  @Test func `the first tier bids 200 and holds after the down interval`() {
    var rig = NodeRig()
    // 3 × 100 ms + (256 − 200) × 100 ms / 256
    rig.run(for: .nanoseconds(321_874_999))
    #expect(rig.takeSaid() == [] && rig.held == [] && rig.status.active == [])
    rig.run(for: .nanoseconds(1))
    #expect(rig.takeSaid() == NodeRig.both(200))
    #expect(rig.held == Self.shared)
    #expect(rig.status.active == ["a"] && rig.status.preferred == ["a"])
    #expect(rig.status.state == .normal)
  }

  @Test func `other nodes are told before the kernel is`() throws {
    var rig = NodeRig()
    rig.run(for: .nanoseconds(321_874_999))
    _ = rig.takeEffects()
    rig.run(for: .nanoseconds(1))
    let effects = rig.takeEffects()
    let said = effects.firstIndex { if case .send = $0 { true } else { false } }
    let wanted = effects.firstIndex { if case .want = $0 { true } else { false } }
    #expect(try #require(said) < #require(wanted))
  }

  @Test func `the second tier bids 150, and the skew lets the first go before`() {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.run(for: .nanoseconds(341_406_249))
    #expect(rig.held == [])
    rig.run(for: .nanoseconds(1))
    #expect(rig.takeSaid() == NodeRig.both(150))
    #expect(rig.held == Self.shared && rig.status.active == ["b"])
  }

  @Test func `the file's priority is bid, and the owner does not wait`() {
    var rig = NodeRig(NodeRig.pair(priority: 230))
    rig.run(for: .seconds(1))
    #expect(rig.takeSaid().first?.priority == 230)
    var owner = NodeRig(NodeRig.pair(priority: 255, needs: []))
    #expect(owner.takeSaid() == NodeRig.both(255))
    #expect(owner.held == Self.shared)
  }

  @Test func `what a node gave up is the cause, also of what is decided once it stands here`() {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.other = 200
    rig.run(for: .seconds(1))
    let before = rig.engine.decisions.count
    rig.other = nil
    for link in [NodeRig.lan, NodeRig.wan] { rig.hear(0, on: link) }
    rig.run(for: .seconds(1))
    #expect(rig.held == Self.shared)
    let reasons = rig.engine.decisions.dropFirst(before).map(\.reason)
    #expect(!reasons.isEmpty && reasons.allSatisfy { $0.contains("a gives it up") })
  }

  @Test func `on start the links are joined, and left with the configuration`() {
    var rig = NodeRig()
    let joined = rig.takeEffects().compactMap {
      if case .join(let links) = $0 { links } else { nil }
    }
    #expect(joined == [[VRRPLink(NodeRig.lan, .ipv4), VRRPLink(NodeRig.wan, .ipv4)]])
    rig.handle(.configured(Configuration(node: "a", nodes: NodeRig.pair().nodes)))
    #expect(rig.takeEffects().contains(.join([])))
  }

  @Test func `whom a holder has told is told again, for such packets get lost`() {
    var rig = NodeRig()
    rig.run(for: .seconds(6))
    let told = rig.takeEffects().compactMap(\.announced)
    #expect(told.count == 10)
    #expect(Set(told) == Set(NodeRig.host(1)))
    rig.run(for: .seconds(60))
    #expect(rig.takeEffects().compactMap(\.announced).count == 2)
  }

  @Test func `unicast goes to the other node's address on that link`() {
    var rig = NodeRig(NodeRig.pair(isUnicast: true))
    rig.run(for: .milliseconds(330))
    let sent = rig.takeEffects().compactMap { effect -> IPAddress? in
      if case .send(let datagram) = effect, datagram.medium == .vrrp {
        datagram.destination
      } else {
        nil
      }
    }
    #expect(sent == NodeRig.host(3))
  }

  // MARK: - What it needs

  @Test func `without what it needs a holder says so, and goes when another came`() {
    var rig = Self.holder()
    rig.carrier(NodeRig.ether1, "ether1", false)
    #expect(rig.takeSaid().suffix(2) == NodeRig.both(0))
    #expect(rig.held == Self.shared)
    rig.hear(150, on: NodeRig.lan)
    rig.other = 150
    rig.run(for: .milliseconds(50))
    #expect(rig.held == [])
    rig.run(for: .seconds(1))
    #expect(rig.takeSaid() == [])
    #expect(rig.status.active == ["b"] && rig.status.state == .failedOver)
    #expect(rig.status.members[0].health == .down)
  }

  @Test func `where nobody came what is held badly is still held`() {
    var rig = Self.holder()
    rig.carrier(NodeRig.ether1, "ether1", false)
    _ = rig.takeSaid()
    rig.run(for: .milliseconds(201))
    #expect(rig.takeSaid().prefix(2) == NodeRig.both(8)[...])
    rig.run(for: .seconds(5))
    #expect(rig.held == Self.shared && rig.status.active == ["a"])
    // Well again, it says so with its own priority.
    _ = rig.takeSaid()
    rig.carrier(NodeRig.ether1, "ether1", true)
    #expect(rig.takeSaid() == NodeRig.both(200))
  }

  @Test func `whoever holds badly loses it to one that is well, whatever failback says`() {
    var rig = Self.backup(.manual)
    rig.other = 9
    rig.run(for: .seconds(1))
    #expect(rig.held == Self.shared)
    #expect(rig.status.active == ["a"])
  }

  // MARK: - Failback

  @Test func `by itself the better tier takes it back`() {
    var rig = Self.backup(.auto)
    rig.run(for: .seconds(1))
    #expect(rig.held == Self.shared)
  }

  @Test func `with manual failback the better tier waits for the order`() throws {
    var rig = Self.backup(.manual)
    rig.run(for: .seconds(60))
    #expect(rig.held == [] && rig.status.active == ["b"] && rig.status.preferred == ["b"])
    try rig.order(.failback("gateway"))
    rig.run(for: .milliseconds(400))
    #expect(rig.held == Self.shared)
    rig.other = nil
    rig.run(for: .seconds(60))
    #expect(rig.status.active == ["a"] && rig.status.state == .normal)
  }

  /// Taking over takes three intervals, and much can be decided meanwhile.
  @Test func `an order to fail back is not forgotten over other news`() throws {
    var rig = Self.backup(.manual)
    rig.run(for: .seconds(60))
    try rig.order(.failback("gateway"))
    rig.other = 140
    rig.run(for: .seconds(1))
    #expect(rig.held == Self.shared)
  }

  @Test func `after a delay the better tier takes it back`() {
    var rig = Self.backup(.delayed(after: .seconds(60), between: nil))
    rig.run(for: .seconds(59))
    #expect(rig.held == [] && rig.status.active == ["b"])
    rig.run(for: .seconds(2))
    #expect(rig.held == Self.shared)
  }

  // MARK: - Orders

  @Test func `a pin to this node bids above all, and auto lets it go`() throws {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.other = 200
    rig.run(for: .seconds(5))
    #expect(rig.held == [])
    try rig.order(.pin("gateway", NodeRig.b, isHard: false))
    rig.run(for: .milliseconds(400))
    rig.other = nil
    #expect(rig.takeSaid().prefix(2) == NodeRig.both(254)[...])
    #expect(rig.held == Self.shared && rig.status.state == .manual)
    try rig.order(.auto("gateway"))
    rig.run(for: .milliseconds(150))
    #expect(rig.takeSaid().last?.priority != 254)
  }

  @Test func `a pin to the other node gives it up at once`() throws {
    var rig = Self.holder()
    try rig.order(.pin("gateway", NodeRig.b, isHard: false))
    #expect(rig.takeSaid() == NodeRig.both(0))
    rig.other = 150
    rig.run(for: .milliseconds(100))
    #expect(rig.held == [] && rig.status.active == ["b"])
  }

  @Test func `a drained node gives it up at once, and has it back when it is not`() throws {
    var rig = Self.holder()
    try rig.order(.drain(NodeRig.a, isForced: false))
    #expect(rig.takeSaid().suffix(2) == NodeRig.both(0)[...])
    rig.other = 150
    rig.run(for: .seconds(1))
    #expect(rig.held == [] && rig.status.active == ["b"])
    #expect(rig.status.members[0].drained)
    try rig.order(.undrain(NodeRig.a))
    rig.run(for: .seconds(1))
    #expect(rig.held == Self.shared)
  }

  @Test func `a node drained again is given up again, for the first offer was not in vain`() throws
  {
    var rig = Self.holder()
    for _ in 0..<2 {
      try rig.order(.drain(NodeRig.a, isForced: false))
      rig.other = 150
      rig.run(for: .seconds(1))
      #expect(rig.held == [])
      try rig.order(.undrain(NodeRig.a))
      rig.run(for: .seconds(1))
      rig.other = nil
      rig.run(for: .seconds(1))
      #expect(rig.held == Self.shared)
    }
  }

  @Test func `whoever drains the better node outbids it, for that one need not know`() throws {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.other = 200
    rig.run(for: .seconds(5))
    try rig.order(.drain(NodeRig.a, isForced: false))
    rig.run(for: .milliseconds(400))
    #expect(rig.takeSaid().prefix(2) == NodeRig.both(254)[...])
    #expect(rig.held == Self.shared)
    try rig.order(.undrain(NodeRig.a))
    #expect(rig.takeSaid().last?.priority != 254)
  }

  // MARK: - Links

  @Test func `the carriers of links that nodes share are read as those of uplinks`() {
    let rig = NodeRig()
    #expect(rig.engine.usedLinks == [NodeRig.ether1, NodeRig.lan, NodeRig.wan])
    var both = NodeRig.pair()
    let routers = [
      NodeRig.router("lan", 51, "10.1.0.1"), NodeRig.router("ether1", 53, "10.10.1.9"),
    ]
    both.groups[1] = Group(
      name: "gateway", holding: .addresses(routers), members: both.groups[1].members, damping: nil)
    #expect(NodeRig(both).engine.usedLinks == [NodeRig.ether1, NodeRig.lan])
  }

  @Test func `whoever is relieved tells nobody any more that it has the addresses`() {
    var rig = NodeRig()
    // It holds from 322 ms on, and tells it then and 100 ms later.
    rig.run(for: .milliseconds(400))
    _ = rig.takeEffects()
    rig.hear(254, on: NodeRig.lan)
    rig.other = 254
    rig.run(for: .milliseconds(40))
    #expect(rig.held == Self.shared)
    rig.run(for: .seconds(1))
    let told = rig.takeEffects().contains { effect in
      if case .send(let datagram) = effect { datagram.medium == .arp } else { false }
    }
    #expect(!told && rig.held == [])
  }

  @Test func `a lost link gives up the others at once`() {
    var rig = Self.holder()
    rig.carrier(NodeRig.wan, "wan", false)
    #expect(rig.takeSaid() == [.init(link: NodeRig.lan, priority: 0)])
    #expect(rig.held == [])
    #expect(rig.status.members[0].obstacles == [.noCarrier])
    rig.carrier(NodeRig.wan, "wan", true)
    rig.run(for: .milliseconds(330))
    #expect(rig.held == Self.shared)
  }

  @Test func `a restart finds its addresses, and holds them without a pause`() {
    let left = zip([NodeRig.lan, NodeRig.wan], NodeRig.host(1)).map {
      HeldAddress.shared($1, on: $0)
    }
    var rig = NodeRig(left: left)
    #expect(rig.held == Self.shared)
    rig.run(for: .milliseconds(99))
    #expect(rig.held == Self.shared && rig.takeSaid() == [])
    rig.run(for: .milliseconds(1))
    #expect(rig.held == Self.shared && rig.takeSaid() == NodeRig.both(200))
    var replaced = NodeRig(left: left)
    replaced.hear(150, on: NodeRig.lan)
    #expect(replaced.held == [])
  }

  // MARK: - What is heard

  @Test func `who holds elsewhere is told, and that nothing more is heard of it`() {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.other = 200
    rig.run(for: .seconds(1))
    #expect(rig.status.active == ["a"] && rig.status.preferred == ["a"])
    #expect(rig.status.members[0].usable && rig.status.members[0].health == .up)
    rig.other = nil
    rig.run(for: .seconds(1))
    #expect(rig.status.active == ["b"])
    #expect(rig.status.members[0].obstacles == [.peerSilent])
    #expect(rig.engine.decisions.contains { $0.reason.contains("a says nothing any more") })
  }

  @Test func `who is the only heir takes what is given up at once`() {
    var rig = NodeRig(NodeRig.pair("b"))
    rig.other = 200
    rig.run(for: .seconds(1))
    rig.other = nil
    rig.hear(0, on: NodeRig.lan)
    rig.run(for: .zero)
    #expect(rig.held == Self.shared && rig.status.active == ["b"])
  }

  @Test func `packets that are refused are counted, and change nothing`() {
    var rig = NodeRig()
    rig.run(for: .milliseconds(100))
    let wake = rig.engine.nextWake
    rig.hear(255, on: NodeRig.lan) { $0[7] ^= 1 }
    rig.hear(255, on: NodeRig.lan) { $0[0] = 0x41 }
    rig.hear(255, on: NodeRig.lan) { $0[0] = 0x32 }
    rig.hear(255, on: NodeRig.lan) { $0 = Array($0.prefix(7)) }
    rig.hear(255, on: NodeRig.lan) { $0[3] = 0 }
    rig.hear(255, on: NodeRig.lan) { $0[5] = 0 }
    rig.hear(255, on: NodeRig.lan, router: 52)
    rig.hear(255, on: NodeRig.lan, hopLimit: 254)
    rig.hear(255, on: NodeRig.lan, from: NodeRig.host(2)[0])
    #expect(
      rig.engine.vrrpRefusals == [
        .checksum: 1, .version: 1, .type: 1, .tooShort: 1, .count: 1, .interval: 1,
        .unknownRouter: 1, .hopLimit: 1, .ownAddress: 1,
      ])
    #expect(rig.engine.nextWake == wake)
    rig.run(for: .milliseconds(300))
    #expect(rig.held == Self.shared)
  }

  @Test func `a router that is no node of the file is obeyed as any other`() {
    var rig = Self.holder()
    rig.hear(254, on: NodeRig.lan, from: IPAddress("10.1.0.9")!)
    #expect(rig.takeSaid() == [.init(link: NodeRig.wan, priority: 0)])
    rig.run(for: .milliseconds(50))
    #expect(rig.held == [])
  }

  // MARK: - What the kernel has

  @Test func `who has not all its addresses does not hold, and tells nobody that it does`() {
    var rig = NodeRig()
    rig.obeys = false
    rig.run(for: .seconds(1))
    #expect(rig.takeSaid().first?.priority == 200 && rig.status.active == [])
    rig.handle(.observed([.address(.shared(NodeRig.host(1)[0], on: NodeRig.lan))]))
    #expect(rig.status.active == [])
    rig.run(for: .milliseconds(10))
    let told = rig.takeEffects().compactMap { effect -> InterfaceIndex? in
      guard case .send(let datagram) = effect, datagram.medium == .arp else { return nil }
      return datagram.interface
    }
    #expect(Set(told) == [NodeRig.lan], "that address is here")
    rig.handle(.observed([.address(.shared(NodeRig.host(1)[1], on: NodeRig.wan))]))
    #expect(rig.status.active == ["a"])
  }

  @Test func `a link that comes back under another number is joined anew`() {
    var rig = Self.holder()
    let other = InterfaceIndex(9)
    rig.handle(.observed([.linkGone(NodeRig.lan)]))
    #expect(rig.takeEffects().contains(.join([VRRPLink(NodeRig.wan, .ipv4)])))
    #expect(rig.status.members[0].obstacles == [.absent])
    let own = HeldAddress(
      interface: other, address: InterfaceAddress(NodeRig.host(2)[0], length: 24))
    rig.handle(.observed([.link(Rig.link(other, "lan")), .address(own)]))
    #expect(
      rig.takeEffects().contains(.join([VRRPLink(NodeRig.wan, .ipv4), VRRPLink(other, .ipv4)])))
    #expect(rig.status.members[0].obstacles == [])
  }

  @Test func `over a reload who holds goes on, and other routers begin anew`() {
    var rig = Self.holder()
    rig.handle(.configured(NodeRig.pair(failback: .manual)))
    #expect(rig.held == Self.shared && rig.takeSaid() == [])
    rig.handle(.configured(NodeRig.pair(isUnicast: true)))
    rig.run(for: .milliseconds(99))
    #expect(rig.takeSaid() == [], "it listens for an interval, as after a start")
    rig.run(for: .milliseconds(1))
    #expect(rig.held == Self.shared && !rig.takeSaid().isEmpty)
  }
}
