import Config
import Glibc
import Lab
import Model
import SimKit

/// A day of the seed's network in the simulator, probed ten times a second: what does not grow,
/// and what does not move, in the daemon's own engine and pilot.
struct Day: Measurement {
  let name = "day"
  let occasion = Occasion.atLength
  private let hours = 24

  func measure(_ setting: Setting) async throws -> [Row] {
    var weather = CalmWeather(for: Self.configuration)
    var memory: [Double] = []
    var first = 0
    for hour in 1...hours {
      weather.pass(.seconds(3_600))
      if let violation = weather.violation { throw DayError.broken(violation) }
      memory.append(try Cost.residentMegabytes(getpid()))
      let switches = weather.groups.map(\.switches).reduce(0, +)
      if hour == 1 { first = switches }
      setting.tell(
        "hour \(hour): \(Series.Unit.megabytes.text(memory[hour - 1])), \(switches) switches,"
          + " \(Self.sent(weather)) probes")
    }
    let switches = weather.groups.map(\.switches).reduce(0, +) - first
    let growth = Series(memory.dropFirst().map { $0 - memory[0] }, .megabytes)
    return [
      Row(
        what: "\(hours) simulated hours of `every: 100ms`, \(Self.sent(weather)) probes: growth of"
          + " memory (RSS of the simulator, after the first hour)",
        series: growth, target: Row.Target(text: "≤ 1 MB") { $0.worst <= 1 }, peers: []),
      Row(
        what: "The same: switches, though nothing failed",
        series: Series([Double(switches)], .switches),
        target: Row.Target(text: "none") { $0.worst == 0 }, peers: []),
    ]
  }

  private static func sent(_ weather: CalmWeather) -> Int {
    weather.groups.flatMap(\.members).flatMap(\.checks).map(\.sent).reduce(0, +)
  }

  /// As `SeedConfiguration.fast` has it.
  private static var configuration: Configuration {
    let uplinks = (1...2).map { number in
      Uplink(
        name: UplinkName("isp\(number)"), interface: InterfaceName("ether\(number)")!,
        addresses: [InterfaceAddress("10.\(number)0.1.2/24")!],
        gateways: [IPAddress("10.\(number)0.1.1")!])
    }
    let check = CheckDefinition(
      name: "gateway", kind: .ping, targets: [.gateway], every: .milliseconds(100),
      timeout: .milliseconds(100), fall: 3, rise: 2)
    let group = Group(
      name: "internet", holding: .route(.defaultV4),
      members: [Member(.uplink("isp1"), tier: 1), Member(.uplink("isp2"), tier: 2)],
      judge: .check("gateway"), damping: nil)
    return Configuration(damping: nil, uplinks: uplinks, checks: [check], groups: [group])
  }
}

enum DayError: Error, CustomStringConvertible {
  case broken(String)

  var description: String {
    switch self {
    case .broken(let violation): "an invariant broke in calm weather: \(violation)"
    }
  }
}
