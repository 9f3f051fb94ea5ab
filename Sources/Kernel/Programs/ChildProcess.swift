import CLinux
import Glibc
import Model

/// A started program: its process group, what it says, and its end.
final class ChildProcess {
  enum Happening {
    case said([UInt8])
    case late
    case stopped
    case ended  // its leader; `reap` is next
  }

  private let leader: pid_t
  private let end: Descriptor
  private let output: Descriptor
  private let lifeline: Pipe  // its group ends with us: whoever dies closes it
  private var isMute = false  // it has closed its output
  private var chunk = [UInt8](repeating: 0, count: 16_384)

  init(_ program: ChildProgram) throws(SystemError) {
    let input = try Self.file(program.input)
    let pipe = try Pipe()
    let lifeline = try Pipe()
    leader = try Self.spawn(program, stdin: input, stdout: pipe.entrance, lifeline)
    output = pipe.exit
    self.lifeline = lifeline
    let end = siaga_process_open(leader)
    if end < 0 {
      // One that cannot be watched must not run.
      kill(-leader, SIGKILL)
      waitpid(leader, nil, 0)
    }
    self.end = try Descriptor(end, for: "watch process \(leader)")
  }

  /// Waits for what comes first.
  func next(until deadline: Instant?, or stop: StopSignal?) -> Happening {
    while true {
      var ends = [
        pollfd(fd: isMute ? -1 : output.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: end.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: stop?.number ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      let left = deadline.map { $0 - Clock.now }
      guard left.map({ $0 > .zero }) ?? true else { return .late }
      let timeout = left.map { Int32(clamping: $0.nanoseconds / 1_000_000 + 1) } ?? -1
      guard poll(&ends, 3, timeout) > 0 else { continue }  // time is over, or a signal came
      if ends[2].revents != 0 { return .stopped }
      if ends[0].revents != 0, let bytes = read() { return .said(bytes) }
      if ends[1].revents != 0 { return .ended }
    }
  }

  /// To the whole group.
  func signal(_ number: Int32) {
    kill(-leader, number)
  }

  /// Ends what is left of the group. Until then the dead leader keeps its number from others.
  func reap() -> ChildProgram.Ending {
    signal(SIGKILL)
    var status: Int32 = 0
    while waitpid(leader, &status, 0) < 0, errno == EINTR {}
    let number = status & 0x7f
    return number == 0 ? .exited(status >> 8 & 0xff) : .signalled(number)
  }

  private func read() -> [UInt8]? {
    let count = Glibc.read(output.number, &chunk, chunk.count)
    if count == 0 { isMute = true }
    return count > 0 ? Array(chunk.prefix(count)) : nil
  }
}

// MARK: - Starting

extension ChildProcess {
  /// To read from; whoever does not read it delays nobody.
  private static func file(_ text: String) throws(SystemError) -> Descriptor {
    guard !text.isEmpty else { return try Descriptor(openNull(), for: "open /dev/null") }
    let file = try Descriptor(siaga_memory_file("siaga-input"), for: "make a file in memory")
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file.number, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SystemError(code: errno, what: "write a program's input") }
      rest = rest.dropFirst(count)
    }
    lseek(file.number, 0, SEEK_SET)
    return file
  }

  private static func openNull() -> Int32 {
    let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    return descriptor < 0 ? -errno : descriptor
  }

  private static func spawn(
    _ program: ChildProgram, stdin: borrowing Descriptor, stdout: borrowing Descriptor,
    _ lifeline: borrowing Pipe
  ) throws(SystemError) -> pid_t {
    let arguments = program.arguments.map { strdup($0) }
    let environment = environment(of: program).map { strdup($0) }
    defer { (arguments + environment).forEach { free($0) } }
    let process = siaga_spawn(
      arguments + [nil], environment + [nil], stdin.number, stdout.number,
      [lifeline.exit.number, lifeline.entrance.number])
    guard process > 0 else {
      throw SystemError(code: -process, what: "run \(program.arguments[0])")
    }
    return process
  }

  /// Ours, but for how we talk to systemd, and what the program is told besides.
  private static func environment(of program: ChildProgram) -> [String] {
    var entries: [String] = []
    var next = environ
    while program.inheritsEnvironment, let entry = next.pointee {
      entries.append(String(cString: entry))
      next += 1
    }
    let hidden = Set(program.environment.keys).union(["NOTIFY_SOCKET", "WATCHDOG_PID"])
    return entries.filter { !hidden.contains(String($0.prefix { $0 != "=" })) }
      + program.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}
