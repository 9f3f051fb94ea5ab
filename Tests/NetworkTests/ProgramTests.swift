import Client
import Glibc
import Lab
import Model
import Testing

/// `exec` checks: whatever a program does, the daemon goes on, and nothing of it is left.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct ProgramTests {
  /// Runs a daemon whose check is a program that does for isp1 what the test says.
  private func misbehaving(_ body: (Scene, ScratchDirectory) async throws -> Void) async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    try scratch.write(Self.program, to: "check")
    try scratch.write("well", to: "conduct")
    let command = "[/bin/sh, \(scratch.file("check")), \(scratch.file("conduct"))]"
    let configuration = SeedConfiguration.fast.text
      .replacing("ping: gateway", with: "exec: \(command)")
      .replacing("every: 100ms, timeout: 100ms, fall: 3", with: "every: 300ms, fall: 2")
      .replacing("fall: 2", with: "timeout: 300ms, fall: 2")
    try await Scene.run(configuration) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try await body(scene, scratch)
      try scratch.write("well", to: "conduct")
      try await scene.awaitHolder("isp1")
      #expect(scene.daemon.isRunning)
      try await scene.await("nothing is left") { _ in
        (try? Command.run("pgrep", list: ["-f", Self.marker])) == nil
      }
    }
  }

  /// A number of seconds that nobody else sleeps for.
  private static let marker = "98765\(getpid())"

  private static let program = """
    [ "$SIAGA_UPLINK" = isp1 ] || exit 0
    case $(cat "$1") in
      well) exit 0 ;;
      badly) echo "no answer by $SIAGA_INTERFACE from $SIAGA_ADDRESS to $SIAGA_GATEWAY"; exit 3 ;;
      hang) trap '' TERM; sleep \(marker) & wait; sleep \(marker) ;;
      flood) exec cat /dev/zero ;;
      fork) sleep \(marker) & sleep \(marker) & exit 1 ;;
      die) kill -9 $$ ;;
      close) exec >&- 2>&-; sleep \(marker) ;;
    esac
    """

  /// What it does, and what is told of it.
  @Test(arguments: [
    ("badly", "failed: exit status 3, no answer by ether1 from 10.10.1.2 to 10.10.1.1"),
    ("hang", "failed: it took longer than 300ms and was killed"),
    ("flood", "failed: "), ("fork", "failed: exit status 1"), ("die", "failed: exit status 137"),
    ("close", "failed: it took longer than 300ms and was killed"),
  ])
  func `a program that misbehaves takes its link down, and nothing else`(
    conduct: String, note: String
  ) async throws {
    try await misbehaving { scene, scratch in
      try scratch.write(conduct, to: "conduct")
      try await scene.awaitHolder("isp2")
      try await scene.await("it is told") {
        $0.groups[0].members[0].checks[0].note?.hasPrefix(note) == true
      }
    }
  }

  @Test
  func `a program that is not there cannot probe, and calls nobody down`() async throws {
    let configuration = SeedConfiguration.fast.text
      .replacing("ping: gateway", with: "exec: [/nowhere/check]")
    try await Scene.run(configuration) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.await("it is told") {
        $0.groups[0].members[0].checks[0].note?.hasPrefix("cannot probe: cannot run /nowhere")
          == true
      }
      let status = try await scene.client.status()
      #expect(status.groups[0].members.allSatisfy { $0.health == .unknown })
    }
  }

  /// The processes that sleep as the test told them to.
  private static var sleepers: [Int32] {
    ((try? Command.run("pgrep", list: ["-f", "^sleep \(marker)"])) ?? "")
      .split(separator: "\n").compactMap { Int32($0) }
  }

  @Test
  func `a daemon that is killed takes its programs along, and the next runs none twice`()
    async throws
  {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let sleeps = "trap '' TERM HUP; sleep \(Self.marker) & sleep \(Self.marker) & wait; wait"
    try scratch.write("echo $SIAGA_UPLINK >>\(scratch.file("begun")); \(sleeps)", to: "check")
    try scratch.write(sleeps, to: "hook")
    let configuration =
      "on-change: [[/bin/sh, \(scratch.file("hook"))]]\n"
      + SeedConfiguration.fast.text
      .replacing("ping: gateway", with: "exec: [/bin/sh, \(scratch.file("check"))]")
      .replacing("every: 100ms, timeout: 100ms", with: "every: 1m, timeout: 1m")
    defer { Self.sleepers.forEach { kill($0, SIGKILL) } }
    try await Scene.run(configuration) { scene in
      // Two by each of two links, and two of the hook.
      try waitUntil("all sleep", within: .seconds(10)) { Self.sleepers.count == 6 }
      let killed = scene.daemon.kill()
      try waitUntil("nobody sleeps", within: .seconds(5)) { Self.sleepers.count == 0 }
      #expect(Moment.now - killed < .seconds(2))
      try scene.daemon.start()
      // What was told before is not told again.
      try waitUntil("the checks sleep", within: .seconds(10)) { Self.sleepers.count == 4 }
      let begun = try scratch.read("begun").split(separator: "\n").sorted()
      #expect(begun == ["isp1", "isp1", "isp2", "isp2"])
    }
    try waitUntil("nobody sleeps", within: .seconds(5)) { Self.sleepers.count == 0 }
  }
}
