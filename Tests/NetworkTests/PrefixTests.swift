import Client
import Lab
import Model
import Testing

/// Hosts inside with addresses of two providers, which a real advertiser gave them: they begin
/// from the one that leads out. And the other way: addresses that are translated.
@Suite(
  .serialized, .enabled(if: Environment.isRoot, "needs root"),
  .enabled(if: Command.exists("radvd"), "needs radvd"))
struct PrefixTests {
  private static let check =
    "check: { ping: gateway, every: 100ms, timeout: 100ms, fall: 3, rise: 2 }"

  /// Provider N gives 2001:db8:N:a::/64 to the office's hosts.
  private static func configuration(_ extra: (Int) -> String) -> String {
    let uplinks = (1...2).map { number in
      "  isp\(number): { interface: ether\(number), address: \"2001:db8:\(number)::2/64\", "
        + "gateway: \"2001:db8:\(number)::1\", \(extra(number)) }"
    }
    return """
      damping: off
      uplinks:
      \(uplinks.joined(separator: "\n"))
      groups:
        internet: { route: default6, tiers: [[isp1], [isp2]], \(check) }

      """
  }

  private static func delegate(_ network: OfficeNetwork) throws {
    try network.gateway.set(["net.ipv6.conf.all.forwarding": "1"])
    for (number, provider) in zip(1..., network.providers) {
      let prefix = "2001:db8:\(number):a::/64"
      try provider.router.ip("route add \(prefix) via 2001:db8:\(number)::2")
      try network.internet.ip("route add \(prefix) via 2001:db8:f\(number)::1")
    }
  }

  /// What the host would begin from towards the Internet.
  private static func source(_ scene: ExampleScene) throws -> String {
    try Command.run(
      "ip", list: ["-6", "route", "get", OfficeNetwork.destination6], in: scene.network.client)
  }

  /// Waits until the host has an address of each provider, and only one to begin from.
  private static func awaitSource(_ scene: ExampleScene, _ number: Int) async throws {
    let (own, other) = ("2001:db8:\(number):a:", "2001:db8:\(3 - number):a:")
    try waitUntil("the host begins from isp\(number)'s only", within: .seconds(5)) {
      let addresses = try Command.run("ip", list: ["-6", "addr"], in: scene.network.client)
        .split(separator: "\n")
      return try source(scene).contains("src \(own)")
        && addresses.contains { $0.contains(own) && !$0.contains("deprecated") }
        && addresses.contains { $0.contains(other) && $0.contains("deprecated") }
    }
    #expect(try scene.reaches(OfficeNetwork.destination6))
  }

  @Test
  func `hosts begin from the prefix of the link that carries, whatever radvd says`() async throws {
    var advertiser: RouterAdvertiser?
    defer { advertiser?.kill() }
    try await ExampleScene.run(
      "two-prefixes.yaml", [.ethernet, .ethernet],
      prepare: { network in
        try Self.delegate(network)
        for number in 1...2 {
          try network.gateway.ip("addr add 2001:db8:\(number):a::1/64 dev lan nodad")
        }
        // Only what is advertised leads out.
        try network.client.ip("route del default via fd00:1::1", "addr del fd00:1::10/64 dev eth0")
        advertiser = try RouterAdvertiser(
          [.init("2001:db8:1:a::/64"), .init("2001:db8:2:a::/64")], by: "lan",
          in: network.gateway, tag: Scene.tag())
        try waitUntil("the host has two addresses", within: .seconds(10)) {
          let all = try Command.run("ip", list: ["-6", "addr"], in: network.client)
          return (1...2).allSatisfy { all.contains("2001:db8:\($0):a:") }
        }
      }
    ) { scene in
      try await scene.awaitHolders(["isp1"])
      try await scene.awaitHealth()
      try await Self.awaitSource(scene, 1)
      try scene.network.provider(1).mute6()
      try await scene.awaitHolders(["isp2"])
      let end = Moment.now
      try await Self.awaitSource(scene, 2)
      #expect(Moment.now - end < .seconds(3), "at once, and not when radvd speaks again")
      // It speaks every three or four seconds, and each time as if nothing had happened.
      for _ in 0..<40 {
        try await Task.sleep(for: .milliseconds(200))
        #expect(try Self.source(scene).contains("src 2001:db8:2:a:"))
      }
      // Whoever comes late is told too.
      try scene.network.client.ip("link set eth0 down", "link set eth0 up")
      try waitUntil("the host is back", within: .seconds(10)) {
        try Self.source(scene).contains("src 2001:db8:2:a:")
      }
      let status = try await scene.client.status()
      #expect(status.uplinks.flatMap(\.prefixes).map(\.deprecated) == [true, false])
      #expect(status.troubles.isEmpty, "\(status.troubles)")
      let why = try await scene.explanation()
      #expect(why.contains("isp1: 2001:db8:1:a::/64 is deprecated towards lan since"))
      // The router is what radvd says it is: one, for half an hour.
      let route = try Command.run(
        "ip", list: ["-6", "route", "show", "default"], in: scene.network.client)
      #expect(route.contains("proto ra") && route.contains(/expires 1[78][0-9][0-9]sec/))
      try scene.network.provider(1).unmute6()
      try await scene.awaitHolders(["isp1"])
      try await Self.awaitSource(scene, 1)
      advertiser?.kill()
    }
  }

  @Test
  func `a translated prefix is replaced on the way out, and put back on the way in`() async throws {
    let configuration = Self.configuration { "nat6: \"2001:db8:\($0):a::/64\"" }
    try await ExampleScene.run(
      configuration: configuration, [.ethernet, .ethernet],
      prepare: { network in
        try Self.delegate(network)
        for number in 1...2 {
          try network.internet.nft(
            """
            table ip6 heard\(number) {
              chain in { type filter hook input priority 0; policy accept;
                ip6 saddr 2001:db8:\(number):a::10 icmpv6 type echo-request counter
              }
            }
            """)
        }
      }
    ) { scene in
      func heard(_ number: Int) throws -> Bool {
        let rules = try Command.run(
          "nft", list: ["list", "table", "ip6", "heard\(number)"], in: scene.network.internet)
        return !rules.contains("packets 0 ")
      }
      try await scene.awaitHolders(["isp1"])
      try await scene.awaitHealth()
      // The host is fd00:1::10, and stays ::10 in the provider's network.
      #expect(try scene.reaches(OfficeNetwork.destination6))
      #expect(try heard(1) && !heard(2))
      try scene.network.provider(1).mute6()
      try await scene.awaitHolders(["isp2"])
      #expect(try scene.reaches(OfficeNetwork.destination6))
      #expect(try heard(2))
    }
  }
}
