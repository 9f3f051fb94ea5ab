import Foundation
import Glibc
import Lab
import Testing

/// What a daemon uses of the machine, from /proc.
extension GatewayDaemon {
  /// Its own and its ended children's, from proc_pid_stat(5).
  func processorTime() throws -> Duration {
    let stat = try proc("stat")
    let fields = stat.split(separator: ")").last?.split(separator: " ").compactMap { Int($0) } ?? []
    // The name is gone, and so is the state, a letter: utime is the 11th number left.
    let ticks = try #require(fields.count > 13 ? fields[10...13].reduce(0, +) : nil)
    return .seconds(1) * (Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK))))
  }

  /// What part of a processor it uses while the body runs.
  func load(during body: () async throws -> Void) async throws -> Double {
    let (before, start) = (try processorTime(), Moment.now)
    try await body()
    return (try processorTime() - before) / (Moment.now - start)
  }

  /// Bytes of memory that are its own at the moment (VmRSS).
  func residentMemory() throws -> Int {
    let line = try proc("status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let kibibytes = line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
    return try #require(kibibytes) << 10
  }

  func openDescriptors() throws -> Int {
    try Directory.names(in: "/proc/\(program.pid)/fd").count
  }

  private func proc(_ file: String) throws -> String {
    try String(contentsOfFile: "/proc/\(program.pid)/\(file)", encoding: .utf8)
  }

  /// Stops it, and waits until each of its threads stands still.
  func stop() async throws {
    program.signal(SIGSTOP)
    let tasks = "/proc/\(program.pid)/task"
    try await eventually("it stands still", within: .seconds(5)) {
      try Directory.names(in: tasks).allSatisfy { task in
        let stat = try String(contentsOfFile: "\(tasks)/\(task)/stat", encoding: .utf8)
        return stat.split(separator: ")").last?.hasPrefix(" T") ?? false
      }
    }
  }

  /// Limits it from now on, as prlimit(1) has it.
  func limit(_ what: String) throws {
    try Command.run("prlimit", "--pid", "\(program.pid)", "--\(what)")
  }
}
