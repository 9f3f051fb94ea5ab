import Glibc
import Lab
import Testing

/// `siaga demo`, played: it measures, so nothing else runs beside it.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct PlayedDemoTests {
  @Test
  func `every fault of two routers is survived, and nothing is left behind`() throws {
    let before = try namespaces()
    let outcome = try Command(
      [Scene.executable, "demo", "--ha", "--fast"], timeout: .seconds(120)
    ).outcome()
    #expect(outcome.exit.isSuccess, "\(outcome.output)\(outcome.errors)")
    for row in ["a loses its power", "stalls (SIGSTOP)", "do not hear each other"] {
      #expect(outcome.output.contains(row))
    }
    #expect(outcome.output.contains("This machine's own network was not touched"))
    #expect(try namespaces() == before)
  }

  @Test
  func `a fault of two links is survived`() throws {
    let outcome = try Command(
      [Scene.executable, "demo", "--fast", "--fault", "carrier"], timeout: .seconds(60)
    ).outcome()
    #expect(outcome.exit.isSuccess, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("isp1 carries again"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `interrupted while a router is down, it takes its network away`(signal: Int32) throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let before = try namespaces()
    let demo = try Program(
      [Scene.executable, "demo", "--ha", "--fast", "--fault", "stall"], log: scratch.file("said"))
    try waitUntil("the fault begins", within: .seconds(30)) {
      try scratch.read("said").contains("stalls (SIGSTOP)")
    }
    demo.signal(signal)
    #expect(demo.wait(atMost: .seconds(20)) == .status(130))
    #expect(try scratch.read("said").contains("Interrupted; the demo's network is removed."))
    #expect(try namespaces() == before)
    #expect(try !Command(["pgrep", "-P", "\(demo.pid)"]).outcome().exit.isSuccess)
  }

  @Test
  func `a fault of the other demo is refused, with where it is`() throws {
    let outcome = try Command([Scene.executable, "demo", "--ha", "--fault", "mute"]).outcome()
    #expect(outcome.exit == .status(2))
    #expect(outcome.errors.contains("with --kind links there is"))
    let both = try Command([Scene.executable, "demo", "--ha", "--kind", "bond"]).outcome()
    #expect(both.exit == .status(2) && both.errors.contains("--ha is --kind routers"))
  }

  @Test(.disabled(if: Environment.hasBonding, "this kernel has bonding"))
  func `a bond is refused by a kernel without bonding, with where it is played`() throws {
    let outcome = try Command([Scene.executable, "demo", "--kind", "bond"]).outcome()
    #expect(outcome.exit == .status(1))
    #expect(
      outcome.errors.contains("must have bonding") && outcome.errors.contains("make demo-bond"))
  }

  /// Those of demos; other tests may make theirs meanwhile.
  private func namespaces() throws -> [Substring] {
    try Command.run("ip", "netns", "list").split(separator: "\n").filter { $0.contains("-demo-") }
  }
}
