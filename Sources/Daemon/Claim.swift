import CLinux
import Kernel

/// One daemon for each network namespace: whoever holds the name has the network.
///
/// An abstract socket belongs to its namespace and goes with its process, so no stale lock can
/// be left behind.
final class Claim {
  private let descriptor: Descriptor

  init() throws(Taken) {
    var holder: Int32 = 0
    let result = siaga_claim("siaga-daemon", &holder)
    guard result >= 0 else {
      let who = holder > 0 ? "process \(holder)" + Self.name(of: holder) : "another process"
      throw Taken(
        sentence:
          "another siaga runs in this network namespace: \(who); stop it first, or talk to it")
    }
    descriptor = Descriptor(result)
  }

  /// Keeps the name until here.
  func release() {}

  struct Taken: Error {
    let sentence: String
  }

  private static func name(of process: Int32) -> String {
    guard let line = FileText.read("/proc/\(process)/cmdline") else { return "" }
    let words = line.split(separator: "\0").joined(separator: " ")
    return words.isEmpty ? "" : " (\(words))"
  }
}
