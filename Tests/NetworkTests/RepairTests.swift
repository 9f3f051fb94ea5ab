import Lab
import Model
import Testing

/// What Siaga made, it repairs; what it did not make, it does not touch.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct RepairTests {
  /// Runs a body on a network that carries by isp1, and in the end wants it to carry again.
  private func disturbed(_ body: (Scene) async throws -> Void) async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let before = try scene.ours()
      try await body(scene)
      try await scene.awaitHolder("isp1")
      try await scene.await("repaired") { _ in (try? scene.ours()) == before }
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
    }
  }

  @Test
  func `our routes and rules that were deleted by hand are put back`() async throws {
    try await disturbed { scene in
      try scene.network.gateway.ip(
        "route del default table 8300", "route del default table 8100", "rule del priority 8000",
        "rule del priority 8900", "rule del priority 8500", "rule del priority 8100")
    }
  }

  @Test
  func `our routes that were replaced by hand are put back, and the others removed`() async throws {
    try await disturbed { scene in
      try scene.network.gateway.ip(
        "route replace default via 10.20.1.1 dev ether2 table 8300 proto 83")
    }
  }

  @Test
  func `a rule of somebody's that stood in for ours is replaced when it goes`() async throws {
    let rule = "priority 8900 lookup 8300"
    try await Scene.run(prepare: { try $0.gateway.ip("rule add \(rule)") }) { scene in
      try await scene.awaitHolder("isp1")
      try scene.network.gateway.ip("rule del \(rule)")
      try await scene.await("ours stands") { _ in
        (try? scene.ip("rule"))?.contains("8900:\tfrom all lookup 8300 proto 83") == true
      }
    }
  }

  @Test
  func `a flushed, emptied or deleted nftables table is loaded again`() async throws {
    try await disturbed { scene in
      for ruin in ["flush ruleset", "flush table inet siaga", "delete table inet siaga"] {
        let whole = try scene.firewall()
        #expect(whole.contains("masquerade"))
        try scene.network.gateway.nft(ruin)
        try await scene.await("the table is back") { _ in (try? scene.firewall()) == whole }
      }
    }
  }

  @Test
  func `settings that somebody changed are set again, and said`() async throws {
    try await disturbed { scene in
      let gateway = scene.network.gateway
      for (setting, ruin, ours) in [
        ("net.ipv4.ip_forward", "0", "1"), ("net.ipv4.conf.ether1.rp_filter", "1", "2"),
        ("net.ipv4.conf.ether2.ignore_routes_with_linkdown", "0", "1"),
      ] {
        _ = try Command(gateway.command(["sysctl", "-qw", "\(setting)=\(ruin)"])).outcome()
        try await scene.await("\(setting) is \(ours)") { _ in
          let found = try? Command(gateway.command(["sysctl", "-n", setting])).outcome()
          return found?.output.hasPrefix(ours) == true
        }
        #expect(scene.daemon.logTail().contains("somebody undid `sysctl -w net"))
      }
    }
  }

  @Test
  func `an address that was removed by hand comes back, and its routes with it`() async throws {
    try await disturbed { scene in
      try scene.network.gateway.ip("addr del 10.10.1.2/24 dev ether1")
    }
  }

  @Test
  func `a link set down and up carries again`() async throws {
    try await disturbed { scene in
      try scene.network.gateway.ip("link set ether1 down")
      let group = try await scene.awaitHolder("isp2")
      #expect(group.members.first?.obstacles.contains(.adminDown) == true)
      try scene.network.gateway.ip("link set ether1 up")
    }
  }

  @Test
  func `an interface that went away by another name comes back by its own`() async throws {
    try await disturbed { scene in
      try scene.network.gateway.ip(
        "link set ether1 down", "link set ether1 name other1", "link set other1 up")
      let group = try await scene.awaitHolder("isp2")
      #expect(group.members.first?.obstacles == [.absent])
      try scene.network.gateway.ip(
        "link set other1 down", "link set other1 name ether1", "link set ether1 up")
    }
  }

  @Test
  func `an interface that vanished and came back under another index carries again`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let network = scene.network
      try network.gateway.ip("link del ether1")
      let group = try await scene.awaitHolder("isp2")
      #expect(group.members.first?.obstacles == [.absent])
      let provider = network.isp1.router.name
      try network.gateway.ip(
        "link add ether1 type veth peer name again netns \(provider)", "link set ether1 up")
      try network.isp1.router.ip("addr add 10.10.1.1/24 dev again", "link set again up")
      try await scene.awaitHolder("isp1")
      let stream = try network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      let settings = try network.gateway.read("/proc/sys/net/ipv4/conf/ether1/rp_filter")
      #expect(settings == "2")
    }
  }

  @Test
  func `an interface that is absent at the start is used once it is there`() async throws {
    try await Scene.run(prepare: { network in
      try network.gateway.ip("link set ether1 down", "link set ether1 name later")
    }) { scene in
      let group = try await scene.awaitHolder("isp2")
      #expect(group.members.first?.obstacles == [.absent])
      try scene.network.gateway.ip("link set later name ether1", "link set ether1 up")
      try await scene.awaitHolder("isp1")
    }
  }

  @Test
  func `foreign defaults at any metric neither outrank ours nor are touched`() async throws {
    try await Scene.run(prepare: { network in
      try network.gateway.ip("link set ether2 up", "addr add 10.20.1.77/24 dev ether2")
    }) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let gateway = scene.network.gateway
      // A DHCP client's metric 0 in main, and somebody's route in our own table, at our metric.
      let foreign = [
        "default via 10.20.1.1 dev ether2 proto dhcp",
        "default via 10.20.1.1 dev ether2 metric 300",
      ]
      try gateway.ip(
        foreign.map { "route add \($0)" } + [
          "route append default via 10.20.1.1 dev ether2 table 8300 proto static"
        ])
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("isp2")
      try scene.network.isp1.cable.plug()
      try await scene.awaitHolder("isp1")
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      let main = try scene.ip("route", "show", "default")
      #expect(main.contains("via 10.20.1.1 dev ether2 proto dhcp"))
      #expect(main.contains("metric 300"))
      #expect(
        try scene.ip("route", "show", "table", "8300").contains(
          "default via 10.20.1.1 dev ether2 proto static"))
    }
  }

  @Test
  func `ten thousand route changes at once neither blind nor stop the daemon`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let prefixes = (0..<5_000).map {
        "172.\(16 + $0 / 4_096).\($0 / 16 % 256).\($0 % 16 * 16)/28"
      }
      try scene.network.gateway.ip(prefixes.map { "route add \($0) dev ether3" })
      try scene.network.isp1.cable.pull()
      try scene.network.gateway.ip(prefixes.map { "route del \($0) dev ether3" })
      try await scene.awaitHolder("isp2")
      try scene.network.isp1.cable.plug()
      try await scene.awaitHolder("isp1")
    }
  }
}

extension Scene {
  /// All that is ours in the gateway's kernel, as text.
  func ours() throws -> String {
    let rules = try ip("rule").split(separator: "\n").filter { $0.contains("proto 83") }
    let routes = try ip("route", "show", "table", "all").split(separator: "\n").filter {
      $0.contains("proto 83")
    }
    return (rules + routes).map { $0.filter { $0 != " " } }.sorted().joined(separator: "\n")
  }

  func firewall() throws -> String {
    try Command.run(
      "ip", "netns", "exec", network.gateway.name, "nft",
      list: ["list", "table", "inet", "siaga"])
  }
}

extension Namespace {
  /// A small file as the namespace sees it, without its last newline.
  func read(_ path: String) throws -> String {
    let text = try Command.run("ip", "netns", "exec", name, "cat", list: [path])
    return text.split(separator: "\n").joined(separator: "\n")
  }
}
