import ArgumentParser
import Config
import SimKit
import YAML

struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "See beforehand what would happen: the daemon's own engine on a simulated network.",
    discussion: """
      A scenario is a small file (docs/simulate.md), or one of the built-in ones: `any-one` lets \
      every single thing fail and come back, `any-two` every two of different links. Exit code 1: \
      an expectation of the file was not met.
      """)

  @Argument(help: "The configuration (default: \(StandardPaths.config)).")
  var file = StandardPaths.config
  @Option(help: ArgumentHelp("A file, `any-one` or `any-two`.", valueName: "scenario"))
  var scenario: String
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let configuration = try ConfigText(file).reading().configuration.withBondsAsLinks
    switch scenario {
    case "any-one":
      try await foresee(SingleFailure.all(of: configuration).map { [$0] }, configuration)
    case "any-two":
      try await foresee(SingleFailure.pairs(of: configuration), configuration)
    default:
      try perform(configuration)
    }
  }

  private func perform(_ configuration: Configuration) throws {
    let text = try ConfigText(scenario)
    let script: Scenario
    do {
      script = try Scenario.read(ConfigNode(yaml: text.bytes), for: configuration)
    } catch {
      throw Exit.Failure(error.lines(in: scenario).joined(separator: "\n"), code: Exit.wrongUsage)
    }
    let performance = Foresight(configuration, seed: script.seed).perform(script)
    print(json ? try JSONText.of(PerformanceReport(performance)) : performance.text(in: scenario))
    guard performance.isAsExpected else { throw ExitCode(Exit.failed) }
  }

  private func foresee(
    _ failures: [[SingleFailure]], _ configuration: Configuration
  ) async throws {
    let foresight = Foresight(configuration)
    let forecasts = await foresight.forecasts(of: failures)
    print(json ? try JSONText.of(forecasts.map(ForecastReport.init)) : forecasts.text)
    guard forecasts.allSatisfy({ $0.trouble == nil }) else { throw ExitCode(Exit.failed) }
  }
}

extension Foresight {
  /// Each by itself, on all cores; in the order of the failures.
  fileprivate func forecasts(of failures: [[SingleFailure]]) async -> [Forecast] {
    await withTaskGroup(of: (Int, Forecast).self) { group in
      for (place, failure) in failures.enumerated() {
        group.addTask { (place, forecast(of: failure)) }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
