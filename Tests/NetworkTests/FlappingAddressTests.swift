import Client
import Lab
import Model
import Testing

extension Faults {
  /// What a link is known by is taken away and given back.
  struct FlappingAddressTests {
    private static let times = Environment.isSoak ? 1_000 : 100

    /// The system sets the addresses; the gateways are said.
    private static let configuration = """
      damping: off
      uplinks:
        isp1: { interface: ether1, gateway: [10.10.1.1, "2001:db8:1::1"], nat: masquerade }
        isp2: { interface: ether2, gateway: [10.20.1.1, "2001:db8:2::1"], nat: masquerade }
      checks:
        gateway: { ping: gateway, every: 100ms, timeout: 100ms, fall: 3, rise: 2 }
      groups:
        internet: { route: default, tiers: [[isp1], [isp2]], check: gateway }
        internet6: { route: default6, tiers: [[isp1], [isp2]], check: gateway }

      """

    private static func prepare(_ network: SeedNetwork) throws {
      try network.addIPv6 { "2001:db8:\($0)::1/64" }
      for provider in network.providers {
        try provider.router.set(["net.ipv6.conf.customer.keep_addr_on_down": "1"])
      }
      for number in 1...2 { try network.gateway.ip(give(number)) }
    }

    private static func give(_ number: Int) -> [String] {
      [
        "addr add 10.\(number)0.1.2/24 dev ether\(number)",
        "addr add 2001:db8:\(number)::2/64 dev ether\(number) nodad",
      ]
    }

    private static func take(_ number: Int) -> [String] {
      give(number).map { $0.replacing("addr add", with: "addr del").replacing(" nodad", with: "") }
    }

    @Test
    func `addresses of the spare that come and go move nothing`() async throws {
      try await Scene.steady(Self.configuration, prepare: Self.prepare) { scene in
        try scene.network.gateway.ip((0..<Self.times).flatMap { _ in Self.take(2) + Self.give(2) })
        try await scene.bothHealthy()
      }
    }

    @Test
    func `addresses of the holder that come and go leave everything as it was`() async throws {
      try await Scene.run(Self.configuration, prepare: Self.prepare) { scene in
        try await scene.awaitHolder("isp1")
        try await scene.bothHealthy()
        let before = try scene.ours()
        try scene.network.gateway.ip((0..<Self.times).flatMap { _ in Self.take(1) + Self.give(1) })
        try await scene.awaitHolder("isp1")
        try await scene.bothHealthy()
        try await scene.await("as before") { _ in (try? scene.ours()) == before }
        try await scene.stillSwitches()
      }
    }

    @Test
    func `an interface that went to another namespace comes back under another index`()
      async throws
    {
      try await Scene.run { scene in
        try await scene.awaitHolder("isp1")
        try await scene.awaitHealth()
        let (gateway, client) = (scene.network.gateway, scene.network.client)
        let index = try gateway.read("/sys/class/net/ether1/ifindex")
        for _ in 0..<5 {
          try gateway.ip("link set ether1 netns \(client.name)")
          let group = try await scene.awaitHolder("isp2")
          #expect(group.members.first?.obstacles == [.absent])
          // Its number is somebody else's now.
          try gateway.ip("link add other index \(index) type veth peer name another")
          try client.ip("link set ether1 netns \(gateway.name)")
          try gateway.ip("link set ether1 up")
          try await scene.awaitHolder("isp1")
          #expect(try gateway.read("/sys/class/net/ether1/ifindex") != index)
          try gateway.ip("link del other")
          try await scene.awaitHealth()
        }
        try await scene.stillSwitches()
      }
    }
  }
}

extension Scene {
  fileprivate func bothHealthy() async throws {
    try await self.await("all are up") { status in
      status.groups.allSatisfy { group in
        group.active == ["isp1"] && group.members.allSatisfy { $0.health == .up }
      }
    }
  }
}
