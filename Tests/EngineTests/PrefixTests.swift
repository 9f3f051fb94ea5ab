import Config
import Model
import Testing
import Wire

@testable import Engine

/// Hosts inside are told which of their prefixes to begin from.
struct PrefixTests {
  private static let br0 = InterfaceIndex(9)
  private static let own = IPAddress("fe80::9")!
  private static let prefix1 = Prefix(IPAddress("2001:db8:a:1::")!, length: 64)
  private static let prefix2 = Prefix(IPAddress("2001:db8:b:1::")!, length: 64)
  private static let gateways = [1, 2].map { IPAddress("2001:db8:\($0)::1")! }

  private static func configuration(
    nat6: [NAT6] = [.none, .none], lans: [[Prefix]] = [[prefix1], [prefix2]]
  ) -> Configuration {
    let uplinks = [1, 2].map { number in
      Uplink(
        name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
        addresses: [InterfaceAddress("2001:db8:\(number)::2/64")!],
        gateways: [gateways[number - 1]], nat6: nat6[number - 1],
        lans: lans[number - 1].isEmpty
          ? [] : [LAN(interface: InterfaceName("br0")!, prefixes: lans[number - 1])])
    }
    let plain = Rig.configuration(uplinks: uplinks, every: .seconds(1))
    let group = Group(
      name: "internet6", holding: .route(.defaultV6), members: plain.groups[0].members,
      judge: .check("gateway"), damping: nil)
    return Configuration(uplinks: uplinks, checks: plain.checks, groups: [group])
  }

  private static func rig(
    _ configuration: Configuration = configuration(), memory: Memory = Memory()
  ) -> Rig {
    var rig = Rig(configuration, memory: memory, answering: Set(gateways))
    rig.handle(
      .observed([
        .link(Rig.link(br0, "br0")),
        .address(HeldAddress(interface: br0, address: InterfaceAddress("fe80::9/64")!, origin: 0)),
      ]))
    rig.run(for: .seconds(5))
    return rig
  }

  private static func said(
    _ preferred: Duration = .seconds(14_400), of prefix: Prefix = prefix1,
    lifetime: Duration = .seconds(1_800), flags: UInt8 = 0x48, from source: IPAddress = own
  ) -> Event {
    let message = RouterAdvertisement(
      hopLimit: 64, flags: flags, lifetime: lifetime,
      prefixes: [
        .init(prefix, isOnLink: false, validFor: .seconds(86_400), preferredFor: preferred)
      ])
    return .received(.discovery(message.bytes, from: source, hopLimit: 255), on: br0)
  }

  /// What was told since the last look, and each time how long each prefix is preferred.
  private func told(_ rig: inout Rig) -> [[Prefix: Duration]] {
    advertisements(&rig).map { said in
      Dictionary(uniqueKeysWithValues: said.prefixes.map { ($0.prefix, $0.preferredFor) })
    }
  }

  private func advertisements(_ rig: inout Rig) -> [RouterAdvertisement] {
    rig.takeEffects().compactMap { effect in
      guard case .send(let datagram) = effect, datagram.destination == .allNodes else {
        return nil
      }
      return try? RouterAdvertisement(parsing: datagram.payload.span, hopLimit: 255)
    }
  }

  /// isp1 is mute until it is judged down, or answers until it is up.
  private func mute(_ rig: inout Rig, _ isMute: Bool = true) {
    rig.answering = isMute ? [Self.gateways[1]] : Set(Self.gateways)
    rig.run(for: .seconds(4))
  }

  @Test
  func `a spare's prefix is deprecated while it stands by`() {
    var rig = Self.rig()
    #expect(told(&rig).first == [Self.prefix2: .zero])
    let states = rig.engine.uplinkStatus(clock: rig.clock).flatMap(\.prefixes)
    #expect(states.map(\.deprecated) == [false, true])
    #expect(rig.effects.isEmpty)
  }

  @Test
  func `what was told before a restart is taken back when it is not so any more`() {
    var memory = Memory()
    memory.deprecated = [Self.prefix1]
    var rig = Self.rig(memory: memory)
    let first = told(&rig).first { $0[Self.prefix1] != .zero }
    #expect(first == [Self.prefix1: .seconds(2_700), Self.prefix2: .zero])
    #expect(rig.memories.last?.deprecated == [Self.prefix2])
  }

  @Test
  func `it changes at once with the holder, and back, told three times each`() {
    var rig = Self.rig()
    rig.run(for: .seconds(20))
    _ = told(&rig)
    mute(&rig)
    #expect(told(&rig).first == [Self.prefix1: .zero, Self.prefix2: .seconds(2_700)])
    rig.run(for: .seconds(10))
    let later = told(&rig)
    #expect(
      later == .init(repeating: [Self.prefix1: .zero, Self.prefix2: .seconds(2_700)], count: 2))
    let sentence = rig.engine.explanation(of: "internet6", clock: rig.clock)?.sentences
      .first { $0.contains("is deprecated towards br0 since") }
    #expect(sentence?.hasPrefix("isp1: 2001:db8:a:1::/64") == true)
    mute(&rig, false)
    #expect(told(&rig).first == [Self.prefix1: .seconds(2_700), Self.prefix2: .zero])
    rig.run(for: .seconds(60))
    #expect(told(&rig).last == [Self.prefix2: .zero])
  }

  @Test
  func `what is said of the router is what it says itself`() {
    var rig = Self.rig()
    rig.handle(Self.said(lifetime: .seconds(600)))
    mute(&rig)
    let down = advertisements(&rig).last
    #expect(down?.lifetime == .seconds(600) && down?.flags == 0x48 && down?.hopLimit == 64)
    #expect(down?.hardware == HardwareAddress("02:00:00:00:00:01"))
    let gone = down?.prefixes.first { $0.prefix == Self.prefix1 }
    #expect(gone?.isOnLink == false && gone?.isAutonomous == true)
    #expect(gone?.validFor == .seconds(7_200) && gone?.preferredFor == .zero)
    mute(&rig, false)
    let back = advertisements(&rig).last?.prefixes.first { $0.prefix == Self.prefix1 }
    #expect(back?.validFor == .seconds(86_400) && back?.preferredFor == .seconds(14_400))
    // A stranger is not heard about the router, but contradicted about the prefix.
    mute(&rig)
    rig.run(for: .seconds(12))
    _ = rig.takeEffects()
    rig.handle(Self.said(lifetime: .zero, flags: 0, from: IPAddress("fe80::bad")!))
    let again = advertisements(&rig)
    #expect(again.map(\.lifetime) == [.seconds(600)] && again.map(\.flags) == [0x48])
  }

  @Test
  func `whoever advertises it as preferred is contradicted, at most every three seconds`() {
    var rig = Self.rig()
    mute(&rig)
    rig.run(for: .seconds(10))
    _ = rig.takeEffects()
    rig.handle(Self.said())
    #expect(told(&rig).count == 1, "at once")
    for _ in 0..<600 {
      rig.run(for: .milliseconds(10))
      rig.handle(Self.said())
    }
    #expect(told(&rig).count == 2, "in six seconds of it")
    rig.run(for: .seconds(4))
    _ = rig.takeEffects()
    rig.handle(Self.said(.zero))
    rig.handle(Self.said(of: Prefix(IPAddress("2001:db8:c::")!, length: 64)))
    #expect(told(&rig).isEmpty, "it says the same, or of another")
  }

  @Test
  func `a host that asks is told after the others have answered`() {
    var rig = Self.rig()
    mute(&rig)
    rig.run(for: .seconds(10))
    _ = rig.takeEffects()
    let asks = RouterSolicitation(from: nil).bytes
    for _ in 0..<50 {
      rig.handle(
        .received(.discovery(asks, from: .v6(high: 0, low: 0), hopLimit: 255), on: Self.br0))
    }
    rig.run(for: .milliseconds(599))
    #expect(told(&rig).isEmpty)
    rig.run(for: .milliseconds(2))
    #expect(told(&rig).count == 1)
  }

  @Test
  func `while nobody carries, all stays as it was told`() {
    var rig = Self.rig()
    _ = rig.takeEffects()
    rig.answering = []
    rig.run(for: .seconds(20))
    #expect(rig.status.state == .degraded)
    #expect(told(&rig).allSatisfy { $0 == [Self.prefix2: .zero] })
    #expect(rig.engine.prefixTroubles.isEmpty)
  }

  @Test
  func `where the holder translates, nothing has to be told`() {
    var rig = Self.rig(Self.configuration(nat6: [.none, .masquerade]))
    mute(&rig)
    #expect(rig.active == ["isp2"])
    #expect(told(&rig).allSatisfy { $0[Self.prefix1] == nil })
  }

  @Test
  func `a prefix that the file has no more is preferred again`() {
    var rig = Self.rig()
    _ = rig.takeEffects()
    rig.handle(.configured(Self.configuration(lans: [[Self.prefix1], []])))
    #expect(told(&rig) == [[Self.prefix2: .seconds(2_700)]])
    rig.run(for: .seconds(60))
    #expect(told(&rig).isEmpty)
  }

  @Test
  func `what cannot be told is told later, and said`() {
    var rig = Self.rig()
    let gone = Rig.link(Self.br0, "br0", hasCarrier: false)
    rig.handle(.observed([.link(gone)]))
    #expect(rig.engine.prefixTroubles.first?.contains("check `lan` of uplink isp2") == true)
    mute(&rig)
    #expect(told(&rig).last?[Self.prefix1] == nil)
    rig.handle(.observed([.link(Rig.link(Self.br0, "br0"))]))
    #expect(told(&rig).last?[Self.prefix1] == .zero)
    let datagram = Datagram(
      .neighbor, interface: Self.br0, source: Self.own, destination: .allNodes, payload: [])
    rig.handle(.unsent(datagram, "ENOBUFS"))
    #expect(rig.engine.prefixTroubles.first?.contains("ENOBUFS") == true)
    rig.run(for: .seconds(4))
    #expect(told(&rig).count >= 1 && rig.engine.prefixTroubles.isEmpty)
  }

  @Test
  func `on the link to hosts both routers and hosts are listened to`() {
    let rig = Self.rig()
    #expect(rig.engine.ears == [Ear(Self.br0, hearsHosts: true)])
  }
}
