import Glibc
import Model
import SimKit

/// `siaga-soak`: seeds by the thousand, on all cores, until one breaks an invariant.
@main
struct SiagaSoak {
  static func main() async {
    let arguments: Arguments
    do {
      arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
    } catch {
      complain("siaga-soak: \(error)\n\(Arguments.usage)")
      exit(2)
    }
    exit(await Soak(arguments).run() ? 0 : 1)
  }
}

/// Progress and complaints, apart from the result on standard output.
func complain(_ text: String) {
  var bytes = Array((text + "\n").utf8)
  write(STDERR_FILENO, &bytes, bytes.count)
}
