import Client
import Glibc
import Lab
import Model
import Testing

/// Starting, ending, being killed, and what stays.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct LifecycleTests {
  @Test
  func
    `killed at random moments of switches and started again, it loses nothing and leaves nothing over`()
    async throws
  {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let normal = try scene.ours()
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
      var random = SystemRandomNumberGenerator()
      for round in 0..<50 {
        // In turn: nothing happens, the standby's cable goes, a switch is under way as it dies.
        let pulled = [nil, scene.network.isp2, scene.network.isp1][round % 3]
        try pulled?.cable.pull()
        (Moment.now + .microseconds(Int.random(in: 0..<3_000, using: &random))).sleep()
        scene.daemon.kill()
        let isCut = pulled?.name == "isp1"
        if isCut {
          // The restart itself must lose nothing; the switch may be the next daemon's.
          try scene.daemon.start()
          try await scene.awaitHolder("isp2", within: .seconds(10))
          scene.daemon.kill()
        }
        let killed = Moment.now
        try scene.daemon.start()
        try await scene.awaitHolder(isCut ? "isp2" : "isp1", within: .seconds(10))
        let served = Moment.now
        (served + PacketStream.patience).sleep()
        let report = stream.report(from: killed, to: served)
        #expect(report.lost == 0, "round \(round) lost \(report.lost) packets")
        try pulled?.cable.plug()
        try await scene.awaitHolder("isp1", within: .seconds(10))
        try await scene.awaitHealth()
      }
      try await scene.await("as before") { _ in (try? scene.ours()) == normal }
    }
  }

  @Test
  func `killed in the middle of a switch, the next one finishes it`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      for _ in 0..<5 {
        try await scene.awaitHealth()
        try scene.network.isp1.cable.pull()
        scene.daemon.kill()
        try scene.daemon.start()
        try await scene.awaitHolder("isp2", within: .seconds(10))
        try scene.network.isp1.cable.plug()
        try await scene.awaitHolder("isp1", within: .seconds(10))
      }
      let ways = try scene.ip("route", "show", "table", "8300").split(separator: "\n")
      #expect(ways.count == 1)
    }
  }

  @Test
  func `ended by SIGTERM it leaves the network working`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let before = try scene.ours()
      #expect(scene.daemon.end().isSuccess)
      #expect(try scene.ours() == before)
      let stream = try scene.network.stream()
      defer { stream.stop() }
      try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
    }
  }

  @Test
  func `cleanup removes all that is ours and restores what was set`() async throws {
    try await Scene.run(prepare: { network in
      try network.gateway.set(["net.ipv4.ip_forward": "0"])
      try network.gateway.ip("route add 198.51.100.0/24 dev ether3 proto static")
    }) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.await("settings") { $0.unfinished == 0 }
      let gateway = scene.network.gateway
      #expect(try gateway.read("/proc/sys/net/ipv4/ip_forward") == "1")
      let state = scene.daemon.socket.replacing("api.sock", with: "state")
      let cleanup = gateway.command([Scene.executable, "run", "--cleanup", "--state-dir", state])
      // While the daemon runs, it is refused, and says who runs.
      let refused = try Command(cleanup).outcome()
      #expect(refused.exit == .status(1))
      #expect(refused.errors.contains("another siaga runs"))
      #expect(refused.errors.contains("process \(scene.daemon.program.pid)"))
      scene.daemon.end()
      #expect(try Command(cleanup).outcome().exit.isSuccess)
      #expect(try scene.ours().isEmpty)
      #expect(try !scene.ip("addr").contains("10.10.1.2"))
      #expect(try gateway.read("/proc/sys/net/ipv4/ip_forward") == "0")
      #expect(try gateway.read("/proc/sys/net/ipv4/conf/ether1/rp_filter") == "0")
      #expect(try scene.ip("route").contains("198.51.100.0/24"))
      #expect(throws: (any Error).self) { try scene.firewall() }
      #expect(try Command(cleanup).outcome().output.contains("nothing to remove"))
    }
  }

  @Test
  func `SIGHUP reads the file again, and a broken one keeps the old and says so`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let file = scene.daemon.socket.replacing("api.sock", with: "siaga.yaml")
      try FileWriter.write("groups: { internet: { rute: default } }\n", to: file)
      scene.daemon.program.signal(SIGHUP)
      try waitUntil("the complaint", within: .seconds(5)) {
        scene.daemon.logTail(lines: 30).contains("did you mean `route`?")
      }
      try await scene.awaitHolder("isp1")
      let swapped = SeedConfiguration.fast.text.replacing(
        "tiers: [[isp1], [isp2]]", with: "tiers: [[isp2], [isp1]]")
      try FileWriter.write(swapped, to: file)
      scene.daemon.program.signal(SIGHUP)
      try await scene.awaitHolder("isp2")
    }
  }

  @Test
  func `pins and drains survive a restart`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      #expect(try scene.siaga("switch", "internet", "isp2", "--hard").exit.isSuccess)
      try await scene.awaitHolder("isp2")
      scene.daemon.end()
      try scene.daemon.start()
      let group = try await scene.awaitHolder("isp2")
      #expect(group.pinned == "isp2")
      #expect(try scene.siaga("auto", "internet").exit.isSuccess)
      try await scene.awaitHolder("isp1")
    }
  }

  @Test
  func `without the capabilities it says which are missing`() throws {
    let outcome = try Command([
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all",
      "--inh-caps=-all", Scene.executable, "run", "--config", "/dev/null", "--socket",
      "/tmp/none/x",
    ]).outcome()
    #expect(outcome.exit == .status(1))
    #expect(outcome.errors.contains("CAP_NET_ADMIN"))
    #expect(outcome.errors.contains("CAP_NET_RAW"))
  }

  @Test
  func `what stands at the socket's path and is not ours is left alone`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      let scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write("precious", to: "file")
      let elsewhere = try SeedNetwork(tag: Scene.tag())
      defer {
        do { try elsewhere.tearDown() } catch { Issue.record(error) }
      }
      for (socket, words) in [
        (scratch.file("file"), "is no socket"), (scene.daemon.socket, "another daemon listens"),
        (scratch.file(String(repeating: "x", count: 100)), "longer than 107 bytes"),
      ] {
        let outcome = try Command(
          elsewhere.gateway.command([
            Scene.executable, "run", "--config", scene.config, "--socket", socket, "--state-dir",
            scratch.file("state"),
          ])
        ).outcome()
        #expect(!outcome.exit.isSuccess)
        #expect(outcome.errors.contains(words))
      }
      #expect(try scratch.read("file") == "precious")
      _ = try await scene.client.status()
    }
  }

  @Test
  func `without a file it watches the machine's own default routes`() async throws {
    let tag = Scene.tag()
    let network = try SeedNetwork(tag: tag)
    let scratch = try ScratchDirectory(tag: tag)
    var program: Program?
    defer {
      program?.end()
      do { try network.tearDown() } catch { Issue.record(error) }
    }
    try network.gateway.ip(
      "addr add 10.10.1.2/24 dev ether1", "addr add 10.20.1.2/24 dev ether2",
      "route add default via 10.10.1.1 metric 100", "route add default via 10.20.1.1 metric 200")
    let socket = scratch.file("api.sock")
    program = try Program(
      [
        "unshare", "--mount", "sh", "-c",
        "mkdir -p /etc/siaga && mount -t tmpfs none /etc/siaga && exec \(Scene.executable) run"
          + " --socket \(socket) --state-dir \(scratch.file("state"))",
      ], in: network.gateway, log: scratch.file("daemon.log"))
    let client = DaemonClient(socket: socket)
    func awaitHolder(_ name: String) async throws {
      let end = Moment.now + .seconds(5)
      while (try? await client.status())?.groups.first?.active != [name] {
        guard Moment.now < end else {
          throw LabError.never(
            "\(name) holds: \(try scratch.read("daemon.log"))", within: .seconds(5))
        }
        try await Task.sleep(for: .milliseconds(2))
      }
    }
    try await awaitHolder("ether1")
    try network.isp1.cable.pull()
    try await awaitHolder("ether2")
    #expect(try network.gateway.source(toward: SeedNetwork.destination) == "10.20.1.2")
    try network.isp1.cable.plug()
    try await awaitHolder("ether1")
  }
}
