import Client
import Glibc
import Lab
import Model
import Testing

extension Faults {
  /// Somebody at the provider sends answers that nobody asked for.
  struct ForgedRepliesTests {
    @Test
    func `a flood of forged replies is no verdict, and delays neither a switch nor an answer`()
      async throws
    {
      try await Scene.steady(asked: 2) { scene in
        let storm = try EchoStorm(
          for: .seconds(4), from: scene.network.isp2, to: scene.network.gateway)
        try await Task.sleep(for: .milliseconds(500))
        try await scene.switchesInTime()
        let asked = Moment.now
        _ = try await scene.client.status()
        #expect(Moment.now - asked < .seconds(3))
        let sent = try storm.end()
        #expect(sent > 20_000, "only \(sent) were sent")
      }
    }

    /// They come from the right address, so that only what is in them tells them from the gateway's.
    @Test
    func `a mute gateway is down, whoever answers in its place`() async throws {
      try await Scene.steady(asked: 2) { scene in
        let storm = try EchoStorm(
          for: .seconds(3), from: scene.network.isp1, to: scene.network.gateway)
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
