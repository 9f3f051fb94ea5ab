import Client
import Lab
import Model
import Testing

/// A cable and Wi-Fi to one router without a bond, by the example's file.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct OneRouterTests {
  private static let cables = "192.168.1.252"
  private static let airs = "192.168.1.25"

  private func withDaemon(
    _ body: (HomeNetwork, DaemonClient) async throws -> Void
  ) async throws {
    let tag = Scene.tag()
    let network = try HomeNetwork(tag: tag)
    let example = "damping: off\n" + (try ExampleScene.text(of: "two-links-one-router.yaml"))
    try await Scene.guarding(example, on: network.machine, tag: tag, network.tearDown) {
    } _: { _, client in
      try await awaitHolder("eth0", client)
      try await body(network, client)
    }
  }

  private func awaitHolder(_ name: String, _ client: DaemonClient) async throws {
    try await client.await("\(name) holds", within: .seconds(8)) {
      $0.groups.first?.active == [name] && $0.unfinished == 0
    }
  }

  @Test(arguments: ["carrier", "router"])
  func `what begins leaves by Wi-Fi once the cable leads nowhere, and by the cable again`(
    lost: String
  ) async throws {
    try await withDaemon { network, client in
      if lost == "carrier" {
        try network.ethernet.pull()
      } else {
        try network.router.setBridgePort("eth", forwards: false)
      }
      try await awaitHolder("wlan0", client)
      _ = try network.machine.awaitSource(
        Self.airs, toward: HomeNetwork.destination, within: .seconds(1))
      if lost == "carrier" {
        try network.ethernet.plug()
      } else {
        try network.router.setBridgePort("eth", forwards: true)
      }
      try await awaitHolder("eth0", client)
      _ = try network.machine.awaitSource(
        Self.cables, toward: HomeNetwork.destination, within: .seconds(1))
    }
  }

  /// By themselves hosts would send to the dead link for half a minute.
  @Test
  func `what is sent to the cable's address comes by Wi-Fi while it is pulled`() async throws {
    try await withDaemon { network, client in
      try network.router.warm([Self.cables])
      let stream = try PacketStream(
        .init(from: network.router, to: network.machine, address: Self.cables))
      defer { stream.stop() }
      try stream.awaitFlow(within: .seconds(5))
      for isPulled in [true, false] {
        let moment = try isPulled ? network.ethernet.pull() : network.ethernet.plug()
        try await Task.sleep(for: .seconds(1))
        let report = stream.report(from: moment, to: .now - PacketStream.patience)
        #expect(report.longestOutage <= .milliseconds(200), "\(report)")
        try stream.awaitFlow(within: .seconds(1))
      }
      try await awaitHolder("eth0", client)
    }
  }

  private static let echo = """
    import socket
    client, _ = socket.create_server(("", 7)).accept()
    while data := client.recv(9): client.send(data)
    """

  /// Says the longest that an answer took, in milliseconds.
  private static let asking = """
    import socket, time
    to = ("\(HomeNetwork.destination)", 7)
    link = socket.create_connection(to, timeout=9, source_address=("\(cables)", 0))
    worst, end = 0, time.monotonic() + 4
    while time.monotonic() < end:
      begun = time.monotonic()
      link.send(b"?")
      assert link.recv(1)
      worst = max(worst, time.monotonic() - begun)
      time.sleep(0.02)
    print(int(worst * 1000))
    """

  @Test
  func `a connection from the cable's address goes on by Wi-Fi, and by the cable again`()
    async throws
  {
    try await withDaemon { network, client in
      let scratch = try ScratchDirectory(tag: Scene.tag())
      let server = try Program(
        network.router.command(["python3", "-c", Self.echo]), log: scratch.file("server"))
      defer { server.end() }
      try waitUntil("somebody listens", within: .seconds(5)) {
        try Command.run("ss", "-N", network.router.name, "-Hltn").contains(":7 ")
      }
      let asking = try Program(
        network.machine.command(["python3", "-c", Self.asking]), log: scratch.file("log"))
      try await Task.sleep(for: .seconds(1))
      try network.ethernet.pull()
      try await awaitHolder("wlan0", client)
      try await Task.sleep(for: .seconds(1))
      try network.ethernet.plug()
      let exit = asking.wait(atMost: .seconds(15))
      let said = try scratch.read("log")
      #expect(exit?.isSuccess == true, "\(said)")
      // What was lost is sent again after 200 ms at the earliest.
      let worst = Int(said.filter(\.isNumber)) ?? .max
      #expect(worst <= 1_000, "\(said)")
    }
  }
}
