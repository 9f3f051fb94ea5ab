import Lab
import Testing

/// `siaga demo --kind bond`, played.
@Suite(.serialized, .needsBonding)
struct BondDemoTests {
  @Test
  func `every fault of a bond's ports is survived, without its daemon too`() throws {
    let outcome = try Command(
      [LabDaemon.executable, "demo", "--kind", "bond", "--fast"], timeout: .seconds(120)
    ).outcome()
    #expect(outcome.exit.isSuccess, "\(outcome.output)\(outcome.errors)")
    for words in [
      "eth0's switch mute", "eth0 carries, unwatched", "eth0 carries again",
      "This machine's own network was not touched",
    ] {
      #expect(outcome.output.contains(words), "\(outcome.output)")
    }
  }
}
