import Client
import Glibc
import Lab
import Model
import Testing

/// The daemon to test, on a machine of the lab's.
struct LabDaemon {
  let client: DaemonClient

  /// An emulated processor is slow, and this daemon is not optimized.
  static let patience = Duration.seconds(30)

  static var executable: String {
    guard let path = getenv("SIAGA_BINARY") else {
      preconditionFailure("SIAGA_BINARY must name the siaga to test; `make test-bonds` sets it")
    }
    return String(cString: path)
  }

  /// Runs in the first of the namespaces, which are removed whichever way this ends.
  /// - Parameter prepare: what the daemon finds.
  static func run<Network>(
    _ configuration: String, among roles: [String],
    prepare: ([Namespace], _ tag: String) throws -> Network,
    _ body: (Network, LabDaemon) async throws -> Void
  ) async throws {
    let tag = Scene.tag()
    let made = try Namespace.make(tag: tag, roles: roles)
    let result: Result<Void, any Error>
    do {
      let network = try prepare(made, tag)
      let daemon = try GatewayDaemon(
        executable: executable, configuration: configuration, in: made[0], tag: tag)
      defer { daemon.end() }
      let client = DaemonClient(socket: daemon.socket)
      do {
        try await body(network, LabDaemon(client: client))
        result = .success(())
      } catch {
        let status = try? await client.status()
        let members = (status?.groups ?? []).flatMap(\.members).map {
          "\($0.name): \($0.health), \($0.obstacles)"
        }
        Issue.record(
          """
          the daemon said:
          \(daemon.logTail(lines: 30))
          and says now:
          \(members.joined(separator: "\n"))
          """)
        result = .failure(error)
      }
    } catch {
      result = .failure(error)
    }
    try Namespace.remove(made)
    try result.get()
  }

  func await(_ what: String, _ isTrue: (StatusSnapshot) -> Bool) async throws {
    let end = Moment.now + Self.patience
    while Moment.now < end {
      // While the daemon starts there is nobody to ask.
      if let status = try? await client.status(), isTrue(status) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw LabError.never(what, within: Self.patience)
  }

  /// Of the bond, which is the first group.
  func awaitHolders(_ names: [String]) async throws {
    try await self.await("\(names) carry") {
      $0.groups.first?.active == names && $0.unfinished == 0
    }
  }
}
