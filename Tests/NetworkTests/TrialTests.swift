import Client
import Glibc
import Lab
import Model
import Testing

/// `apply --confirm`: nothing of a change stays unless somebody says so.
@Suite(.serialized, .enabled(if: Environment.isRoot, "needs root"))
struct TrialTests {
  /// The other way round, and with another address.
  private static let other = SeedConfiguration.fast.text
    .replacing("[[isp1], [isp2]]", with: "[[isp2], [isp1]]")
    .replacing("10.20.1.2/24", with: "10.20.1.3/24")

  private static func run(
    _ text: String = other, _ body: (Scene, _ file: String) async throws -> Void
  ) async throws {
    try await Scene.run { scene in
      try await scene.awaitHolder("isp1")
      try await scene.awaitHealth()
      let scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write(text, to: "other.yaml")
      try await body(scene, scratch.file("other.yaml"))
    }
  }

  @Test
  func `what nobody confirms goes back to the last route`() async throws {
    try await Self.run { scene, file in
      let before = try scene.kernel()
      let applied = try scene.siaga("apply", file, "--confirm", "2s")
      #expect(applied.exit.isSuccess, "\(applied.errors)")
      #expect(applied.output.contains("on trial as 1 until"))
      try await scene.awaitHolder("isp2")
      #expect(try scene.siaga("status").output.contains("configuration 1 of"))
      #expect(try scene.ip("addr").contains("10.20.1.3/24"))
      try await scene.awaitHolder("isp1", within: .seconds(8))
      try await scene.await("all is as before") { _ in (try? scene.kernel()) == before }
      #expect(try Command.run("cat", list: [scene.config]) == SeedConfiguration.fast.text)
      #expect(try await scene.client.status().trial == nil)
      let late = try scene.siaga("confirm")
      #expect(late.exit == .status(1))
      #expect(late.errors.contains("too late: configuration 1 was not confirmed in time"))
    }
  }

  @Test
  func `what is confirmed stays and is stored, once`() async throws {
    try await Self.run { scene, file in
      #expect(try scene.siaga("apply", file, "--confirm", "20s").exit.isSuccess)
      try await scene.awaitHolder("isp2")
      #expect(try Command.run("cat", list: [scene.config]) == SeedConfiguration.fast.text)
      let confirmed = try scene.siaga("confirm")
      #expect(confirmed.output.contains("configuration 1 is confirmed and stored as"))
      #expect(try Command.run("cat", list: [scene.config]) == Self.other)
      let again = try scene.siaga("confirm", "1")
      #expect(again.exit == .status(1))
      #expect(again.errors.contains("configuration 1 was confirmed by"))
      scene.daemon.kill()
      try scene.daemon.start()
      try await scene.awaitHolder("isp2")
    }
  }

  @Test
  func `a daemon that is killed on the way begins with what was before`() async throws {
    try await Self.run { scene, file in
      let before = try scene.kernel()
      #expect(try scene.siaga("switch", "internet", "isp1").exit.isSuccess)
      // Without the group, its pin would be forgotten.
      let scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write(Self.other.replacing("internet:", with: "office:"), to: "renamed.yaml")
      #expect(
        try scene.siaga("apply", scratch.file("renamed.yaml"), "--confirm", "60s").exit.isSuccess)
      try await scene.await("it is on trial") {
        $0.groups.first?.name == "office" && $0.unfinished == 0
      }
      scene.daemon.kill()
      try scene.daemon.start()
      try await scene.awaitHolder("isp1")
      try await scene.await("all is as before") { _ in (try? scene.kernel()) == before }
      let status = try await scene.client.status()
      #expect(status.groups[0].name == "internet" && status.groups[0].pinned == "isp1")
      #expect(status.trial == nil)
      #expect(scene.daemon.logTail().contains("nobody had confirmed it"))
      #expect(try scene.siaga("confirm").errors.contains("nothing is on trial"))
    }
  }

  @Test
  func `a pin that the change forgot is back when it goes back`() async throws {
    try await Self.run(Self.other.replacing("internet:", with: "office:")) { scene, file in
      #expect(try scene.siaga("switch", "internet", "isp2").exit.isSuccess)
      #expect(try scene.siaga("apply", file, "--confirm", "1s").exit.isSuccess)
      let back = try await scene.await("it is back", within: .seconds(8)) {
        $0.groups.first?.name == "internet" && $0.unfinished == 0 && $0.trial == nil
      }
      #expect(back.groups[0].pinned == "isp2")
    }
  }

  @Test
  func `health confirms where it is asked to, and only when all is well`() async throws {
    try await Self.run { scene, file in
      #expect(
        try scene.siaga("apply", file, "--confirm", "20s", "--confirm-when-healthy").exit.isSuccess)
      try await scene.await("it is confirmed") { $0.trial == nil }
      #expect(try Command.run("cat", list: [scene.config]) == Self.other)
    }
    // Whom it asks does not answer.
    let mute = Self.other.replacing("ping: gateway", with: "ping: 203.0.113.99")
    try await Self.run(mute) { scene, file in
      #expect(
        try scene.siaga("apply", file, "--confirm", "4s", "--confirm-when-healthy").exit.isSuccess)
      let back = try await scene.await("it went back", within: .seconds(10)) {
        $0.trial == nil && $0.unfinished == 0
      }
      #expect(back.groups[0].active == ["isp1"])
      #expect(try Command.run("cat", list: [scene.config]) == SeedConfiguration.fast.text)
    }
  }

  @Test
  func `who did not apply it must name it, and a later one takes the place`() async throws {
    try await Self.run { scene, file in
      let text = try Command.run("cat", list: [file])
      _ = try await scene.client.apply(configuration: text, trial: 60, by: "alice")
      let other = try await refusal { _ = try await scene.client.confirm(by: "bob") }
      #expect(other.contains("configuration 1 was applied by alice at"))
      #expect(other.contains("say `siaga confirm 1` if you mean it"))
      _ = try await scene.client.apply(configuration: text, trial: 60, by: "bob")
      let older = try await refusal { _ = try await scene.client.confirm(1, by: "alice") }
      #expect(older.contains("configuration 1 was superseded by 2"))
      let unknown = try await refusal { _ = try await scene.client.confirm(9, by: "alice") }
      #expect(unknown.contains("there was no configuration 9; the last was 2"))
      _ = try await scene.client.confirm(2, by: "alice")
    }
  }

  @Test
  func `applied for good, or read from the file, nothing is on trial any more`() async throws {
    try await Self.run { scene, file in
      #expect(try scene.siaga("apply", file, "--confirm", "60s").exit.isSuccess)
      try await scene.awaitHolder("isp2")
      scene.daemon.program.signal(SIGHUP)
      try await scene.awaitHolder("isp1")
      #expect(try await scene.client.status().trial == nil)
      #expect(try scene.siaga("apply", file, "--confirm", "2s").exit.isSuccess)
      #expect(try scene.siaga("apply", file).exit.isSuccess)
      #expect(try scene.siaga("confirm").errors.contains("was replaced for good"))
      try await Task.sleep(for: .seconds(3))  // to see that nothing goes back
      try await scene.awaitHolder("isp2")
    }
  }

  @Test(arguments: [
    (["--confirm", "never"], "--confirm"), (["--confirm", "2d"], "--confirm"),
    (["--confirm-when-healthy"], "needs --confirm TIME"),
  ])
  func `wrong terms are refused`(words: [String], part: String) throws {
    let outcome = try Command([Scene.executable, "apply", "/dev/null"] + words).outcome()
    #expect(outcome.exit == .status(2))
    #expect(outcome.errors.contains(part), "\(outcome.errors)")
  }

  private func refusal(_ body: () async throws -> Void) async throws -> String {
    do {
      try await body()
    } catch DaemonError.refused(let refusal, _) {
      return refusal.error
    }
    Issue.record("it was not refused")
    return ""
  }
}

extension Scene {
  /// All that is in the kernel for packets to go by.
  fileprivate func kernel() throws -> [String] {
    [
      try ip("route", "show", "table", "all"), try ip("rule"), try ip("-o", "addr", "show"),
    ].map { text in
      text.split(separator: "\n").map { $0.replacing(/valid_lft.*/, with: "") }.sorted()
        .joined(separator: "\n")
    }
  }
}
