import Client
import Lab
import Model

/// Twenty links, each of which asks three targets twice a second.
struct ManyUplinks: Measurement {
  let name = "many-uplinks"
  private let links = 20

  func measure(_ setting: Setting) async throws -> [Row] {
    let namespaces = try Namespace.make(tag: "bench", roles: ["gw", "isp"])
    return try await finally({ try Namespace.remove(namespaces) }) {
      let (gateway, provider) = (namespaces[0], namespaces[1])
      try gateway.ip("link set lo up")
      try provider.ip("link set lo up", "addr add 9.9.9.9/32 dev lo", "addr add 1.1.1.1/32 dev lo")
      for number in 1...links {
        _ = try VethCable(from: Port(gateway, "ether\(number)"), to: Port(provider, "c\(number)"))
        try provider.ip("addr add 10.\(number).1.1/24 dev c\(number)")
      }
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: configuration, in: gateway, tag: "bench")
      return try await finally({ daemon.end() }) { try await rows(daemon, gateway, setting) }
    }
  }

  private func rows(
    _ daemon: GatewayDaemon, _ gateway: Namespace, _ setting: Setting
  ) async throws -> [Row] {
    let client = DaemonClient(socket: daemon.socket)
    let end = Moment.now + .seconds(15)
    while try await !isHealthy(client), Moment.now < end {
      try await Task.sleep(for: .milliseconds(100))
    }
    guard try await isHealthy(client) else {
      throw LabError.never("\(links) healthy links", within: .seconds(15))
    }
    let cost = try await Cost.measured(daemon.program.pid, spans: 6, of: .seconds(5))
    let asked = (1...links).flatMap { ["10.\($0).1.1", "9.9.9.9", "1.1.1.1"] }
    let fping = try await Fping.cost(
      of: asked, every: .milliseconds(500), gap: .milliseconds(1), in: gateway, spans: 6,
      of: .seconds(5))
    setting.tell("siaga: \(cost.cpu.medianText), \(cost.memory.worstText)")
    return [
      Row(
        what: "CPU of \(links) uplinks × 3 targets, `every: 500ms`", series: cost.cpu,
        target: Row.Target(text: "≤ 1.5 % of a core") { $0.median <= 1.5 },
        peers: ["fping -q -p500 of as many: \(fping.medianText)"],
        held: Held("many-uplinks.cpu", cost.cpu.median, beside: fping.median, slack: 0.1))
    ]
  }

  private func isHealthy(_ client: DaemonClient) async throws -> Bool {
    // While the daemon starts there is nobody to ask.
    guard let group = try? await client.status().groups.first else { return false }
    return group.members.allSatisfy { $0.health == .up }
  }

  private var configuration: String {
    let numbers = 1...links
    let uplinks = numbers.map {
      "  isp\($0): { interface: ether\($0), address: 10.\($0).1.2/24, gateway: 10.\($0).1.1 }\n"
    }
    let tiers = numbers.map { "[isp\($0)]" }.joined(separator: ", ")
    return """
      uplinks:
      \(uplinks.joined())checks:
        three:
          ping: [gateway, 9.9.9.9, 1.1.1.1]
          need: 2
          every: 500ms
          timeout: 500ms
      groups:
        internet: { route: default, tiers: [\(tiers)], check: three }

      """
  }
}
