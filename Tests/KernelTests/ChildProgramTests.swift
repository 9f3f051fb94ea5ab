import Glibc
import Kernel
import Lab
import Testing

/// Programs that we run, and what they may not do to us.
struct ChildProgramTests {
  private func shell(_ script: String, limit: Duration? = .seconds(20)) -> ChildProgram {
    var program = ChildProgram(["sh", "-c", script])
    program.timeLimit = limit
    return program
  }

  @Test
  func `how it ended and what it said is told`() throws {
    let outcome = try shell("echo to one; echo to two >&2; exit 3").run()
    #expect(outcome.ending == .exited(3))
    #expect(outcome.output == "to one\nto two\n")
    #expect(try shell("kill -9 $$").run().ending == .signalled(9))
    #expect(try shell("true").run().isSuccess)
  }

  @Test
  func `a program that is not there is an error that says so`() {
    #expect(throws: SystemError(code: ENOENT, what: "run /no/such/program")) {
      try ChildProgram(["/no/such/program"]).run()
    }
  }

  @Test
  func `it begins with nothing of ours but what it is given`() throws {
    let pipe = try Descriptor(open("/dev/null", O_RDONLY), for: "leave a descriptor open")
    var program = shell("pwd; echo $COLOUR; ls /proc/self/fd | wc -l; wc -c; ps -o pgid= -p $$")
    program.environment = ["COLOUR": "red"]
    let lines = try program.run().output.split(separator: "\n")
    // Its own three, and the one by which `ls` reads the directory.
    #expect(lines.prefix(4) == ["/", "red", "4", "0"])
    #expect(lines.last.map { $0.trimmingPrefix { $0 == " " } } != "\(getpgrp())")
    #expect(pipe.number > 2)
  }

  @Test
  func `signals that we block or ignore are as usual for it`() throws {
    // Nobody misses this one.
    let before = signal(SIGURG, SIG_IGN)
    defer { signal(SIGURG, before) }
    let output = try shell("exec grep -E 'Sig(Blk|Ign)' /proc/self/status").run().output
    let sets = output.split(separator: "\n").compactMap {
      UInt64($0.split(separator: "\t").last ?? "", radix: 16)
    }
    // Those from 32 on are the C library's own, and nobody can set them.
    #expect(sets.map { $0 & 0x7fff_ffff } == [0, 0], "\(output)")
  }

  @Test
  func `what is given to read is read, however much, or not at all`() throws {
    var reader = shell("wc -c")
    reader.input = String(repeating: "x", count: 1_000_000)
    #expect(try reader.run().output == "1000000\n")
    var deaf = shell("exit 0")
    deaf.input = reader.input
    #expect(try deaf.run().isSuccess)
  }

  @Test
  func `of what it says the first is kept, and a flood is stopped`() throws {
    var talker = shell("head -c 300000 /dev/zero | tr '\\0' x")
    talker.outputLimit = 100
    let outcome = try talker.run()
    #expect(outcome.isSuccess)
    #expect(outcome.output == String(repeating: "x", count: 100))
    #expect(try shell("exec cat /dev/zero").run().ending == .flooded)
  }

  @Test
  func `its time over, it is asked to end, and all that it began`() throws {
    let scratch = try ScratchDirectory(tag: "programs")
    let mark = scratch.file("asked")
    let outcome = try shell(
      "trap 'echo asked > \(mark); exit 0' TERM; sleep 1000 & wait", limit: .seconds(1)
    ).run()
    #expect(outcome.ending == .timedOut(.seconds(1)))
    #expect(try scratch.read("asked") == "asked\n")
  }

  @Test
  func `who does not listen is made to end`() throws {
    let begun = Moment.now
    let outcome = try shell(
      "trap '' TERM; echo begun; while :; do sleep 1000; done", limit: .seconds(1)
    ).run()
    #expect(outcome.ending == .timedOut(.seconds(1)))
    #expect(outcome.output == "begun\n")
    #expect(Moment.now - begun < .seconds(10))
  }

  @Test
  func `what it leaves behind is ended, and is not waited for`() throws {
    let outcome = try shell("sleep 1000 & echo $!").run()
    #expect(outcome.isSuccess)
    let left = try #require(Int32(outcome.output.prefix { $0 != "\n" }))
    // A zombie that init has not reaped yet is dead too.
    try waitUntil("what it left behind is gone", within: .seconds(5)) {
      kill(left, 0) != 0 || Self.state(of: left) == "Z"
    }
  }

  private static func state(of process: Int32) -> Substring? {
    FileText.read("/proc/\(process)/stat")?.split(separator: " ").dropFirst(2).first
  }

  @Test
  func `it is stopped from another thread, and so is who comes later`() throws {
    let scratch = try ScratchDirectory(tag: "programs")
    let mark = scratch.file("begun")
    let stop = try StopSignal()
    let ringer = WorkerThread {
      try? waitUntil("it has begun", within: .seconds(10)) { access(mark, F_OK) == 0 }
      stop.raise()  // in any case, so that the test ends
    }
    #expect(try shell("echo >\(mark); exec sleep 1000").run(until: stop).ending == .stopped)
    #expect(try shell("exec sleep 1000").run(until: stop).ending == .stopped)
    ringer.join()
  }
}
