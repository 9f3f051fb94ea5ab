import Client
import Glibc
import Lab
import Model
import Testing

/// Tests of two nodes, one after another: they count adverts that are due every 100 ms.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
enum Pairs {}

/// Two routers that share addresses, each with a daemon; taken down at the end of `run`, also when
/// the test fails.
struct Pair {
  let network: RouterPair
  let a: PairNode
  let b: PairNode
  let key: String  // the file

  var nodes: [PairNode] { [a, b] }

  static let addresses = """
    [{ address: 10.1.0.1/24, interface: lan, vrid: 51, advertise: 100ms },
            { address: 10.2.0.1/24, interface: wan, vrid: 52, advertise: 100ms }]
    """
  static let cluster = "cluster: { key-file: KEY }"

  /// The pair of the manual.
  /// - Parameters:
  ///   - group: keys that `gateway` has besides.
  ///   - more: at the top level. `KEY` stands for the path of the key.
  static func configuration(
    _ node: String, addresses: String = addresses, group: String = "", more: String = cluster
  ) -> String {
    """
    node: \(node)
    \(more)
    nodes:
      a: { addresses: [10.1.0.2, 10.2.0.2] }
      b: { addresses: [10.1.0.3, 10.2.0.3] }
    groups:
      gateway:
        tiers: [[a], [b]]
        addresses: \(addresses)
        damping: off
        \(group)

    """
  }

  /// - Parameters:
  ///   - configuration: of the node of that name.
  ///   - prepare: once the network stands and the key is there, before the daemons start.
  static func run(
    _ configuration: (String) -> String = { Self.configuration($0) },
    prepare: (RouterPair, _ key: String) throws -> Void = { _, _ in },
    _ body: (Pair) async throws -> Void
  ) async throws {
    let tag = Scene.tag()
    let scratch = try ScratchDirectory(tag: tag)
    let key = scratch.file("key")
    try Command.run(Scene.executable, "keygen", key)
    let network = try RouterPair(tag: tag)
    var nodes: [PairNode] = []
    let result: Result<Void, any Error>
    do {
      try prepare(network, key)
      for router in network.routers {
        nodes.append(try PairNode(on: router, configuration(router.name), key: key, tag: tag))
      }
      try await body(Pair(network: network, a: nodes[0], b: nodes[1], key: key))
      result = .success(())
    } catch {
      for node in nodes {
        Issue.record("\(node.router.name) said:\n\(node.daemon.logTail(lines: 30))")
      }
      result = .failure(error)
    }
    for node in nodes.reversed() { node.end() }
    try network.tearDown()
    try result.get()
  }

  /// Waits until this node alone has the addresses, and the other knows it too.
  @discardableResult
  func awaitHolder(
    _ holder: PairNode, within bound: Duration = .seconds(8)
  ) async throws -> GroupStatus {
    for node in nodes where node.daemon.isRunning {
      try await node.await("\(holder.name) holds, says \(node.name)", within: bound) {
        $0.groups.first?.active == [holder.name]
      }
    }
    try await eventually("\(holder.name) alone has the addresses", within: bound) {
      try nodes.allSatisfy { node in
        try [RouterPair.inside, RouterPair.outside].allSatisfy {
          try node.router.has($0) == (node.name == holder.name)
        }
      }
    }
    return try #require(try await holder.client.status().groups.first)
  }

  /// Both are there and say so of each other, and a holds.
  func awaitCalm() async throws {
    try await awaitHolder(a)
    for node in nodes {
      try await node.await("\(node.name) hears the other") { status in
        status.groups[0].members.allSatisfy { $0.health == .up }
      }
    }
  }

  /// Of all nodes.
  func loopTimes() async throws -> [LoopTimes] {
    var times: [LoopTimes] = []
    for node in nodes { times.append(try await LoopTimes(node.client)) }
    return times
  }

  /// A stream through whoever holds, once it flows.
  func stream() throws -> PacketStream {
    let stream = try network.stream()
    try stream.awaitFlow(within: .seconds(5))
    return stream
  }
}

/// A daemon on one of the routers.
struct PairNode {
  let router: RouterPair.Router
  let daemon: GatewayDaemon
  let client: DaemonClient

  var name: String { router.name }

  init(
    on router: RouterPair.Router, _ configuration: String, key: String, tag: String
  ) throws {
    self.router = router
    daemon = try GatewayDaemon(
      executable: Scene.executable, configuration: configuration.replacing("KEY", with: key),
      in: router.namespace, tag: tag)
    client = DaemonClient(socket: daemon.socket)
  }

  /// As one that nobody relieves: without waiting for anybody.
  func end() {
    daemon.program.signal(SIGCONT)  // a test may have left it stopped
    daemon.end()
  }

  @discardableResult
  func await(
    _ what: String, within bound: Duration = .seconds(8),
    _ isTrue: (StatusSnapshot) -> Bool
  ) async throws -> StatusSnapshot {
    try await client.await(what, within: bound, isTrue)
  }

  /// Waits until `status` tells of a trouble in these words.
  @discardableResult
  func awaitTrouble(_ words: String, within bound: Duration = .seconds(8)) async throws -> String {
    let status = try await self.await("\(name) says \(words)", within: bound) { status in
      status.troubles.contains { $0.contains(words) }
    }
    return try #require(status.troubles.first { $0.contains(words) })
  }

  /// siaga on this node's socket.
  func siaga(_ arguments: String...) throws -> Command.Outcome {
    try Command([Scene.executable] + arguments + ["--socket", daemon.socket]).outcome()
  }

  /// The guard of its addresses, by its parent.
  func guardian() throws -> Int32? {
    let found = try Command(["pgrep", "-P", "\(daemon.program.pid)", "-f", "siaga guard"]).outcome()
    return found.output.split(separator: "\n").first.flatMap { Int32($0) }
  }
}
