import Config
import Model
import Testing

/// What a group's timers come to, told beforehand.
struct TimerTests {
  private func sentences(
    _ checks: [CheckDefinition], failback: Failback = .auto, damping: Damping? = .standard
  ) -> [String] {
    let uplink = Uplink(
      name: "isp1", interface: InterfaceName("ether1")!, gateways: [IPAddress("10.10.1.1")!])
    let group = Group(
      name: "internet", holding: .route(.defaultV4), members: [Member(.uplink("isp1"), tier: 1)],
      judge: checks.isEmpty ? nil : .need(1, of: checks.map { .check($0.name) }),
      failback: failback, damping: damping)
    return Configuration(uplinks: [uplink], checks: checks, groups: [group])
      .timerSentences(of: group)
  }

  private func check(_ name: CheckName, every: Duration, fall: Int = 3) -> CheckDefinition {
    CheckDefinition(
      name: name, kind: .ping, targets: [.gateway], every: every, timeout: .milliseconds(100),
      fall: fall, rise: 2)
  }

  @Test
  func `what finds a failure first, and what holds a return back`() {
    #expect(
      sentences([check("gateway", every: .milliseconds(100))]) == [
        "Found: a lost carrier at once, a mute target within 400 ms (gateway). Return: a second "
          + "return waits 10 s, further ones up to 10 min; failback auto."
      ])
    #expect(
      sentences([], damping: nil) == [
        "Found: a lost carrier at once; nothing is probed, so a mute gateway is not found. Return: "
          + "damping is off; failback auto."
      ])
  }

  @Test
  func `two that ask the same react twice`() {
    let lines = sentences([
      check("slow", every: .seconds(10)), check("quick", every: .milliseconds(100)),
    ])
    #expect(
      lines.last
        == "Twice: slow asks what quick asks, and finds it 29.7 s later; it delays the return.")
  }

  @Test
  func `a failback or a memory shorter than a check is said`() {
    let slow = [check("gateway", every: .seconds(10))]
    let failback = sentences(slow, failback: .delayed(after: .seconds(5), between: nil))
    #expect(failback.last?.hasPrefix("Short: failback after 5 s comes before") == true)
    let forgetful = Damping(base: .seconds(1), max: .seconds(5), forget: .seconds(5))
    #expect(sentences(slow, damping: forgetful).last?.hasPrefix("Short: damping forgets") == true)
    #expect(sentences(slow, failback: .delayed(after: .seconds(60), between: nil)).count == 1)
  }
}
