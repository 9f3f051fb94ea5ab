import Config
import Engine
import Model
import Testing

/// Checks of each link's own resolvers: those that the file names, or its lease.
struct ResolverTests {
  private static let (first, second, third) = (
    IPAddress("198.51.100.1")!, IPAddress("198.51.100.2")!, IPAddress("198.51.100.3")!
  )

  private static func configuration(
    resolvers: [IPAddress], addresses: [InterfaceAddress] = [], need: Int = 1
  ) -> Configuration {
    let other = Rig.uplink(2)
    let uplink = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!, addresses: addresses,
      gateways: [Rig.gateway1], resolvers: resolvers)
    let plain = Rig.configuration(
      uplinks: [
        uplink,
        Uplink(
          name: other.name, interface: other.interface, addresses: other.addresses,
          gateways: other.gateways, resolvers: [third]),
      ])
    let check = CheckDefinition(
      name: "gateway", kind: .ping, targets: [.resolvers], need: need, every: .seconds(1),
      timeout: .milliseconds(500), fall: 2, rise: 1)
    return Configuration(uplinks: plain.uplinks, checks: [check], groups: plain.groups)
  }

  private static let all: Set<IPAddress> = [first, second, third]

  /// isp1's are in the file.
  private static func rig(_ resolvers: [IPAddress], need: Int = 1) -> Rig {
    var rig = Rig(
      configuration(
        resolvers: resolvers, addresses: [InterfaceAddress("10.10.1.2/24")!], need: need),
      answering: all)
    rig.run(for: .seconds(4))
    return rig
  }

  /// isp1 has its address by DHCP.
  private static func leased(_ lease: Lease?) -> Rig {
    var rig = Rig(configuration(resolvers: []), answering: all)
    rig.handle(.observed([address("10.10.1.2/24"), .leased(Rig.ether1, lease)]))
    rig.run(for: .seconds(4))
    return rig
  }

  private static func address(_ text: String) -> KernelState.Delta {
    .address(HeldAddress(interface: Rig.ether1, address: InterfaceAddress(text)!, origin: 0))
  }

  private static func lease(_ resolvers: IPAddress..., of address: String = "10.10.1.2") -> Lease {
    Lease(address: IPAddress(address), resolvers: resolvers)
  }

  private func asked(_ rig: Rig) -> [[String]] {
    rig.status.members.map { $0.checks.map(\.target) }
  }

  @Test
  func `each is asked by its own link, and enough of them must be up`() {
    var rig = Self.rig([Self.first, Self.second])
    #expect(asked(rig) == [["198.51.100.1", "198.51.100.2"], ["198.51.100.3"]])
    #expect(
      rig.probes.allSatisfy {
        $0.interface == ($0.destination == Self.third ? Rig.ether2 : Rig.ether1)
      })
    #expect(rig.active == ["isp1"])
    rig.answering.remove(Self.first)
    rig.run(for: .seconds(4))
    #expect(rig.active == ["isp1"], "one of two is enough")
    rig.answering.remove(Self.second)
    rig.run(for: .seconds(4))
    #expect(rig.active == ["isp2"])
    var strict = Self.rig([Self.first, Self.second], need: 2)
    strict.answering.remove(Self.first)
    strict.run(for: .seconds(4))
    #expect(strict.active == ["isp2"])
    #expect(Self.rig([Self.first], need: 2).health(Rig.isp1) == .up, "as many as there are")
  }

  @Test
  func `a lease tells them, and what a renewal does not change goes on`() throws {
    var rig = Self.leased(Self.lease(Self.first, Self.second))
    #expect(asked(rig)[0] == ["198.51.100.1", "198.51.100.2"])
    #expect(rig.health(Rig.isp1) == .up)
    let before = try #require(rig.status.members[0].checks.last?.answered)
    rig.handle(.observed([.leased(Rig.ether1, Self.lease(Self.second, Self.third))]))
    #expect(asked(rig)[0] == ["198.51.100.2", "198.51.100.3"])
    #expect(rig.status.members[0].checks[0].answered == before)
    #expect(rig.health(Rig.isp1) == .up)
    rig.run(for: .seconds(4))
    rig.answering = [Self.first]
    rig.run(for: .seconds(4))
    #expect(rig.health(Rig.isp1) == .down)
  }

  @Test
  func `what a lease told is kept while its file is gone, and forgotten with the address`() {
    var rig = Self.leased(Self.lease(Self.first))
    rig.handle(.observed([.leased(Rig.ether1, nil)]))
    #expect(asked(rig)[0] == ["198.51.100.1"])
    let held = HeldAddress(
      interface: Rig.ether1, address: InterfaceAddress("10.10.1.2/24")!, origin: 0)
    rig.handle(.observed([.addressGone(held)]))
    rig.handle(.observed([Self.address("10.10.1.9/24")]))
    #expect(asked(rig)[0] == ["resolvers"])
  }

  @Test(arguments: [nil, lease(), lease(first, of: "10.10.1.77")])
  func `while none is known nothing is judged, which is told`(lease: Lease?) throws {
    var rig = Self.leased(lease)
    #expect(asked(rig)[0] == ["resolvers"])
    #expect(rig.health(Rig.isp1) == .unknown)
    #expect(rig.status.members[0].lacks == "its checks have not judged it yet")
    let reason = "cannot probe: no resolver of isp1 is known; name it with `dns`"
    #expect(rig.status.members[0].checks[0].note == reason)
    #expect(
      rig.sentences.contains { $0.hasPrefix("  isp1: usable, unknown") && $0.hasSuffix(reason) })
    try rig.inquire(Rig.isp1)
    #expect(rig.engine.answers(of: Rig.isp1)?.map(\.error) == [reason])
    rig.handle(.observed([.leased(Rig.ether1, Self.lease(Self.first))]))
    rig.run(for: .seconds(4))
    #expect(rig.health(Rig.isp1) == .up)
    #expect(rig.status.members[0].checks[0].note == nil)
  }

  @Test
  func `what the file names goes before a lease`() {
    var rig = Rig(Self.configuration(resolvers: [Self.second]), answering: Self.all)
    rig.handle(
      .observed([Self.address("10.10.1.2/24"), .leased(Rig.ether1, Self.lease(Self.first))]))
    rig.run(for: .seconds(1))
    #expect(asked(rig)[0] == ["198.51.100.2"])
  }

  @Test
  func `another lease is heeded, whatever befalls another link and family at the same time`() {
    var configuration = Self.configuration(resolvers: [])
    configuration.uplinks[0] = Uplink(
      name: "isp1", interface: configuration.uplinks[0].interface,
      gateways: [Rig.gateway1, IPAddress("fe80::1")!])
    let plain = configuration.groups[0]
    configuration.groups.append(
      Group(name: "internet6", holding: .route(.defaultV6), members: plain.members, damping: nil))
    var rig = Rig(configuration, answering: Self.all)
    rig.handle(
      .observed([Self.address("10.10.1.2/24"), .leased(Rig.ether1, Self.lease(Self.first))]))
    rig.run(for: .seconds(4))
    rig.handle(
      .observed([
        .leased(Rig.ether1, Self.lease(Self.second)),
        .link(Rig.link(Rig.ether2, "ether2", hasCarrier: false)),
      ]))
    #expect(asked(rig) == [["198.51.100.2"], ["198.51.100.3"]])
  }
}
