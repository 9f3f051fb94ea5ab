import Lab
import Model

/// How long `any-two` takes on 20 uplinks: each two things that can fail on two of them, together.
struct ForesightTime: Measurement {
  let name = "any-two"
  private static let uplinks = 20

  func measure(_ setting: Setting) async throws -> [Row] {
    let scratch = try ScratchDirectory(tag: "bench")
    try scratch.write(Self.configuration, to: "siaga.yaml")
    var times: [Double] = []
    for _ in 0..<setting.runs {
      let began = Moment.now
      try Command.run([
        setting.executable, "simulate", scratch.file("siaga.yaml"), "--scenario", "any-two",
      ])
      times.append((Moment.now - began).milliseconds / 1_000)
    }
    return [
      Row(
        what: "`simulate --scenario any-two` of \(Self.uplinks) uplinks, from the spawn to the end",
        series: Series(times, .seconds),
        target: Row.Target(text: "≤ 10 s") { $0.worst <= 10 }, peers: [])
    ]
  }

  private static var configuration: String {
    let numbers = 1...uplinks
    return """
      uplinks:
      \(numbers.map(uplink).joined(separator: "\n"))
      checks:
        gateway: { ping: gateway, every: 500ms }
      groups:
        internet:
          route: default
          check: gateway
          tiers: [\(numbers.map { "[isp\($0)]" }.joined(separator: ", "))]

      """
  }

  private static func uplink(_ number: Int) -> String {
    "  isp\(number): { interface: wan\(number), address: 10.\(number).1.2/24, gateway: 10.\(number).1.1 }"
  }
}
