import Client
import Glibc
import Lab
import Model
import Testing

/// `gateway: auto` in IPv6, with real routers that advertise themselves.
@Suite(
  .serialized, .enabled(if: Environment.isRoot, "needs root"),
  .enabled(if: Command.exists("radvd"), "needs radvd"))
struct AdvertisementTests {
  static func configuration(_ check: String = "") -> String {
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

  static let ping =
    "check: { ping: gateway, every: 100ms, timeout: 100ms, fall: 3, rise: 2 }"

  /// Both providers advertise themselves, for as long as the daemon runs.
  static func run(
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
      // It stays for as long as it speaks.
      let before = try await scene.client.status().groups[0].switches
      try await Task.sleep(for: .seconds(5))
      #expect(try await scene.client.status().groups[0].switches == before)
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

/// A storm of advertisements on the link that holds.
@Suite(
  .serialized, .enabled(if: Environment.isRoot, "needs root"),
  .enabled(if: Command.exists("radvd"), "needs radvd"))
struct AdvertisementStormTests {
  @Test
  func `a storm that the kernel does not listen to costs little`() async throws {
    // Who forwards, and was not told otherwise, leaves it all to whoever listens himself.
    let configuration = AdvertisementTests.configuration(AdvertisementTests.ping)
      .replacing("ether1,", with: "ether1, address: \"2001:db8:1::2/64\",")
      .replacing("ether2,", with: "ether2, address: \"2001:db8:2::2/64\",")
    let sent = try await Self.endured(configuration)
    #expect(sent > 20_000)
  }

  @Test
  func `a storm that the kernel believes moves nothing`() async throws {
    try await Self.endured(AdvertisementTests.configuration(AdvertisementTests.ping))
  }

  /// - Returns: how many advertisements it was.
  @discardableResult
  private static func endured(_ configuration: String) async throws -> Int {
    var total = 0
    try await AdvertisementTests.run(configuration) { scene, _ in
      let before = try await scene.client.status()
      let (memory, time) = (try scene.daemon.memory(), try scene.daemon.cpuTime())
      let router = scene.network.provider(1).router
      let storm = AdvertisementStorm(for: .seconds(2), on: "customer", in: router)
      var asked: [Duration] = []
      for _ in 0..<20 {
        let start = Moment.now
        let status = try await scene.client.status()
        asked.append(Moment.now - start)
        #expect(status.groups[0].active == ["isp1"])
        try await Task.sleep(for: .milliseconds(100))
      }
      total = try storm.end()
      let spent = try scene.daemon.cpuTime() - time
      let grown = try scene.daemon.memory() - memory
      let slowest = asked.max() ?? .zero
      print("\(total) in 2 s: CPU \(spent), memory +\(grown) kB, slowest answer \(slowest)")
      let after = try await scene.client.status()
      #expect(after.uplinks.map(\.gateways) == before.uplinks.map(\.gateways))
      #expect(after.groups[0].switches == before.groups[0].switches)
      #expect(after.troubles == [])
      #expect(grown < 16_384, "kB")
      #expect(spent < .seconds(1), "of two")
      #expect(scene.daemon.logTail(lines: 100).split(separator: "\n").count < 20)
    }
    return total
  }
}

extension GatewayDaemon {
  /// Resident, in kB.
  fileprivate func memory() throws -> Int {
    let status = try Command.run("cat", list: ["/proc/\(program.pid)/status"])
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") } ?? 0
  }

  /// Of all its threads.
  fileprivate func cpuTime() throws -> Duration {
    let stat = try Command.run("cat", list: ["/proc/\(program.pid)/stat"])
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    let ticks = [11, 12].compactMap { Int64(fields[$0]) }.reduce(0, +)
    return .milliseconds(ticks * 10)
  }
}

extension Command {
  static func run(_ program: String, list: [String], in namespace: Namespace) throws -> String {
    try run("ip", list: ["netns", "exec", namespace.name, program] + list)
  }
}
