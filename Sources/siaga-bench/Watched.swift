import Client
import Lab
import Model

/// The seed's network with Siaga on its gateway and a stream through it.
struct Watched {
  let network: SeedNetwork
  let daemon: GatewayDaemon
  let client: DaemonClient
  let stream: PacketStream

  init(
    _ executable: String, _ configuration: SeedConfiguration, wiring: SeedNetwork.Wiring = .veth,
    environment: [String] = []
  ) async throws {
    network = try SeedNetwork(tag: "bench", wiring: wiring)
    do {
      daemon = try GatewayDaemon(
        executable: executable, configuration: configuration.text, in: network.gateway,
        tag: "bench", environment: environment)
      client = DaemonClient(socket: daemon.socket)
      _ = try network.gateway.awaitSource(
        "10.10.1.2", toward: SeedNetwork.destination, within: .seconds(10))
      try network.warm()
      stream = try network.stream()
    } catch {
      try network.tearDown()
      throw error
    }
    do {
      try await settle(on: network.isp1, within: .seconds(10))
    } catch {
      try end()
      throw error
    }
  }

  func end() throws {
    stream.stop()
    daemon.end()
    try network.tearDown()
  }

  /// Waits until a provider holds, in the daemon's view and in the packets'.
  @discardableResult
  func settle(on provider: Provider, within bound: Duration) async throws -> StatusSnapshot {
    let end = Moment.now + bound
    while true {
      let status = try await client.status()
      if status.groups.first?.active == [provider.name], status.unfinished == 0,
        isHealthy(status), stream.isFlowing(since: end - bound, from: provider.customer)
      {
        return status
      }
      guard Moment.now < end else {
        throw LabError.never(
          "\(provider.name) holding (\(status.groups.first?.active ?? []) does;"
            + " the daemon said: \(daemon.logTail()))", within: bound)
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// A member that was not judged yet would make the next fault a different one.
  private func isHealthy(_ status: StatusSnapshot) -> Bool {
    status.groups.first?.members.allSatisfy { !$0.usable || $0.health == .up } ?? false
  }
}
