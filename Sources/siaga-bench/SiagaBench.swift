import Glibc
import Lab

/// `siaga-bench`: what Siaga promises, measured.
@main
struct SiagaBench {
  static func main() async {
    let arguments: Arguments
    do {
      arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
    } catch {
      complain("siaga-bench: \(error)\n\(Arguments.usage)")
      exit(2)
    }
    Interruption.watch { _ in leaveInAHurry() }
    exit(await Bench(arguments).run() ? 0 : 1)
  }

  /// The streams and the daemon die with us; the namespaces would not.
  private static func leaveInAHurry() -> Never {
    do {
      try Namespace.removeAllOfThisProcess()
      try ScratchDirectory.removeAllOfThisProcess()
    } catch {
      complain("siaga-bench: \(error)")
    }
    exit(130)
  }
}
