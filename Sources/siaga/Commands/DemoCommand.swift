import ArgumentParser
import Demo
import Glibc

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Watch failover happen, in namespaces, touching nothing of the host's.",
    discussion: """
      Two Internet links of a router, or with --ha two routers that share an address: packets go \
      through, things break and heal, and what was lost is counted.

      Faults of the links: \(Demo.Kind.links.faults.joined(separator: ", ")).
      Faults of the routers (--ha): \(Demo.Kind.routers.faults.joined(separator: ", ")).
      """)

  @Flag(help: "Two routers that share an address, in place of two links.")
  var ha = false

  @Option(help: ArgumentHelp("Only this fault.", valueName: "name"))
  var fault: String?

  @Flag(help: "Sub-second checks in place of the classic 10 s × 2; routers speak every 10 ms.")
  var fast = false

  private var kind: Demo.Kind { ha ? .routers : .links }

  func validate() throws {
    guard let fault, !kind.faults.contains(fault) else { return }
    let other: Demo.Kind = ha ? .links : .routers
    let hint = other.faults.contains(fault) ? ", \(ha ? "without" : "with") --ha there is" : ""
    throw ValidationError(
      "of \(ha ? "routers" : "links") there is no fault `\(fault)`\(hint); take one of "
        + kind.faults.joined(separator: ", "))
  }

  func run() async throws {
    let demo = Demo(kind, executable: Self.executable, fast: fast, fault: fault)
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
