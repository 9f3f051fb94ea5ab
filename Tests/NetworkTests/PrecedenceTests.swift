import Foundation
import Glibc
import Lab
import Model
import Testing

/// `process: { realtime, memory }` as the kernel has it.
@Suite(.enabled(if: Environment.isRoot, "needs root"))
struct PrecedenceTests {
  private static func configuration(_ process: String) -> String {
    SeedConfiguration.fast.text + "process: { \(process) }\n"
  }

  @Test
  func `the loop's thread alone has real-time priority, and what it starts has not`() async throws {
    let scratch = try ScratchDirectory(tag: Scene.tag())
    let told = scratch.file("told")
    let hook = "on-change: [[/bin/sh, -c, \"chrt -p $$ > \(told).new; mv \(told).new \(told)\"]]\n"
    try await Scene.run(Self.configuration("realtime: 10") + hook) { scene in
      try await scene.awaitHolder("isp1")
      try await eventually("the loop has it", within: .seconds(3)) {
        try scene.daemon.policies()["siaga-loop"] == [Policy(kind: SCHED_FIFO, priority: 10)]
      }
      let others = try scene.daemon.policies().filter { $0.key != "siaga-loop" }
      #expect(others.values.joined().allSatisfy { $0.kind == SCHED_OTHER })
      try await eventually("the hook was told", within: .seconds(5)) {
        FileManager.default.fileExists(atPath: told)
      }
      #expect(try String(contentsOfFile: told, encoding: .utf8).contains("SCHED_OTHER"))
    }
  }

  /// SIGXCPU is what the kernel sends a thread that runs on and on.
  @Test
  func `a loop that runs away falls behind, says so, and comes back`() async throws {
    try await Scene.run(Self.configuration("realtime: 10")) { scene in
      try await eventually("the loop has it", within: .seconds(5)) {
        try scene.daemon.policies()["siaga-loop"] == [Policy(kind: SCHED_FIFO, priority: 10)]
      }
      scene.daemon.program.signal(SIGXCPU)
      try await scene.await("it says so") { status in
        status.troubles.contains { $0.contains("ran for 500 ms without a pause") }
      }
      #expect(try scene.daemon.policies()["siaga-loop"]?.first?.kind == SCHED_OTHER)
      try await scene.await("it is well again", within: .seconds(20)) { $0.troubles.isEmpty }
      #expect(try scene.daemon.policies()["siaga-loop"]?.first?.kind == SCHED_FIFO)
    }
  }

  @Test
  func `memory is locked, costs no more of it, and is let go by another file`() async throws {
    try await Scene.run(Self.configuration("memory: locked")) { scene in
      try await scene.awaitHolder("isp1")
      try await eventually("memory is locked", within: .seconds(3)) {
        try scene.daemon.kibibytes("VmLck") > 10_000
      }
      print("locked: \(try scene.daemon.kibibytes("VmRSS")) KiB resident")
      let file = scene.config + ".new"
      try SeedConfiguration.fast.text.write(toFile: file, atomically: true, encoding: .utf8)
      defer { unlink(file) }
      #expect(try scene.siaga("apply", file).exit.isSuccess)
      try await eventually("memory is let go", within: .seconds(3)) {
        try scene.daemon.kibibytes("VmLck") == 0
      }
    }
  }

  @Test
  func `what the kernel refuses is told, and the daemon goes on`() async throws {
    let network = try SeedNetwork(tag: Scene.tag())
    let result = await Result {
      let scratch = try ScratchDirectory(tag: Scene.tag())
      try scratch.write(Self.configuration("realtime: 10, memory: locked"), to: "siaga.yaml")
      let daemon = try Program(
        network.gateway.command([
          "prlimit", "--rtprio=0", "--memlock=65536:65536", "capsh",
          "--drop=cap_sys_nice,cap_ipc_lock,cap_sys_resource", "--",
          "-c",
          "exec \(Scene.executable) run --config \(scratch.file("siaga.yaml")) "
            + "--socket \(scratch.file("api.sock")) --state-dir \(scratch.file("state"))",
        ]), log: scratch.file("log"))
      defer { daemon.end() }
      let status = [Scene.executable, "status", "--socket", scratch.file("api.sock")]
      try await eventually("it says both, and holds", within: .seconds(10)) {
        let said = try Command(status).outcome().output
        return said.contains("refuses real-time priority 10 (EPERM)")
          && said.contains("LimitRTPRIO=10") && said.contains("LimitMEMLOCK=infinity")
      }
      try await eventually("it holds", within: .seconds(10)) {
        try Command(status).outcome().output.contains("held by isp1")
      }
    }
    try network.tearDown()
    try result.get()
  }
}

extension Result where Failure == any Error, Success == Void {
  fileprivate init(_ body: () async throws -> Void) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}

private struct Policy: Equatable {
  let kind: Int32
  let priority: Int32
}

extension GatewayDaemon {
  /// Of each thread, by its name.
  fileprivate func policies() throws -> [String: [Policy]] {
    var found: [String: [Policy]] = [:]
    for task in try Directory.names(in: "/proc/\(program.pid)/task") {
      guard let thread = Int32(task) else { continue }
      let name = try String(
        contentsOfFile: "/proc/\(program.pid)/task/\(task)/comm", encoding: .utf8)
      var parameter = sched_param()
      sched_getparam(thread, &parameter)
      // SCHED_RESET_ON_FORK is a bit beside it.
      let kind = sched_getscheduler(thread) & 0xff
      found[name.trimmingCharacters(in: .newlines), default: []].append(
        Policy(kind: kind, priority: parameter.sched_priority))
    }
    return found
  }

  fileprivate func kibibytes(_ what: String) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(program.pid)/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(what):") }
    return try #require(
      line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) })
  }
}
