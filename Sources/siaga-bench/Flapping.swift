import Client
import Lab
import Model

/// A cable that goes and comes once a second for ten minutes, with damping and without, side by
/// side.
struct Flapping: Measurement {
  let name = "flapping"
  let occasion = Occasion.atLength
  private let minutes = 10

  func measure(_ setting: Setting) async throws -> [Row] {
    async let damped = switches(setting, "", tag: "damped")
    async let undamped = switches(setting, "damping: off\n", tag: "undamped")
    let (with, without) = try await (damped, undamped)
    setting.tell("siaga: \(with) switches, without damping \(without)")
    return [
      Row(
        what: "A cable that flaps once a second for \(minutes) min",
        series: Series([Double(with)], .switches),
        target: Row.Target(text: "≤ 8 switches") { $0.worst <= 8 },
        peers: ["damping off: \(without) switches"],
        held: Held("flapping.switches", Double(with), beside: Double(without), slack: 1))
    ]
  }

  private func switches(_ setting: Setting, _ head: String, tag: String) async throws -> Int {
    let network = try SeedNetwork(tag: tag)
    return try await finally(network.tearDown) {
      let text = SeedConfiguration.fast.text.replacing("damping: off\n", with: head)
      let daemon = try GatewayDaemon(
        executable: setting.executable, configuration: text, in: network.gateway, tag: tag)
      return try await finally({ daemon.end() }) {
        let client = DaemonClient(socket: daemon.socket)
        try await awaitHolders(["isp1"], client)
        try await Task.sleep(for: .seconds(1))
        let before = try await client.status().groups.first?.switches ?? 0
        var next = Moment.now
        for _ in 0..<minutes * 60 {
          try network.isp1.cable.pull()
          next = next + .milliseconds(500)
          try await Task.sleep(for: next - .now)
          try network.isp1.cable.plug()
          next = next + .milliseconds(500)
          try await Task.sleep(for: next - .now)
        }
        return (try await client.status().groups.first?.switches ?? 0) - before
      }
    }
  }
}
