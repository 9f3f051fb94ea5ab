import Client
import Lab
import Model
import Testing

/// `gateway: auto` in IPv6, with real routers that advertise themselves.
@Suite(
  .serialized, .enabled(if: Environment.isRoot, "needs root"),
  .enabled(if: Command.exists("radvd"), "needs radvd"))
struct AdvertisementTests {
  private static func configuration(_ check: String = "") -> String {
    """
    damping: off
    uplinks:
      isp1: { interface: ether1, gateway: auto, nat6: masquerade }
      isp2: { interface: ether2, gateway: auto, nat6: masquerade }
    groups:
      internet:
        route: default6
        tiers: [[isp1], [isp2]]
        \(check)

    """
  }

  private static let ping =
    "check: { ping: gateway, every: 100ms, timeout: 100ms, fall: 3, rise: 2 }"

  /// Both providers advertise themselves, for as long as the daemon runs.
  private static func run(
    _ configuration: String, lifetime: Int = 1_800, pauses: ClosedRange<Int> = 3...4,
    settings: [String: String] = [:], prepared: (OfficeNetwork) throws -> Void = { _ in },
    _ body: (ExampleScene, [RouterAdvertiser]) async throws -> Void
  ) async throws {
    var routers: [RouterAdvertiser] = []
    defer { routers.forEach { $0.kill() } }
    try await ExampleScene.run(
      configuration: configuration, [.ethernet, .ethernet],
      prepare: { network in
        for (number, provider) in zip(1..., network.providers) {
          for (key, value) in settings {
            try network.gateway.set(["net.ipv6.conf.ether\(number).\(key)": value])
          }
          routers.append(
            try RouterAdvertiser(
              [.init("2001:db8:\(number)::/64")], lifetime: lifetime, pauses: pauses,
              by: "customer", in: provider.router, tag: Scene.tag()))
        }
        try prepared(network)
      }
    ) { scene in
      try await scene.awaitHolders(["isp1"], within: .seconds(8))
      try await scene.awaitHealth()
      try await body(scene, routers)
      routers.forEach { $0.kill() }
    }
  }

  @Test
  func `the kernel's advertised route is found, also once the machine forwards`() async throws {
    try await Self.run(Self.configuration(Self.ping)) { scene, routers in
      let gateway = scene.network.gateway
      for (key, value) in [("all.forwarding", "1"), ("ether1.accept_ra", "2")] {
        let found = try Command.run(
          "cat", list: ["/proc/sys/net/ipv6/conf/" + key.replacing(".", with: "/")], in: gateway)
        #expect(found == value + "\n", "\(key)")
      }
      let routes = try Command.run("ip", list: ["-6", "route", "show", "default"], in: gateway)
      #expect(routes.contains("dev ether1 proto ra"), "\(routes)")
      #expect(try scene.reaches(OfficeNetwork.destination6))
      // A router that goes says so, and the link is of no use before any check has noticed.
      routers[0].end()
      let group = try await scene.awaitHolders(["isp2"])
      #expect(try scene.reaches(OfficeNetwork.destination6))
      #expect(group.lastSwitch?.reason.contains("isp1 cannot be used for IPv6") == true)
      try routers[0].start()
      try await scene.awaitHolders(["isp1"], within: .seconds(10))
      #expect(try scene.reaches(OfficeNetwork.destination6))
    }
  }

  @Test
  func `a router that only advertisements tell of is found, and left when its time is over`()
    async throws
  {
    // Who cannot be asked is not: what is heard must do.
    try await Self.run(
      Self.configuration(), lifetime: 4, settings: ["accept_ra_defrtr": "0"]
    ) { scene, routers in
      let routes = try Command.run(
        "ip", list: ["-6", "route", "show", "default"], in: scene.network.gateway)
      #expect(routes == "")
      #expect(try scene.reaches(OfficeNetwork.destination6))
      // It keeps its turn while it speaks.
      try await Task.sleep(for: .seconds(5))
      #expect(try await scene.client.status().groups[0].switches == 1)
      routers[0].kill()
      let group = try await scene.awaitHolders(["isp2"])
      #expect(group.members[0].obstacles == [.noGateway])
      #expect(try scene.reaches(OfficeNetwork.destination6))
      try routers[0].start()
      try await scene.awaitHolders(["isp1"], within: .seconds(10))
    }
  }

  @Test
  func `a daemon that has heard of no router asks`() async throws {
    // They speak at once, while nobody listens yet, and then not for a while.
    try await Self.run(
      Self.configuration(), pauses: 400...600, settings: ["accept_ra_defrtr": "0"],
      prepared: { network in
        for number in 1...2 {
          let address = "2001:db8:\(number):"
          try waitUntil("an address of isp\(number)'s", within: .seconds(10)) {
            let all = try Command.run("ip", list: ["-6", "addr"], in: network.gateway)
            return all.split(separator: "\n").contains {
              $0.contains(address) && !$0.contains("tentative")
            }
          }
        }
      }
    ) { scene, _ in
      let reaches = try scene.reaches(OfficeNetwork.destination6)
      #expect(reaches)
    }
  }
}

extension Command {
  static func run(_ program: String, list: [String], in namespace: Namespace) throws -> String {
    try run("ip", list: ["netns", "exec", namespace.name, program] + list)
  }
}
