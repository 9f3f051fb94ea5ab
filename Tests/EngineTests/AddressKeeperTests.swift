import Config
import Election
import Model
import Testing

@testable import Engine

/// A group of addresses on one node.
struct AddressKeeperTests {
  private static let now = Instant.zero + .seconds(10)
  private static let lan = InterfaceName("lan")!

  private static func router(_ addresses: [String], _ family: Family = .ipv4) -> VirtualRouter {
    VirtualRouter(
      id: .init(interface: lan, family: family, number: 51),
      addresses: addresses.map { IPAddress($0)! }, interval: NodeRig.interval)
  }

  private static func keeper(_ routers: [VirtualRouter]) -> AddressKeeper {
    let group = Group(
      name: "gateway", holding: .addresses(routers), members: [Member(NodeRig.a, tier: 1)])
    return AddressKeeper(group, routers, node: "a", bid: 255, at: now)
  }

  private static func kernel(_ addresses: [String]) -> KernelState {
    var state = KernelState()
    state.apply(.link(Rig.link(NodeRig.lan, lan.text)))
    for text in addresses {
      let address = InterfaceAddress(text)!
      state.apply(.address(HeldAddress(interface: NodeRig.lan, address: address)))
    }
    return state
  }

  @Test func `of several addresses of one router all must stand`() {
    let routers = [Self.router(["10.1.0.1", "10.1.0.7"])]
    let shared = Set(routers[0].addresses)
    var keeper = Self.keeper(routers)
    let own = "10.1.0.2/24"
    _ = keeper.looked(at: Self.kernel([own, "10.1.0.1/32"]), shared: shared, at: Self.now)
    #expect(keeper.held == [false] && !keeper.isHolding)
    let all = Self.kernel([own, "10.1.0.1/32", "10.1.0.7/32"])
    _ = keeper.looked(at: all, shared: shared, at: Self.now)
    #expect(keeper.held == [true])
  }

  @Test func `a packet is for the router of its number, its family and its link`() {
    let routers = [Self.router(["10.1.0.1"]), Self.router(["fd00::1"], .ipv6)]
    var keeper = Self.keeper(routers)
    let kernel = Self.kernel(["10.1.0.2/24", "fe80::2/64"])
    _ = keeper.looked(at: kernel, shared: [], at: Self.now)
    #expect(keeper.place(of: 51, .ipv4, on: NodeRig.lan) == 0)
    #expect(keeper.place(of: 51, .ipv6, on: NodeRig.lan) == 1)
    #expect(keeper.place(of: 52, .ipv4, on: NodeRig.lan) == nil)
    #expect(keeper.place(of: 51, .ipv4, on: NodeRig.wan) == nil)
  }
}
