import ArgumentParser
import Demo
import Glibc

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Watch two Internet links fail over, in namespaces, touching nothing of the host's.")

  @Option(help: ArgumentHelp("Only this fault: \(Fault.names).", valueName: "name"))
  var fault: Fault?

  @Flag(help: "Sub-second checks in place of the classic 10 s × 2.")
  var fast = false

  func run() async throws {
    let demo = Demo(executable: Self.executable, fast: fast, fault: fault)
    do {
      guard try await demo.run() else { throw Exit.Failure("a fault was not survived") }
    } catch is CancellationError {
      throw ExitCode(Exit.interrupted)
    }
  }

  /// The daemon that the demo runs is this very binary.
  private static var executable: String {
    var path = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    return String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension Fault: ExpressibleByArgument {
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
