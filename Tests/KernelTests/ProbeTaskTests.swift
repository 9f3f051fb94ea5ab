import Glibc
import Kernel
import Lab
import Model
import Synchronization
import Testing

/// Programs and files off the loop, without a daemon.
struct ProbeTaskTests {
  /// What came of probes, from any thread.
  private final class Answers: Sendable {
    let all = Mutex<[ProbeID: ProbeResult]>([:])
  }

  private static func probe(_ number: Int, _ sequence: UInt64 = 0) -> ProbeID {
    ProbeID(
      member: .uplink(UplinkName("isp\(number)")), check: "check", family: .ipv4, place: 0,
      sequence: sequence)
  }

  /// Runs a script to its end.
  private static func result(
    _ script: String, within limit: Duration = .seconds(5)
  ) throws -> ProbeResult {
    let answers = Answers()
    let tasks = ProbeTasks { probe, result in answers.all.withLock { $0[probe] = result } }
    let refusal = tasks.run(
      ["/bin/sh", "-c", script], environment: ["SIAGA_UPLINK=isp1"], within: limit, for: probe(1))
    #expect(refusal == nil)
    try waitUntil("an answer", within: .seconds(10)) { answers.all.withLock { !$0.isEmpty } }
    return try #require(answers.all.withLock { $0[probe(1)] })
  }

  @Test
  func `a program has the environment it is given, PATH, and nothing to read`() throws {
    #expect(
      try Self.result("cat; test $SIAGA_UPLINK = isp1 && ls / >/dev/null && [ -z $HOME ]") == .ok)
    #expect(
      try Self.result("env | grep -vE '^(SIAGA_UPLINK|PATH|PWD|_|SHLVL|OLDPWD)='; exit 7")
        == .refused("exit status 7"))
  }

  @Test
  func `much output is passed over, without end is cut off`() throws {
    #expect(try Self.result("head -c 900000 /dev/zero") == .ok)
    guard case .refused = try Self.result("exec cat /dev/zero") else {
      Issue.record("it went on for ever")
      return
    }
  }

  @Test
  func `who leaves a child behind with its output open is not waited for`() throws {
    let before = Moment.now
    #expect(try Self.result("sleep 30 & exit 0") == .ok)
    #expect(Moment.now - before < .seconds(4))
  }

  @Test
  func `a program that hangs is killed soon after its time, also when it will not hear`() throws {
    let before = Moment.now
    #expect(
      try Self.result("trap '' TERM; sleep 30", within: .milliseconds(200))
        == .refused("it took longer than 200ms and was killed"))
    #expect(Moment.now - before < .seconds(3))
  }

  @Test
  func `only so many run at once, and of one run only two`() throws {
    let answers = Answers()
    let tasks = ProbeTasks { probe, result in answers.all.withLock { $0[probe] = result } }
    let run = { (probe: ProbeID) in
      tasks.run(["/bin/sleep", "30"], environment: [], within: .seconds(1), for: probe)
    }
    #expect(run(Self.probe(1, 1)) == nil)
    #expect(run(Self.probe(1, 2)) == nil)
    #expect(run(Self.probe(1, 3)) == .skipped("the last two times are not over yet"))
    for number in 3...ProbeTasks.most { #expect(run(Self.probe(number)) == nil) }
    #expect(run(Self.probe(99)) == .unsent("16 programs and files are under way"))
    try waitUntil("all are killed", within: .seconds(10)) {
      answers.all.withLock { $0.count == ProbeTasks.most }
    }
    #expect(run(Self.probe(99)) == nil)
    try waitUntil("it is killed too", within: .seconds(10)) {
      answers.all.withLock { $0.count == ProbeTasks.most + 1 }
    }
  }
}
