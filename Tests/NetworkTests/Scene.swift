import Client
import Lab
import Model
import Synchronization
import Testing

/// The seed's network with a daemon on its gateway and a stream of packets through it; taken
/// down at the end of `run`, also when the test fails.
struct Scene {
  let network: SeedNetwork
  let daemon: GatewayDaemon
  let client: DaemonClient

  static let executable: String = {
    guard let path = Environment.value("SIAGA_BINARY") else {
      preconditionFailure("SIAGA_BINARY must name the siaga to test; `make test` sets it")
    }
    return path
  }()

  private static let counter = Atomic(0)

  /// A name of its own for each network, so that tests can run beside each other.
  static func tag() -> String {
    "t\(counter.add(1, ordering: .relaxed).newValue)"
  }

  static func run(
    _ configuration: String = SeedConfiguration.fast.text, seeing mounts: [Mount] = [],
    prepare: (SeedNetwork) throws -> Void = { _ in },
    _ body: (Scene) async throws -> Void
  ) async throws {
    let tag = tag()
    let network = try SeedNetwork(tag: tag)
    try await guarding(
      configuration, on: network.gateway, tag: tag, seeing: mounts, network.tearDown
    ) {
      try prepare(network)
    } _: { daemon, client in
      try await body(Scene(network: network, daemon: daemon, client: client))
    }
  }

  /// Runs a daemon on a gateway, and takes the network down whichever way it ends. All waiting is on
  /// a thread of its own.
  static func guarding(
    _ configuration: String, on gateway: Namespace, tag: String, seeing mounts: [Mount] = [],
    _ tearDown: () throws -> Void, prepare: () throws -> Void,
    _ body: (GatewayDaemon, DaemonClient) async throws -> Void
  ) async throws {
    let result: Result<Void, any Error>
    do {
      try await OwnThread.run {
        try prepare()
        let daemon = try GatewayDaemon(
          executable: executable, configuration: configuration, in: gateway, tag: tag,
          seeing: mounts)
        defer { daemon.end() }
        do {
          try await body(daemon, DaemonClient(socket: daemon.socket))
        } catch {
          Issue.record("the daemon said:\n\(daemon.logTail(lines: 30))")
          throw error
        }
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try tearDown()
    try result.get()
  }

  /// Waits until the group's state satisfies; returns it.
  @discardableResult
  func await(
    _ what: String, within bound: Duration = .seconds(5),
    _ isTrue: (StatusSnapshot) -> Bool
  ) async throws -> StatusSnapshot {
    try await client.await(what, within: bound, every: .milliseconds(2), isTrue)
  }

  /// Waits until the kernel confirms who holds `internet`, and nothing is left to do.
  @discardableResult
  func awaitHolder(
    _ name: String, within bound: Duration = .seconds(5)
  ) async throws -> GroupStatus {
    let status = try await self.await("\(name) holds", within: bound) {
      $0.groups.first?.active == [name] && $0.unfinished == 0
    }
    return try #require(status.groups.first)
  }

  /// Waits until both members are judged up.
  func awaitHealth() async throws {
    try await self.await("both links are up") {
      $0.groups.first?.members.allSatisfy { $0.health == .up } ?? false
    }
  }

  /// `ip` on the gateway: what it prints.
  func ip(_ arguments: String...) throws -> String {
    try Command.run("ip", "-n", network.gateway.name, list: arguments)
  }

  /// siaga on the gateway's socket.
  func siaga(_ arguments: String...) throws -> Command.Outcome {
    try Command([Self.executable] + arguments + ["--socket", daemon.socket]).outcome()
  }
}

extension Command {
  @discardableResult
  static func run(_ first: String..., list: [String]) throws -> String {
    let outcome = try Command(first + list).outcome()
    guard outcome.exit.isSuccess else {
      throw LabError.failed(
        command: (first + list).joined(separator: " "), exit: outcome.exit, output: outcome.errors)
    }
    return outcome.output
  }
}

extension SeedNetwork {
  /// Turns IPv6 on between the gateway and its providers.
  /// - Parameter address: of provider 1, 2, with its length.
  func addIPv6(_ address: (Int) -> String) throws {
    for (number, provider) in zip(1..., providers) {
      try gateway.set(["net.ipv6.conf.ether\(number).disable_ipv6": "0"])
      try provider.router.set(["net.ipv6.conf.customer.disable_ipv6": "0"])
      try provider.router.ip("addr add \(address(number)) dev customer nodad")
    }
  }
}
