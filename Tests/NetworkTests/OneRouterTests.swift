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
      let lead = { (isSound: Bool) in
        guard lost == "carrier" else {
          return try network.router.setBridgePort("eth", forwards: isSound)
        }
        _ = try isSound ? network.ethernet.plug() : network.ethernet.pull()
      }
      for (isSound, holder, address) in [(false, "wlan0", Self.airs), (true, "eth0", Self.cables)] {
        try lead(isSound)
        try await awaitHolder(holder, client)
        _ = try network.machine.awaitSource(
          address, toward: HomeNetwork.destination, within: .seconds(1))
      }
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

  /// A switch with a spanning tree lets nothing through at first.
  @Test(arguments: [false, true])
  func `a connection from the cable's address goes on by Wi-Fi, and by the cable again`(
    hasSpanningTree: Bool
  ) async throws {
    try await withDaemon { network, client in
      if hasSpanningTree {
        try network.router.ip("link set lan type bridge stp_state 1 forward_delay 200")
      }
      let talk = try Talk(from: network.machine, Self.cables, to: network.router)
      defer { talk.end() }
      try talk.awaitAnswers()
      let pulled = try network.ethernet.pull()
      try await awaitHolder("wlan0", client)
      try talk.awaitAnswers()
      let plugged = try network.ethernet.plug()
      try await awaitHolder("eth0", client)
      try talk.awaitAnswers()
      // What was lost is sent again after 200 ms at the earliest.
      let worst = try #require(talk.answers().max { $0.took < $1.took })
      #expect(
        worst.took <= .seconds(1),
        "asked \(worst.at - pulled) after the cable was pulled, \(worst.at - plugged) after it was put back"
      )
    }
  }

  /// Its carrier stays, and nothing comes through.
  @Test
  func `a connection from a mute cable's address goes on by Wi-Fi, and by the cable again`()
    async throws
  {
    try await withDaemon { network, client in
      let talk = try Talk(from: network.machine, Self.cables, to: network.router)
      defer { talk.end() }
      try talk.awaitAnswers()
      for (isSound, holder) in [(false, "wlan0"), (true, "eth0")] {
        try network.router.setBridgePort("eth", forwards: isSound)
        try talk.awaitAnswers()
        try await awaitHolder(holder, client)
      }
      try talk.awaitAnswers()
      // Noticed after 0.4 s, asked for by ARP for 0.3 s more; what was lost is sent again after 0.2,
      // 0.6 and 1.4 s.
      let worst = try #require(talk.answers().map(\.took).max())
      #expect(worst <= .seconds(2))
    }
  }
}

/// A connection by which one side asks all the time, and the other answers.
private final class Talk: Sendable {
  private static let echo = """
    import socket
    client, _ = socket.create_server(("", 7)).accept()
    while data := client.recv(9): client.send(data)
    """

  /// Says of each answer when it was asked for, and how long it took, in nanoseconds.
  private static let asking = """
    import socket, sys, time
    link = socket.create_connection((sys.argv[1], 7), timeout=9, source_address=(sys.argv[2], 0))
    while True:
      begun = time.monotonic_ns()
      link.send(b"?")
      assert link.recv(1)
      print(begun, time.monotonic_ns() - begun, flush=True)
      time.sleep(0.02)
    """

  private let scratch: ScratchDirectory
  private let server: Program
  private let client: Program

  init(from machine: Namespace, _ source: String, to router: Namespace) throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    self.scratch = scratch
    server = try Program(
      router.command(["python3", "-c", Self.echo]), log: scratch.file("server"))
    try waitUntil("somebody listens", within: .seconds(5)) {
      try Command.run("ss", "-N", router.name, "-Hltn").contains(":7 ")
    }
    client = try Program(
      machine.command(["python3", "-c", Self.asking, HomeNetwork.destination, source]),
      log: scratch.file("answers"))
  }

  func end() {
    client.end()
    server.end()
  }

  func answers() throws -> [(at: Moment, took: Duration)] {
    // The last line may not be whole yet.
    try scratch.read("answers").split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { line in
        let numbers = try line.split(separator: " ").map { try #require(Int64($0), "\(line)") }
        try #require(numbers.count == 2, "\(line)")
        return (Moment(nanoseconds: numbers[0]), .nanoseconds(numbers[1]))
      }
  }

  /// Waits for the next ones.
  func awaitAnswers() throws {
    let known = try answers().count
    try waitUntil("the other side answers", within: .seconds(9)) {
      try answers().count > known + 20
    }
  }
}
