import Foundation
import Lab
import Testing

/// `siaga simulate` as an operator or a script meets it.
struct SimulateTests {
  private static let seed = SeedConfiguration.seed.text

  private struct Files {
    let scratch: ScratchDirectory
    let configuration: String
    let scenario: String

    init(scenario text: String = "", configuration: String = seed) throws {
      scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write(configuration, to: "siaga.yaml")
      try scratch.write(text, to: "scenario.yaml")
      self.configuration = scratch.file("siaga.yaml")
      scenario = scratch.file("scenario.yaml")
    }
  }

  private func simulate(_ arguments: String...) throws -> Command.Outcome {
    try Command([Scene.executable, "simulate"] + arguments, timeout: .seconds(60)).outcome()
  }

  @Test
  func `any-two of the seed's file tells every pair, twice the same byte for byte`() throws {
    let files = try Files()
    let outcome = try simulate(files.configuration, "--scenario", "any-two")
    #expect(outcome.exit.isSuccess, "\(outcome.output)")
    // Three failures of each of two links.
    for first in ["isp1 loses its carrier", "nobody answers by isp1", "nobody answers beyond isp1"]
    {
      for second in ["isp2 loses its carrier", "nobody answers by isp2", "beyond isp2"] {
        let line = outcome.output.split(separator: "\n").first {
          $0.contains(first) && $0.contains(second)
        }
        #expect(line != nil, "\(first), \(second)")
      }
    }
    #expect(outcome.output.contains("9 foreseen"))
    #expect(outcome.output.contains("nothing is left behind"))
    let again = try simulate(files.configuration, "--scenario", "any-two")
    #expect(again.output == outcome.output)
  }

  @Test
  func `a scenario whose expectations are met ends well, and machines can read it`() throws {
    let files = try Files(
      scenario: """
        at 10s: isp1 carrier down
        check at 12s: internet held by isp2, outage under 500ms
        """)
    let outcome = try simulate(files.configuration, "--scenario", files.scenario)
    #expect(outcome.exit.isSuccess, "\(outcome.output)")
    #expect(outcome.output.contains("✓ internet held by isp2"))
    let json = try simulate(files.configuration, "--scenario", files.scenario, "--json")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["asExpected"] as? Bool == true)
    #expect((object?["moves"] as? [Any])?.count == 1)
  }

  @Test
  func `an expectation that is not met fails, with its place and what was so`() throws {
    let files = try Files(
      scenario: """
        at 10s: isp1 carrier down
        check at 12s: internet held by isp1
        """)
    let outcome = try simulate(files.configuration, "--scenario", files.scenario)
    #expect(outcome.exit == .status(1))
    #expect(
      outcome.output.contains(
        "scenario.yaml:2:15: expected `internet held by isp1` at 12s, but internet is held by isp2"),
      "\(outcome.output)")
  }

  @Test
  func `what is wrong in a scenario is told with its place, all at once`() throws {
    let files = try Files(
      scenario: """
        at 10s: isp3 carrier down
        at 5s: isp1 mute
        check at 12s: office held by isp2
        """)
    let outcome = try simulate(files.configuration, "--scenario", files.scenario)
    #expect(outcome.exit == .status(2))
    for part in [
      "scenario.yaml:1:9: there is no uplink `isp3`", "scenario.yaml:2:1:", "scenario.yaml:3:15:",
    ] {
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
    }
    let missing = try simulate(files.configuration, "--scenario", "any-three")
    #expect(missing.exit == .status(2))
    #expect(missing.errors.contains("any-three: cannot be read"), "\(missing.errors)")
  }
}
