import Client
import Foundation
import Lab
import Model
import Testing

/// Each file in examples/ on a real network: its fault, its failback, and what `explain` says.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct ExampleTests {
  @Test
  func `dual WAN`() async throws {
    try await ExampleScene.run("dual-wan.yaml", [.ethernet, .ethernet]) { scene in
      try await scene.awaitHolders(["isp1"])
      try await scene.awaitHealth()
      #expect(try scene.sample() == "10.10.1.2")
      try scene.network.provider(1).mute()
      try await scene.awaitHolders(["isp2"])
      let why = try await scene.explanation()
      #expect(why.contains("10.10.1.1 answered none of the last 3 probes of check gateway"))
      #expect(try scene.sample() == "10.20.1.2")
      try scene.network.provider(1).unmute()
      try await scene.awaitHolders(["isp1"])
      #expect(try scene.sample() == "10.10.1.2")
    }
  }

  @Test
  func `active-active, three to one`() async throws {
    try await ExampleScene.run("active-active.yaml", [.ethernet, .ethernet]) { scene in
      try await scene.awaitHolders(["isp1", "isp2"])
      try await scene.awaitHealth()
      let shared = try FlowSample.take(
        1_000, from: scene.network.client, to: scene.network.internet,
        address: OfficeNetwork.destination)
      // Chance alone puts it outside of these bounds once in a million runs.
      #expect((680...820).contains(shared["10.10.1.2"] ?? 0), "\(shared)")
      #expect(shared.values.reduce(0, +) == 1_000)
      try scene.network.provider(1).cable.pull()
      try await scene.awaitHolders(["isp2"])
      #expect(
        try await scene.explanation().contains(
          "isp1 does not hold it: its interface has no carrier"))
      let alone = try FlowSample.take(
        100, from: scene.network.client, to: scene.network.internet,
        address: OfficeNetwork.destination)
      #expect(alone == ["10.20.1.2": 100])
      try scene.network.provider(1).cable.plug()
      try await scene.awaitHolders(["isp1", "isp2"])
    }
  }

  @Test
  func `active-active-passive with LTE`() async throws {
    try await ExampleScene.run("active-active-lte.yaml", [.ethernet, .ethernet, .ethernet]) {
      scene in
      let calm = try await scene.awaitHolders(["isp1", "isp2"])
      #expect(calm.state == .normal)
      try await scene.awaitHealth()
      try scene.network.provider(2).cable.pull()
      let lent = try await scene.awaitHolders(["isp1", "lte"])
      #expect(lent.state == .failedOver)
      try scene.network.provider(1).mute()
      try await scene.awaitHolders(["lte"])
      #expect(try scene.sample() == "10.30.1.2")
      try scene.network.provider(1).unmute()
      try scene.network.provider(2).cable.plug()
      #expect(try await scene.awaitHolders(["isp1", "isp2"]).state == .normal)
    }
  }

  @Test
  func `calls by isp2`() async throws {
    try await ExampleScene.run("voip.yaml", [.ethernet, .ethernet]) { scene in
      try await scene.awaitHolders(["isp1"])
      try await scene.awaitHolders(["isp2"], of: "calls")
      try await scene.awaitHealth(of: "calls")
      #expect(try scene.sample(port: 5_060) == "10.20.1.2")
      #expect(try scene.sample(port: 12_000) == "10.20.1.2")
      #expect(try scene.sample(port: 7_100) == "10.10.1.2")
      try scene.network.provider(2).mute()
      try await scene.awaitHolders(["isp1"], of: "calls")
      #expect(try scene.sample(port: 5_060) == "10.10.1.2")
      #expect(try await scene.explanation(of: "calls").contains("10.20.1.1"))
      try scene.network.provider(2).unmute()
      try await scene.awaitHolders(["isp2"], of: "calls")
      #expect(try scene.sample(port: 5_060) == "10.20.1.2")
    }
  }

  @Test
  func `dual stack: each family has its own health`() async throws {
    try await ExampleScene.run("dual-stack.yaml", [.ethernet, .ethernet]) { scene in
      try await scene.awaitHolders(["isp1"])
      try await scene.awaitHolders(["isp1"], of: "internet6")
      try await scene.awaitHealth(of: "internet6")
      #expect(try scene.reaches(OfficeNetwork.destination6))
      // Only the IPv6 of isp1 fails.
      try scene.network.provider(1).mute6()
      try await scene.awaitHolders(["isp2"], of: "internet6")
      let why = try await scene.explanation(of: "internet6")
      #expect(why.contains("2001:db8:1::1 answered none of the last 3 probes"))
      #expect(try scene.reaches(OfficeNetwork.destination6))
      try await scene.awaitHolders(["isp1"])
      #expect(try scene.sample() == "10.10.1.2")
      try scene.network.provider(1).unmute6()
      try await scene.awaitHolders(["isp1"], of: "internet6")
      // A pulled cable takes both families.
      try scene.network.provider(1).cable.pull()
      try await scene.awaitHolders(["isp2"], of: "internet6")
      try await scene.awaitHolders(["isp2"])
      #expect(try scene.reaches(OfficeNetwork.destination6))
    }
  }

  @Test
  func `DHCP and PPPoE: the system sets the addresses, Siaga follows`() async throws {
    try #require(Command.exists("dnsmasq") && Command.exists("dhclient"))
    try await ExampleScene.run("dhcp-pppoe.yaml", [.dhcp, .pointToPoint]) { scene in
      try await scene.awaitHolders(["dsl"])
      let cable = scene.network.provider(1)
      let dhcp = try DHCP(cable, customer: scene.network.gateway, tag: Scene.tag(), metric: 100)
      defer { dhcp.end() }
      try await scene.awaitHolders(["cable"], within: .seconds(15))
      try await scene.awaitHealth()
      #expect(try scene.sample() == cable.customer)
      // PPP goes, and comes back with another address, as it does.
      let ppp = scene.network.provider(2)
      try scene.network.gateway.ip("addr flush dev ppp0")
      try cable.mute()
      try await scene.awaitHolders(["cable"])
      try scene.network.gateway.ip("addr add 10.20.1.9 peer \(ppp.gateway) dev ppp0")
      try await scene.awaitHolders(["dsl"])
      #expect(try await scene.explanation().contains("10.10.1.1"))
      #expect(try scene.sample() == "10.20.1.9")
      try cable.unmute()
      try await scene.awaitHolders(["cable"])
      #expect(try scene.sample() == cable.customer)
    }
  }

  @Test
  func `a metered spare`() async throws {
    try await ExampleScene.run("metered-spare.yaml", [.ethernet, .ethernet]) { scene in
      try await scene.awaitHolders(["isp1"])
      try await scene.awaitHealth(within: .seconds(30))
      let before = try await scene.probes(of: "lte")
      try await Task.sleep(for: .seconds(3))
      #expect(try await scene.probes(of: "lte") - before <= 3, "idle, it is probed rarely")
      // The Internet is lost beyond isp1's gateway.
      try scene.network.provider(1).router.ip("route del default via 100.64.1.2")
      try scene.network.provider(1).router.ip("addr del 100.64.1.1/30 dev backbone")
      try await scene.awaitHolders(["lte"])
      #expect(try scene.sample() == "10.20.1.2")
      #expect(try await scene.explanation().contains("isp1 is down"))
      try scene.network.provider(1).router.ip(
        "addr add 100.64.1.1/30 dev backbone", "route add default via 100.64.1.2")
      let end = Moment.now
      try await scene.awaitHolders(["isp1"], within: .seconds(20))
      #expect(Moment.now - end >= .seconds(10), "it must have been good for ten seconds")
    }
  }
}
