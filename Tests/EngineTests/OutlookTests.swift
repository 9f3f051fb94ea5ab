import Config
import Engine
import Model
import Testing

/// What a member that does not hold still has to do, and until when.
struct OutlookTests {
  private static let check = Rig.configuration(
    uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1), timeout: .milliseconds(500),
    fall: 2, rise: 5,
    damping: Damping(base: .seconds(10), max: .seconds(600), forget: .seconds(600)))

  private func silenced(_ configuration: Configuration) -> Rig {
    var rig = Rig(configuration)
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(30))
    return rig
  }

  private func outlook(_ rig: Rig) -> [String] {
    (rig.engine.explanation(of: "internet", clock: rig.clock)?.sentences ?? [])
      .filter { $0.hasPrefix("  isp1") && !$0.hasPrefix("  isp1:") }
  }

  @Test
  func `one that answers nothing is told what it takes`() {
    #expect(
      outlook(silenced(Self.check)) == [
        "  isp1 answers none now (gateway 10.10.1.1): up after 5 answers in a row, 4 s from the "
          + "first."
      ])
  }

  @Test
  func `one that answers again is told how far it is, and until when`() {
    var rig = silenced(Self.check)
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .milliseconds(3_200))
    let clock = rig.clock
    let lines = outlook(rig)
    #expect(lines.count == 1)
    let line = lines.first ?? ""
    #expect(line.hasPrefix("  isp1 answered 3 of 5 probes in a row (gateway 10.10.1.1): up at "))
    #expect(line.hasSuffix(" if nothing is lost."))
    // It is so, to the second.
    let told = line.split(separator: " ").first { $0.hasPrefix("00:") }.map { String($0) }
    rig.run(for: .seconds(4))
    #expect(rig.engine.decisions.last?.preferred == [Rig.isp1])
    let at = rig.engine.decisions.last.map { clock.timestamp(of: $0.at).second }
    #expect(told == at)
  }

  @Test
  func `what the next return costs is told, and until when`() {
    var rig = silenced(Self.check)
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway2]
    rig.run(for: .seconds(30))
    rig.answering = [Rig.gateway1, Rig.gateway2]
    rig.run(for: .milliseconds(3_200))
    let line = outlook(rig).first ?? ""
    #expect(line.contains("; held back for 10 s, until "), "\(line)")
    #expect(line.hasSuffix("(return 2 since it was calm)."))
  }

  @Test
  func `what failback asks besides is told`() {
    let window = DailyWindow(from: 60, to: 300)
    for (failback, words) in [
      (Failback.manual, "; failback is manual (`siaga failback internet`)."),
      (
        .delayed(after: .seconds(60), between: window),
        "; failback once it has been good for 1 min, between 01:00-05:00."
      ),
    ] {
      let rig = silenced(
        Rig.configuration(
          uplinks: [Rig.uplink(1), Rig.uplink(2)], every: .seconds(1),
          timeout: .milliseconds(500), failback: failback))
      #expect(outlook(rig).first?.hasSuffix(words) == true, "\(outlook(rig))")
    }
  }
}
