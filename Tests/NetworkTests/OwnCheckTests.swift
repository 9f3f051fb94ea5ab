import Client
import Lab
import Model
import Testing

/// Checks of an uplink's own, besides what its group asks.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct OwnCheckTests {
  /// The seed's configuration, where isp1 has a check.
  private static func configuration(_ check: String) -> String {
    SeedConfiguration.fast.text.replacing(
      "gateway: 10.10.1.1,", with: "gateway: 10.10.1.1, check: \(check),")
  }

  @Test
  func `a modem's file takes its link down, and is named`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let file = scratch.file("signal")
    try scratch.write("good\n", to: "signal")
    let check = "{ file: \(file), every: 100ms, fall: 2, rise: 2 }"
    try await Scene.run(Self.configuration(check)) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let status = try await scene.client.status()
      #expect(
        status.groups[0].members.map { $0.checks.map(\.name) } == [
          ["gateway", "isp1.check"], ["gateway"],
        ])
      try scratch.write("no\n", to: "signal")
      try await scene.awaitHolder("isp2")
      let explained = try scene.siaga("explain", "internet").output
      #expect(
        explained.contains(
          "isp1 is down: \(file) answered none of the last 2 probes of check isp1.check"))
      #expect(explained.contains("isp1 does not hold it: \(file) does not answer check isp1.check"))
      let probed = try scene.siaga("probe", "isp1").output
      #expect(probed.contains("isp1.check \(file)"))
      try scratch.write("good\n", to: "signal")
      try await scene.awaitHolder("isp1")
    }
  }

  @Test
  func `a program that the group asks for too runs once`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try scratch.write("echo $SIAGA_UPLINK >>\(scratch.file("runs"))", to: "check")
    let configuration = Self.configuration("[program, gateway]")
      .replacing("check: gateway", with: "check: [gateway, program]")
      .replacing(
        "groups:",
        with:
          "  program: { exec: [/bin/sh, \(scratch.file("check"))], every: 200ms, timeout: 200ms }\n"
          + "groups:")
    try await Scene.run(configuration) { _ in
      // Both are asked at the same pace, so neither is ever far ahead.
      try waitUntil("it has run ten times", within: .seconds(10)) {
        ((try? scratch.read("runs")) ?? "").split(separator: "\n").count >= 10
      }
      let runs = try scratch.read("runs").split(separator: "\n")
      let ahead = runs.count { $0 == "isp1" } - runs.count { $0 == "isp2" }
      #expect(abs(ahead) <= 2)
    }
  }
}
