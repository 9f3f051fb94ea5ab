import Client
import Lab
import Model
import Testing

/// `dns` checks of the resolvers that each provider gives, beyond its gateway.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct OwnResolverTests {
  private static let addresses = ["198.51.100.1", "198.51.100.2"]

  /// The seed's configuration, where resolvers are asked and isp2 names its own.
  private static func configuration(isp1: String) -> String {
    SeedConfiguration.fast.text
      .replacing("ping: gateway", with: "dns: { name: example.org, server: resolvers }")
      .replacing("address: 10.10.1.2/24, gateway: 10.10.1.1,", with: isp1)
      .replacing("gateway: 10.20.1.1,", with: "gateway: 10.20.1.1, dns: \(addresses[1]),")
  }

  /// Each provider's resolver has an address of its own; isp2's answers for isp1's too, if asked.
  private static func prepare(_ network: SeedNetwork) throws {
    try network.isp1.router.ip("addr add \(addresses[0])/32 dev lo")
    try network.isp2.router.ip(
      "addr add \(addresses[0])/32 dev lo", "addr add \(addresses[1])/32 dev lo")
  }

  private static func dnsmasq(
    for provider: Provider, at addresses: [String], _ scratch: ScratchDirectory
  ) throws -> Program {
    try Program(
      [
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
        "--bind-interfaces", "--address=/example.org/192.0.2.7", "--user=root", "--pid-file=",
      ] + addresses.map { "--listen-address=\($0)" }, in: provider.router,
      log: scratch.file(provider.name))
  }

  /// isp1 holds; without its resolver isp2 does.
  private static func follows(_ scene: Scene, _ scratch: ScratchDirectory) async throws {
    let second = try dnsmasq(for: scene.network.isp2, at: addresses, scratch)
    defer { second.end() }
    var first = try dnsmasq(for: scene.network.isp1, at: [addresses[0]], scratch)
    defer { first.end() }
    try await scene.awaitHolder("isp1", within: .seconds(10))
    try await scene.awaitHealth()
    let status = try await scene.client.status()
    #expect(status.groups[0].members.flatMap { $0.checks.map(\.target) } == addresses)
    first.end()
    try await scene.awaitHolder("isp2")
    let explained = try scene.siaga("explain", "internet").output
    #expect(explained.contains("\(addresses[0]) does not answer check gateway"))
    first = try dnsmasq(for: scene.network.isp1, at: [addresses[0]], scratch)
    try await scene.awaitHolder("isp1")
  }

  @Test
  func `a provider's resolver that ends takes its link down`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let isp1 = "address: 10.10.1.2/24, gateway: 10.10.1.1, dns: \(Self.addresses[0]),"
    try await Scene.run(Self.configuration(isp1: isp1), prepare: Self.prepare) { scene in
      try await Self.follows(scene, scratch)
    }
  }

  @Test
  func `of a link with DHCP the lease's are asked`() async throws {
    try #require(Command.exists("dnsmasq") && Command.exists("dhclient"))
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let leases = try ScratchDirectory(tag: Scene.tag())
    try await Scene.run(
      Self.configuration(isp1: "gateway: 10.10.1.1,"),
      seeing: [Mount(leases.path, at: "/var/lib/dhcp")], prepare: Self.prepare
    ) { scene in
      let dhcp = try DHCP(
        scene.network.isp1, customer: scene.network.gateway, tag: Scene.tag(), metric: 100,
        resolvers: [Self.addresses[0]], leases: leases.file("dhclient.ether1.leases"))
      defer { dhcp.end() }
      try await Self.follows(scene, scratch)
    }
  }

  @Test
  func `what systemd-networkd writes of its lease is read too`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let network = """
      [Match]
      Name=ether1
      [Network]
      DHCP=ipv4
      LinkLocalAddressing=no
      IPv6AcceptRA=no

      """
    let networkd = try Networkd(
      tag: Scene.tag(), networks: ["10-wan.network": network],
      dropIn: "[Network]\nManageForeignRoutingPolicyRules=no\nManageForeignRoutes=no\n")
    try await Scene.run(
      Self.configuration(isp1: "gateway: auto,"), seeing: networkd.mounts, prepare: Self.prepare
    ) { scene in
      let server = try DHCPServer(
        scene.network.isp1, tag: Scene.tag(), resolvers: [Self.addresses[0]])
      defer { server.end() }
      try networkd.start(in: scene.network.gateway)
      defer { networkd.end() }
      try await Self.follows(scene, scratch)
    }
  }

  @Test
  func `a link whose resolvers nobody tells is not called down`() async throws {
    try await Scene.run(
      Self.configuration(isp1: "gateway: 10.10.1.1,"),
      prepare: { try $0.gateway.ip("addr add 10.10.1.2/24 dev ether1") }
    ) { scene in
      // isp2's resolver does not answer, so it is worse than one that nobody could ask.
      try await scene.awaitHolder("isp1")
      let note = "cannot probe: no resolver of isp1 is known; name it with `dns`"
      try await scene.await("isp2 is down, and isp1 cannot be probed") {
        $0.groups[0].members[1].health == .down && $0.groups[0].members[0].checks[0].note == note
      }
      let status = try await scene.client.status()
      #expect(status.groups[0].active == ["isp1"])
      #expect(status.groups[0].members[0].health == .unknown)
      #expect(try scene.siaga("probe", "isp1").output.contains(note))
    }
  }
}
