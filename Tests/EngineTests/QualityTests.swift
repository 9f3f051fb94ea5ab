import Config
import Engine
import Model
import Testing
import Wire

/// A first link that answers, but not well enough.
struct QualityTests {
  private static let lossy = configuration(
    Quality(window: .seconds(20), loss: Quality.Limit(down: Percent(20), up: Percent(10))))
  private static let slow = configuration(
    Quality(
      window: .seconds(20),
      latency: Quality.Limit(down: .microseconds(900), up: .microseconds(500))))

  private static func configuration(_ quality: Quality) -> Configuration {
    Rig.configuration(
      uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500),
      fall: 3, quality: quality)
  }

  /// The first gateway answers three probes of four.
  private static func losing(_ rig: inout Rig, for seconds: Int) {
    var asked = 0
    rig.run(for: .seconds(seconds)) { probe, echo in
      if probe.destination == Rig.gateway1 { asked += 1 }
      return probe.destination == Rig.gateway1 && asked.isMultiple(of: 4) ? nil : echo
    }
  }

  @Test
  func `a link that loses too much is left, and the decision says what was measured`() {
    var rig = Rig(Self.lossy)
    rig.run(for: .seconds(30))
    #expect(rig.active == ["isp1"])
    Self.losing(&rig, for: 30)
    #expect(rig.active == ["isp2"])
    #expect(
      rig.engine.decisions.last?.reason
        == "isp1 is down: 10.10.1.1 answers check gateway, but not well enough: "
        + "loss 20 % over 20 s (down at 20 %)")
    #expect(
      rig.sentences.contains(
        "isp1 does not hold it: 10.10.1.1 answers check gateway with "
          + "loss 25 % over 20 s (down at 20 %)."))
  }

  @Test
  func `on its way back it says how far it is, and it comes back at its lower limit`() {
    var rig = Rig(Self.lossy)
    rig.run(for: .seconds(30))
    Self.losing(&rig, for: 30)
    rig.run(for: .seconds(8))
    #expect(
      rig.sentences.contains(
        "isp1 does not hold it: 10.10.1.1 answers check gateway with "
          + "loss 15 % over 20 s (up again at 10 %)."))
    #expect(
      rig.sentences.last
        == "Next: isp1 gets it back once its checks are up "
        + "(gateway: one answer, probed every 1s, and good enough over 20 s).")
    rig.run(for: .seconds(8))
    #expect(rig.active == ["isp1"])
    #expect(
      rig.engine.decisions.last?.reason
        == "isp1 is up: 10.10.1.1 answers check gateway well: "
        + "over 20 s loss 10 %, latency 1 ms, jitter 0 ms")
  }

  @Test
  func `a mute link is told as mute, whatever its quality`() {
    var rig = Rig(Self.lossy)
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(10))
    #expect(
      rig.engine.decisions.last?.reason.hasPrefix(
        "isp1 is down: 10.10.1.1 answered none of the last 3 probes of check gateway") == true)
    #expect(
      rig.sentences.contains("isp1 does not hold it: 10.10.1.1 does not answer check gateway."))
  }

  /// Both gateways answer after a millisecond: the last way is not dropped for being slow.
  @Test
  func `when all links are slow the group is degraded and keeps its holder`() {
    var rig = Rig(Self.slow)
    rig.run(for: .seconds(30))
    #expect(rig.status.state == .degraded)
    #expect(rig.active == ["isp2"])  // isp1 was judged a moment before
    #expect(rig.sentences.contains { $0.contains("latency 1 ms over 20 s (down at 0.9 ms)") })
  }
}
