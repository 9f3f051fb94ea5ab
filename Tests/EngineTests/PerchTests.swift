import Model
import Testing

@testable import Engine

/// Where a virtual router stands, and what it speaks from.
struct PerchTests {
  private static let lan = InterfaceIndex(4)

  private static func own(_ text: String, _ stage: HeldAddress.Stage = .preferred) -> HeldAddress {
    HeldAddress(interface: lan, address: InterfaceAddress(text)!, origin: 0, stage: stage)
  }

  private static func perch(
    of shared: String, among held: [HeldAddress], without others: Set<IPAddress> = []
  ) throws(Obstacle) -> Perch {
    var state = KernelState()
    state.apply(.link(Rig.link(lan, "lan")))
    for address in held { state.apply(.address(address)) }
    let address = IPAddress(shared)!
    let router = VirtualRouter(
      id: .init(interface: InterfaceName("lan")!, family: address.family, number: 51),
      addresses: [address])
    return try Perch(of: router, on: state, without: others.union([address]))
  }

  @Test func `it speaks from the network in which the shared address is`() throws {
    let held = [Self.own("10.0.0.2/24"), Self.own("10.1.0.2/24"), Self.own("10.2.0.2/24")]
    let perch = try Self.perch(of: "10.1.0.1", among: held)
    #expect(perch.source == IPAddress("10.1.0.2"))
    #expect(perch.networks.count == 3 && perch.index == Self.lan)
  }

  @Test func `where none is near it speaks from the first that it has`() throws {
    let held = [Self.own("10.2.0.2/24"), Self.own("10.0.0.2/24"), Self.own("fd00::2/64")]
    #expect(try Self.perch(of: "10.1.0.1", among: held).source == IPAddress("10.0.0.2"))
  }

  @Test func `an address that nodes share is nobody's own, nor one that is not ready`() {
    #expect(throws: Obstacle.noAddress) {
      try Self.perch(
        of: "10.1.0.1",
        among: [Self.own("10.1.0.1/24"), Self.own("10.1.0.9/24"), Self.own("fd00::2/64")],
        without: [IPAddress("10.1.0.9")!])
    }
    #expect(throws: Obstacle.noAddress) {
      try Self.perch(of: "fd00::1", among: [Self.own("fe80::2/64", .tentative)])
    }
  }

  @Test func `in IPv6 it speaks from a link-local address, whatever else it has`() throws {
    let held = [Self.own("2001:db8::2/64"), Self.own("fe80::2/64"), Self.own("10.1.0.2/24")]
    let perch = try Self.perch(of: "2001:db8::1", among: held)
    #expect(perch.source == IPAddress("fe80::2"))
    #expect(perch.networks.count == 2)
    #expect(throws: Obstacle.noAddress) {
      try Self.perch(of: "2001:db8::1", among: [Self.own("2001:db8::2/64")])
    }
  }
}
