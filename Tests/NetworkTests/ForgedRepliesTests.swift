import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// Somebody at the provider sends answers that nobody asked for.
  struct ForgedRepliesTests {
    private static let atLeast = 20_000  // a second; more where the machine has nothing else to do

    @Test(arguments: EchoStorm.Forger.allCases)
    func `a flood of forged replies is no verdict, and delays neither a switch nor an answer`(
      forger: EchoStorm.Forger
    ) async throws {
      try await Scene.steady(asked: 2) { scene in
        let before = try await scene.client.metrics()
        let storm = try EchoStorm(
          by: forger, for: .seconds(4), from: scene.network.isp2, to: scene.network.gateway)
        try await Task.sleep(for: .milliseconds(500))
        try await scene.switchesInTime()
        let asked = Moment.now
        _ = try await scene.client.status()
        #expect(Moment.now - asked < .seconds(3))
        // Whoever knows how ours begin may fill the socket of his link, and answers be lost there.
        if forger == .stranger { try await scene.staysUp("isp2", until: asked + .seconds(2)) }
        let sent = try storm.end()
        #expect(sent > 4 * Self.atLeast, "only \(sent) were sent")
        let after = try await scene.client.metrics()
        // Who reads much has to share the processor with those who send.
        let bound = forger == .stranger ? "0.02" : "0.1"
        for figure in ["siaga_loop_turn_seconds", "siaga_loop_lateness_seconds"] {
          let all = try after.count("\(figure)_count") - before.count("\(figure)_count")
          let quick = { (text: String) in try text.count("\(figure)_bucket{le=\"\(bound)\"}") }
          let late = try all - (quick(after) - quick(before))
          #expect(late * 20 <= all, "\(late) of \(all) later than \(bound) s: \(figure)")
        }
        let heard =
          try after.count("siaga_packets_received_total")
          - before.count("siaga_packets_received_total")
        // Else nearly all that reach it are of its own probes.
        if forger == .stranger { #expect(heard < 200, "\(heard) of \(sent) were read") }
      }
    }

    /// They come from the right address, so that only what is in them tells them from the gateway's.
    @Test(arguments: EchoStorm.Forger.allCases)
    func `a mute gateway is down, whoever answers in its place`(
      forger: EchoStorm.Forger
    ) async throws {
      try await Scene.steady(asked: 2) { scene in
        let storm = try EchoStorm(
          by: forger, for: .seconds(3), from: scene.network.isp1, to: scene.network.gateway)
        let isp1 = scene.network.isp1
        // What the storm sends goes past the routes.
        let muted = Moment.now
        try isp1.mute()
        try await scene.awaitWay(scene.network.isp2)
        #expect(Moment.now - muted < SeedConfiguration.fast.check.worstDetection + .seconds(1))
        _ = try storm.end()
        try isp1.unmute()
      }
    }
  }
}

extension Scene {
  fileprivate func staysUp(_ name: String, until end: Moment) async throws {
    while Moment.now < end {
      let member = try await client.status().groups[0].members.first { $0.name == name }
      #expect(member?.health == .up)
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}

extension String {
  /// The value of one line of /metrics.
  fileprivate func count(_ name: String) throws -> Int {
    let line = split(separator: "\n").first { $0.hasPrefix("\(name) ") }
    return try #require((line?.split(separator: " ").last).flatMap { Int($0) })
  }
}
