import Config
import Lab
import Model
import SimKit

/// How much faster than time the simulator runs, on one core: eight links, each asked every
/// 200 ms; the engine alone, and with kernel, reconciler and invariants.
struct SimulationSpeed: Measurement {
  let name = "simulation"
  private static let links = 8

  func measure(_ setting: Setting) async throws -> [Row] {
    var alone: [Double] = []
    var whole: [Double] = []
    for _ in 0..<max(3, setting.runs) {
      var engine = EngineAlone(for: Self.configuration)
      let span = Duration.seconds(20_000)
      alone.append(Self.rate(of: span) { engine.pass(span) })
      var weather = CalmWeather(for: Self.configuration)
      let hour = Duration.seconds(3_600)
      whole.append(Self.rate(of: hour) { weather.pass(hour) })
      if let violation = weather.violation { throw DayError.broken(violation) }
    }
    return [
      Self.row("the engine alone", Series(alone, .linkSeconds), 1_000_000),
      Self.row("with kernel, reconciler and invariants", Series(whole, .linkSeconds), 200_000),
    ]
  }

  private static func rate(of span: Duration, _ work: () -> Void) -> Double {
    let took = ContinuousClock().measure(work)
    return span.milliseconds * Double(links) / took.milliseconds
  }

  private static func row(_ what: String, _ series: Series, _ target: Int) -> Row {
    Row(
      what: "Simulated seconds of a link within a second of one core (eight links, `every: "
        + "200ms`): \(what)",
      series: series, target: Row.Target(text: "≥ \(target)") { $0.median >= Double(target) },
      peers: [])
  }

  private static var configuration: Configuration {
    let uplinks = (1...links).map { number in
      Uplink(
        name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
        addresses: [InterfaceAddress("10.\(number).1.2/24")!],
        gateways: [IPAddress("10.\(number).1.1")!])
    }
    let check = CheckDefinition(
      name: "gateway", kind: .ping, targets: [.gateway], every: .milliseconds(200),
      timeout: .milliseconds(200), fall: 3, rise: 2)
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: uplinks.enumerated().map { Member(.uplink($1.name), tier: $0 + 1) },
      judge: .check("gateway"), damping: nil)
    return Configuration(damping: nil, uplinks: uplinks, checks: [check], groups: [group])
  }
}
