import Client
import Foundation
import Lab
import Model
import Testing

/// One of the files in examples/, word for word, with a daemon on an office's gateway.
struct ExampleScene {
  let network: OfficeNetwork
  let daemon: GatewayDaemon
  let client: DaemonClient

  /// - Parameter prepare: once the network stands, before the daemon starts.
  static func run(
    _ file: String, _ accesses: [OfficeNetwork.Access],
    prepare: (OfficeNetwork) throws -> Void = { _ in },
    _ body: (ExampleScene) async throws -> Void
  ) async throws {
    try await run(configuration: try text(of: file), accesses, prepare: prepare, body)
  }

  /// The same with a configuration of one's own.
  static func run(
    configuration text: String, _ accesses: [OfficeNetwork.Access],
    prepare: (OfficeNetwork) throws -> Void = { _ in },
    _ body: (ExampleScene) async throws -> Void
  ) async throws {
    let tag = Scene.tag()
    let network = try OfficeNetwork(tag: tag, accesses)
    try await Scene.guarding(text, on: network.gateway, tag: tag, network.tearDown) {
      try prepare(network)
    } _: { daemon, client in
      try await body(ExampleScene(network: network, daemon: daemon, client: client))
    }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "examples/", directoryHint: .isDirectory)

  static func text(of file: String) throws -> String {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }

  /// Waits until the kernel confirms that these hold the group, all judged, nothing left to do.
  @discardableResult
  func awaitHolders(
    _ names: [String], of group: String = "internet", within bound: Duration = .seconds(8)
  ) async throws -> GroupStatus {
    let status = try await client.await("\(group) is held by \(names)", within: bound) { status in
      status.groups.first { $0.name == group }?.active == names && status.unfinished == 0
    }
    return try #require(status.groups.first { $0.name == group })
  }

  /// Waits until every check of the group has said up by every member.
  func awaitHealth(of group: String = "internet", within bound: Duration = .seconds(8)) async throws
  {
    try await client.await("all of \(group) are up", within: bound) { status in
      let members = status.groups.first { $0.name == group }?.members ?? []
      return !members.isEmpty && members.allSatisfy { $0.health == .up }
    }
  }

  /// How many probes have been sent by a member.
  func probes(of member: String, in group: String = "internet") async throws -> Int {
    let groups = try await client.status().groups
    let found = groups.first { $0.name == group }?.members.first { $0.name == member }
    return found?.checks.map(\.sent).reduce(0, +) ?? 0
  }

  /// What `explain` says, in one text.
  func explanation(of group: String = "internet") async throws -> String {
    try await client.explanation(group: group).sentences.joined(separator: "\n")
  }

  /// From which provider's address a single new flow arrives at the Internet; nil: it does not.
  func sample(port: UInt16 = 7_100) throws -> String? {
    let sample = try FlowSample.take(
      1, from: network.client, to: network.internet, address: OfficeNetwork.destination,
      port: port)
    return sample.keys.first
  }

  func reaches(_ address: String) throws -> Bool {
    let ping = network.client.command(["ping", "-c", "1", "-W", "1", address])
    return try Command(ping).outcome().exit.isSuccess
  }
}
