import Client
import Lab
import Model
import Testing

/// `siaga init` on real routers: what it writes holds what they have.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct InitTests {
  /// The router as somebody set it up by hand.
  private static func furnish(_ network: SeedNetwork) throws {
    try network.gateway.set(["net.ipv4.ip_forward": "1"])
    try network.gateway.ip(
      "addr add 10.10.1.2/24 dev ether1", "addr add 10.20.1.2/24 dev ether2",
      "route add default via 10.10.1.1 metric 100", "route add default via 10.20.1.1 metric 200")
  }

  private static func initialize(
    _ namespace: Namespace, _ arguments: String...
  ) throws -> Command.Outcome {
    try Command(namespace.command([Scene.executable, "init"] + arguments)).outcome()
  }

  @Test
  func `the file of a router by hand leaves its traffic where it is, and fails over`() async throws
  {
    let tag = Scene.tag()
    let network = try SeedNetwork(tag: tag)
    var daemon: GatewayDaemon?
    defer {
      daemon?.end()
      do { try network.tearDown() } catch { Issue.record(error) }
    }
    try Self.furnish(network)
    let file = try Self.initialize(network.gateway)
    #expect(file.exit.isSuccess)
    let started = try GatewayDaemon(
      executable: Scene.executable, configuration: file.output, in: network.gateway, tag: tag)
    daemon = started
    let scene = Scene(
      network: network, daemon: started, client: DaemonClient(socket: started.socket))
    #expect(try await scene.awaitHolder("ether1").switches <= 1)
    try await scene.await("all is up", within: .seconds(10)) { status in
      status.groups.first?.members.allSatisfy { $0.health == .up } ?? false
    }
    let stream = try network.stream()
    defer { stream.stop() }
    try stream.awaitFlow(from: "10.10.1.2", within: .seconds(5))
    #expect(try scene.ip("route", "show", "default").contains("default via 10.10.1.1 dev ether1"))
    // With siaga at work it finds the same machine.
    #expect(try Self.initialize(network.gateway).output == file.output)
    try network.isp1.cable.pull()
    try await scene.awaitHolder("ether2")
    try stream.awaitFlow(from: "10.20.1.2", within: .seconds(5))
    try network.isp1.cable.plug()
    try await scene.awaitHolder("ether1", within: .seconds(15))
  }

  @Test
  func `the file of a router that siaga set up holds it`() async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.await("all is done") { $0.unfinished == 0 }
      let scratch = try ScratchDirectory(tag: Scene.tag())
      let file = scratch.file("siaga.yaml")
      let outcome = try Self.initialize(scene.network.gateway, "--write", file)
      #expect(outcome.output.contains("siaga plan \(file)"))
      let plan = try scene.siaga("plan", file)
      #expect(plan.exit.isSuccess)
      for line in plan.output.split(separator: "\n") {
        // Links by other names get other tables; what carries stays as it is.
        #expect(!line.hasPrefix("ip address") && !line.contains("table 8300"), "\(line)")
      }
      #expect(try scene.siaga("apply", file).exit.isSuccess)
      try await scene.awaitHolder("ether1")
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("ether2")
    }
  }

  @Test
  func `a file that is there stays, unless it is to be overwritten`() throws {
    let network = try SeedNetwork(tag: Scene.tag())
    defer {
      do { try network.tearDown() } catch { Issue.record(error) }
    }
    try Self.furnish(network)
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try scratch.write("precious", to: "siaga.yaml")
    let file = scratch.file("siaga.yaml")
    let refused = try Self.initialize(network.gateway, "--write", file)
    #expect(refused.exit == .status(1))
    #expect(refused.errors.contains("--force overwrites it"))
    #expect(try scratch.read("siaga.yaml") == "precious")
    #expect(try Self.initialize(network.gateway, "--write", file, "--force").exit.isSuccess)
    let check = try Command([Scene.executable, "check", file]).outcome()
    #expect(check.output.contains("is valid: internet by ether1, then ether2"))
    let nowhere = try Self.initialize(network.gateway, "--write", scratch.file("no/siaga.yaml"))
    #expect(nowhere.errors.contains("cannot be written (ENOENT)"))
    #expect(try Self.initialize(network.gateway, "--force").exit == .status(2))
  }

  @Test
  func `without a default route it says what to do`() throws {
    let network = try SeedNetwork(tag: Scene.tag())
    defer {
      do { try network.tearDown() } catch { Issue.record(error) }
    }
    let outcome = try Self.initialize(network.gateway)
    #expect(outcome.exit == .status(1))
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("ip route add default via GATEWAY dev INTERFACE"))
    #expect(outcome.errors.contains("Interfaces that are up: ether1, ether2, ether3."))
  }
}
