import CLinux
import Glibc

/// Runs another program to its end. Blocks: for the slow lane only.
enum ChildProgram {
  struct Outcome {
    let status: Int32  // exit code, or 128 + signal
    let output: String  // standard output and error together
  }

  /// - Parameter input: what the program reads; at most what a pipe takes is safe for any
  ///   program, and `nft -f -` reads all before it writes.
  static func run(_ arguments: [String], input: String = "") throws(SystemError) -> Outcome {
    var inward: [Int32] = [0, 0]
    var outward: [Int32] = [0, 0]
    try openPipe(&inward)
    do {
      try openPipe(&outward)
    } catch {
      inward.forEach { close($0) }
      throw error
    }
    defer { close(outward[0]) }
    let child = spawn(arguments, stdin: inward[0], stdout: outward[1])
    close(inward[0])
    close(outward[1])
    guard child.code == 0 else {
      close(inward[1])
      throw SystemError(code: child.code, what: "run \(arguments[0])")
    }
    writeAll(input, to: inward[1])
    close(inward[1])
    let output = readAll(outward[0])
    var status: Int32 = 0
    while waitpid(child.pid, &status, 0) < 0, errno == EINTR {}
    let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    return Outcome(status: code, output: output)
  }

  private static func spawn(
    _ arguments: [String], stdin: Int32, stdout: Int32
  ) -> (code: Int32, pid: pid_t) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, stdin, 0)
    posix_spawn_file_actions_adddup2(&actions, stdout, 1)
    posix_spawn_file_actions_adddup2(&actions, stdout, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Whatever this thread blocks, a child must not inherit; nor that we ignore SIGPIPE.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &pipe)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var pid: pid_t = 0
    let strings = arguments.map { strdup($0) }
    defer { strings.forEach { free($0) } }
    let code = posix_spawnp(&pid, arguments[0], &actions, &attributes, strings + [nil], environ)
    return (code, pid)
  }

  private static func writeAll(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      // The program may have gone before it read all; its exit status tells.
      guard count > 0 || errno == EINTR else { return }
      rest = rest.dropFirst(max(0, count))
    }
  }

  private static func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk.prefix(count)
    }
  }

  private static func openPipe(_ ends: inout [Int32]) throws(SystemError) {
    let result = siaga_pipe(&ends)
    guard result == 0 else { throw SystemError(code: -result, what: "open a pipe") }
  }
}
