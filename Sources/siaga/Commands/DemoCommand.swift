import ArgumentParser
import Demo
import Glibc

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Watch failover happen, in namespaces, touching nothing of the host's.",
    discussion: """
      Two Internet links of a router, two routers that share an address (--kind routers, or --ha), or a \
      machine's cable and Wi-Fi as one link (--kind bond): packets go through, things break and heal, and \
      what was lost is counted.

      \(faults)
      """)

  @Option(
    help: ArgumentHelp("What of: links, routers or bond (default: links).", valueName: "kind"))
  var kind: Demo.Kind?

  @Flag(help: "Two routers that share an address: --kind routers.")
  var ha = false

  @Option(help: ArgumentHelp("Only this fault.", valueName: "name"))
  var fault: String?

  @Flag(help: "Sub-second checks in place of the classic 10 s × 2; routers speak every 10 ms.")
  var fast = false

  private var chosen: Demo.Kind { kind ?? (ha ? .routers : .links) }

  private static var faults: String {
    Demo.Kind.allCases.map {
      "Faults of --kind \($0.rawValue): \($0.faults.joined(separator: ", "))."
    }
    .joined(separator: "\n")
  }

  func validate() throws {
    guard !ha || chosen == .routers else {
      throw ValidationError(
        "--ha is --kind routers, and not --kind \(chosen.rawValue); take one of them")
    }
    guard let fault, !chosen.faults.contains(fault) else { return }
    let others = Demo.Kind.allCases.filter { $0.faults.contains(fault) }
    let hint = others.first.map { ", with --kind \($0.rawValue) there is" } ?? ""
    throw ValidationError(
      "of --kind \(chosen.rawValue) there is no fault `\(fault)`\(hint); take one of "
        + chosen.faults.joined(separator: ", "))
  }

  func run() async throws {
    let demo = Demo(chosen, executable: Self.executable, fast: fast, fault: fault)
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

extension Demo.Kind: ExpressibleByArgument {}
