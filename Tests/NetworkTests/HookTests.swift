import Client
import Glibc
import Lab
import Model
import Testing

/// Programs that are told, on a real machine: what they hear, and that they are never in the way.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct HookTests {
  /// The seed's file with hooks: each a script of the shell, perhaps with a time limit.
  private static func configuration(_ scripts: String..., timeout: String = "30s") -> String {
    let hooks = scripts.map {
      "  - { run: [/bin/sh, \"-c\", '\($0)'], timeout: \(timeout) }\n"
    }
    return "on-change:\n\(hooks.joined())" + SeedConfiguration.fast.text
  }

  /// Puts what it was told at the end of a file, a line a change.
  private static func scribe(_ path: String, _ words: String = "$SIAGA_FROM/$SIAGA_TO") -> String {
    "echo \"\(words)\" >>\(path)"
  }

  private static func lines(_ scratch: ScratchDirectory, _ name: String) -> [String] {
    // Until the first line is written there is no file.
    ((try? scratch.read(name)) ?? "").split(separator: "\n").map { String($0) }
  }

  @Test
  func `hooks are told of each change, one after the other, and a restart tells nothing`()
    async throws
  {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let (first, second) = (scratch.file("first"), scratch.file("second"))
    let words = "$SIAGA_GROUP|$SIAGA_HOLDS|$SIAGA_FROM|$SIAGA_TO|$SIAGA_STATE_BEFORE|$SIAGA_STATE"
    let configuration = Self.configuration(
      "sleep 0.1; " + Self.scribe(first, words),
      "tail -n 1 \(first) >>\(second); " + Self.scribe(second, "$SIAGA_REASON, $SIAGA_AT"))
    try await Scene.run(configuration) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try scene.network.isp1.cable.pull()
      try await scene.awaitHolder("isp2")
      try scene.network.isp1.cable.plug()
      try await scene.awaitHolder("isp1")
      try waitUntil("all is told", within: .seconds(10)) {
        Self.lines(scratch, "second").count >= 6
      }
      let told = [
        "internet|route default||isp1||normal",
        "internet|route default|isp1|isp2|normal|failed-over",
        "internet|route default|isp2|isp1|failed-over|normal",
      ]
      #expect(Self.lines(scratch, "first") == told)
      let heard = Self.lines(scratch, "second")
      #expect([heard[0], heard[2], heard[4]] == told)
      #expect(heard[3].hasPrefix("isp1 cannot be used: its interface has no carrier, 20"))
      #expect(scene.daemon.end().isSuccess)
      try scene.daemon.start()
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      // What is told comes in order: the next change would come after one that nobody made.
      try scene.network.isp1.cable.pull()
      try waitUntil("the next is told", within: .seconds(10)) {
        Self.lines(scratch, "second").count >= 8
      }
      #expect(Self.lines(scratch, "first").dropFirst(3) == [told[1]])
      let metrics = try await scene.client.metrics()
      #expect(metrics.contains("siaga_hooks_run_total 2\n"))
      #expect(metrics.contains("siaga_hooks_failed_total 0\n"))
    }
  }

  @Test
  func `a hook that hangs delays no switch and no end, and ends with the daemon`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let mark = scratch.file("hanging")
    // It does not want to end either, and has begun another.
    let hangs = "trap \"\" TERM; sleep 60 & echo $$ $! >>\(mark); wait; sleep 60"
    try await Scene.run(Self.configuration(hangs)) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try waitUntil("the hook hangs", within: .seconds(5)) {
        Self.lines(scratch, "hanging").count == 1
      }
      for _ in 0..<2 {
        try scene.network.isp1.cable.pull()
        let away = try await scene.awaitHolder("isp2")
        #expect(try #require(away.lastSwitch?.tookMs) < 100)
        try scene.network.isp1.cable.plug()
        let back = try await scene.awaitHolder("isp1")
        #expect(try #require(back.lastSwitch?.tookMs) < 100)
      }
      #expect(Self.lines(scratch, "hanging").count == 1)
      let asked = Moment.now
      #expect(scene.daemon.end().isSuccess)
      #expect(Moment.now - asked < .seconds(3))
      #expect(scene.daemon.logTail().contains("4 changes are told to no hook"))
      for process in Self.lines(scratch, "hanging")[0].split(separator: " ") {
        let process = try #require(Int32(process))
        try waitUntil("\(process) is gone", within: .seconds(5)) { Self.isGone(process) }
      }
    }
  }

  /// One that ended and was not reaped yet is gone too.
  private static func isGone(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0 else { return true }
    let stat = (try? Command.run("cat", "/proc/\(process)/stat")) ?? ") Z"
    return stat.contains(") Z")
  }

  @Test
  func `one that takes too long is ended, and the next change is told`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let file = scratch.file("told")
    let slow = Self.scribe(file) + "; [ \"$SIAGA_TO\" = isp2 ] && exec sleep 60; true"
    try await Scene.run(Self.configuration(slow, timeout: "300ms")) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try scene.network.isp1.cable.pull()
      try await scene.await("it is said", within: .seconds(10)) { status in
        status.troubles.contains { $0.contains("took longer than 300ms, and was ended") }
      }
      try scene.network.isp1.cable.plug()
      try await scene.await("it works again", within: .seconds(10)) { $0.troubles.isEmpty }
      #expect(Self.lines(scratch, "told") == ["/isp1", "isp1/isp2", "isp2/isp1"])
    }
  }

  @Test(arguments: [
    ("exec yes", "said more than 16 MiB, and was ended"),
    ("kill -9 $$", "was ended by signal 9"),
    ("kill -9 0", "was ended by signal 9"),
    ("echo one; echo two >&2; exit 7", "exited with 7, and said: one / two"),
    ("exec /no/such/program", "exited with 127"),
    ("sleep 60 & exit 3", "exited with 3, and said nothing"),
  ])
  func `one that floods, fails or kills itself is told of, and harms nobody`(
    script: String, complaint: String
  ) async throws {
    try await Scene.run(Self.configuration(script)) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      try scene.network.isp1.cable.pull()
      let group = try await scene.awaitHolder("isp2")
      #expect(try #require(group.lastSwitch?.tookMs) < 100)
      let status = try await scene.await("it is said", within: .seconds(10)) { status in
        status.troubles.contains { $0.contains(complaint) }
      }
      #expect(status.troubles.count == 1)
      #expect(status.troubles[0].hasPrefix("hook /bin/sh (`on-change`): it "))
      #expect(scene.daemon.logTail(lines: 30).contains(complaint))
    }
  }

  @Test
  func `a program that is not there is a trouble that names it`() async throws {
    let text = "on-change: [/no/such/program]\n" + SeedConfiguration.fast.text
    try await Scene.run(text) { scene in
      try await scene.await("it is said") { status in
        status.troubles.contains { $0.contains("cannot run /no/such/program (ENOENT") }
      }
      // What is not asked any more troubles nobody.
      try FileWriter.write(SeedConfiguration.fast.text, to: scene.config)
      scene.daemon.program.signal(SIGHUP)
      try await scene.await("it is forgotten") { $0.troubles.isEmpty }
    }
  }

  @Test
  func `of too many changes that wait the newest are kept, and it is said and counted`()
    async throws
  {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let gate = scratch.file("gate")
    let file = scratch.file("told")
    let waits = "until [ -e \(gate) ]; do sleep 0.05; done; " + Self.scribe(file, "$SIAGA_DECISION")
    try await Scene.run(Self.configuration(waits)) { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      // Changes that the kernel has no part in come as fast as they are ordered.
      for _ in 0..<35 {
        _ = try await scene.client.switchGroup("internet", to: "isp1", hard: false)
        _ = try await scene.client.automatic(group: "internet")
      }
      let status = try await scene.await("it is said") { status in
        status.troubles.contains { $0.contains("6 changes were told to no hook") }
      }
      #expect(status.groups.first?.active == ["isp1"])
      #expect(try await scene.client.metrics().contains("siaga_hooks_dropped_total 6\n"))
      try scratch.write("", to: "gate")
      try waitUntil("the others are told", within: .seconds(20)) {
        Self.lines(scratch, "told").count == 65
      }
      let told = Self.lines(scratch, "told").compactMap { Int($0) }
      let last = try #require(told.last)
      #expect(Array(told.dropFirst()) == Array(last - 63...last))
    }
  }
}
