import Client
import Glibc
import Lab
import Model
import Testing

/// The daemon with a bond, on a real kernel: two cables to one network, one address.
@Suite(.needsBonding, .serialized)
struct BondDaemonTests {
  private static let configuration = """
    damping: off
    bonds:
      bond0: { members: [ether1, ether2], primary: ether1, address: 192.0.2.2/24 }
    """
  /// An emulated processor is slow, and this daemon is not optimized.
  private static let patience = Duration.seconds(30)

  private static var executable: String {
    guard let path = getenv("SIAGA_BINARY") else {
      preconditionFailure("SIAGA_BINARY must name the siaga to test; `make test-bonds` sets it")
    }
    return String(cString: path)
  }

  /// A machine with two cables to a bridge, which has 192.0.2.1, and a daemon.
  private func withDaemon(
    _ body: (Namespace, Namespace, [VethCable], GatewayDaemon, DaemonClient) async throws -> Void
  ) async throws {
    let tag = Scene.tag()
    let made = try Namespace.make(tag: tag, roles: ["here", "there"])
    let (here, there) = (made[0], made[1])
    let result: Result<Void, any Error>
    do {
      let cables = try (1...2).map {
        try VethCable(from: Port(here, "ether\($0)"), to: Port(there, "ether\($0)"))
      }
      try there.ip(
        "link add lan type bridge", "link set ether1 master lan", "link set ether2 master lan",
        "link set lan up", "addr add 192.0.2.1/24 dev lan")
      let daemon = try GatewayDaemon(
        executable: Self.executable, configuration: Self.configuration, in: here, tag: tag)
      defer { daemon.end() }
      do {
        try await body(here, there, cables, daemon, DaemonClient(socket: daemon.socket))
        result = .success(())
      } catch {
        Issue.record("the daemon said:\n\(daemon.logTail(lines: 30))")
        result = .failure(error)
      }
    } catch {
      result = .failure(error)
    }
    try Namespace.remove(made)
    try result.get()
  }

  private func awaitStatus(
    _ what: String, _ client: DaemonClient, _ isTrue: (StatusSnapshot) -> Bool
  ) async throws {
    let end = Moment.now + Self.patience
    while Moment.now < end {
      if let status = try? await client.status(), isTrue(status) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw LabError.never(what, within: Self.patience)
  }

  private func awaitHolder(_ name: String, _ client: DaemonClient) async throws {
    try await awaitStatus("\(name) carries", client) {
      $0.groups.first?.active == [name] && $0.unfinished == 0
    }
  }

  @Test
  func `a bond is made, fails over, comes back, and is repaired`() async throws {
    try await withDaemon { here, there, cables, daemon, client in
      try await awaitHolder("ether1", client)
      try here.warm(["192.0.2.1"])
      for (cable, next) in [(0, "ether2"), (1, "ether1")] {
        let losses = try Scene.losses(from: here, to: there, "192.0.2.1") {
          try cables[cable].pull()
        }
        // The kernel alone takes up to 100 ms, and then says so.
        #expect(losses.longestOutage <= .milliseconds(100), "\(losses)")
        try await awaitHolder(next, client)
        try cables[cable].plug()
      }
      try await awaitHolder("ether1", client)
      try here.ip("link set ether2 nomaster")
      try await awaitStatus("the port that was taken out is back", client) {
        $0.groups.first?.members.allSatisfy(\.usable) ?? false
      }
      try here.ip("link del bond0")
      try await awaitHolder("ether1", client)
      let addresses = try Command.run(
        "ip", "-n", here.name, "-4", "-o", "addr", "show", "dev", "bond0")
      #expect(addresses.contains("192.0.2.2/24"))
    }
  }
}
