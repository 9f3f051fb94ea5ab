import Client
import Lab
import Model

/// The seed's network with the daemon on its gateway and packets flowing through it.
final class Stage {
  let network: SeedNetwork
  let configuration: SeedConfiguration
  let daemon: GatewayDaemon
  let client: DaemonClient
  let stream: PacketStream

  init(executable: String, configuration: SeedConfiguration) async throws {
    self.configuration = configuration
    network = try SeedNetwork(tag: "demo")
    do {
      daemon = try GatewayDaemon(
        executable: executable, configuration: configuration.text, in: network.gateway,
        tag: "demo")
      client = DaemonClient(socket: daemon.socket, timeout: .seconds(2))
    } catch {
      try network.tearDown()
      throw error
    }
    do {
      try await Self.waitUntilHeld(network, daemon)
      try network.warm()
      stream = try network.stream()
    } catch {
      daemon.end()
      try network.tearDown()
      throw error
    }
  }

  func tearDown() throws {
    stream.stop()
    daemon.end()
    try network.tearDown()
  }

  private static func waitUntilHeld(_ network: SeedNetwork, _ daemon: GatewayDaemon) async throws {
    let end = Moment.now + .seconds(10)
    let source = network.isp1.customer
    while try network.gateway.source(toward: SeedNetwork.destination) != source {
      if let exit = daemon.program.wait(atMost: .zero) {
        throw DemoError.daemonDidNotStart("the daemon \(exit)", log: daemon.logTail())
      }
      guard Moment.now < end else {
        throw DemoError.daemonDidNotStart(
          "after 10 s it runs, but holds no route by isp1", log: daemon.logTail())
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func provider(_ link: Link) -> Provider {
    switch link {
    case .isp1: network.isp1
    case .isp2: network.isp2
    }
  }

  /// Does it to the network; the moment just before.
  func perform(_ act: Step.Act) throws -> Moment {
    let before = Moment.now
    switch act {
    case .pull(let link):
      return try provider(link).cable.pull()
    case .plug(let link):
      return try provider(link).cable.plug()
    case .pullBoth:
      try network.isp1.cable.pull()
      try network.isp2.cable.pull()
    case .mute(let link):
      try provider(link).mute()
    case .unmute(let link):
      try provider(link).unmute()
    case .kill:
      return daemon.kill()
    case .start:
      return try daemon.start()
    }
    return before
  }
}

enum DemoError: Error, CustomStringConvertible {
  case lacking([String])
  case daemonDidNotStart(String, log: String)

  var description: String {
    switch self {
    case .lacking(let things):
      "the demo builds networks of its own, and for that \(things.joined(separator: "; "))"
    case .daemonDidNotStart(let how, let log):
      "the daemon in the demo's gateway did not take up the route: \(how)\n\(log)"
    }
  }
}
