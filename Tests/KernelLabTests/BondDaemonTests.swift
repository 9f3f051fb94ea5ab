import Client
import Glibc
import Lab
import Model
import Testing

/// The daemon with a bond, on a real kernel: two cables to one network, one address.
@Suite(.needsBonding, .serialized)
struct BondDaemonTests {
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
    _ configuration: String, _ body: (TwoCables, DaemonClient) async throws -> Void
  ) async throws {
    let tag = Scene.tag()
    let made = try Namespace.make(tag: tag, roles: ["here", "there"])
    let result: Result<Void, any Error>
    do {
      let network = try TwoCables(between: made[0], and: made[1])
      let daemon = try GatewayDaemon(
        executable: Self.executable, configuration: configuration, in: network.here, tag: tag)
      defer { daemon.end() }
      do {
        try await body(network, DaemonClient(socket: daemon.socket))
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
      // While the daemon starts there is nobody to ask.
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
    let configuration = """
      damping: off
      bonds:
        bond0: { members: [ether1, ether2], primary: ether1, address: 192.0.2.2/24 }
      """
    try await withDaemon(configuration) { network, client in
      let (here, there, cables) = (network.here, network.there, network.cables)
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

  /// The seed's one bond with one address, a gateway and resolvers.
  @Test
  func `a bond with a gateway leads out, through loss of either side`() async throws {
    let configuration = """
      bonds:
        bond0:
          members: [ether1, ether2]
          primary: ether1
          address: 192.0.2.2/24
          gateway: 192.0.2.1
          dns: [192.0.2.1, 8.8.8.8]
      """
    try await withDaemon(configuration) { network, client in
      try network.there.ip("link set lo up", "addr add 198.51.100.1/32 dev lo")
      try await awaitStatus("the way out is held", client) {
        $0.groups.map(\.active) == [["ether1"], ["bond0"]] && $0.unfinished == 0
      }
      try network.here.warm(["192.0.2.1"])
      for (cable, next) in [(0, "ether2"), (1, "ether1")] {
        let losses = try Scene.losses(from: network.here, to: network.there, "198.51.100.1") {
          try network.cables[cable].pull()
        }
        #expect(losses.longestOutage <= .milliseconds(100), "\(losses)")
        try await awaitHolder(next, client)
        try network.cables[cable].plug()
        try await awaitStatus("both can be used", client) {
          $0.groups.first?.members.allSatisfy(\.usable) ?? false
        }
      }
      let status = try await client.status()
      #expect(status.groups.map(\.name) == ["bond0", "default"])
    }
  }
}
