import Glibc
import Lab

/// What the kernel told of links and routes, and when: `ip -ts monitor`'s word, a bystander's.
struct KernelDiary {
  private let scratch: ScratchDirectory
  private let program: Program
  private let namespace: Namespace

  /// Begins it; returns once it hears.
  init(of namespace: Namespace) throws {
    self.namespace = namespace
    scratch = try ScratchDirectory(tag: "diary")
    program = try Program(
      ["ip", "-n", namespace.name, "-ts", "monitor", "link", "route"], log: scratch.file("log"))
    let scratch = scratch
    try waitUntil("a monitor that hears", within: .seconds(5)) {
      try namespace.ip(
        "route add blackhole 198.51.100.1 table 99", "route del blackhole 198.51.100.1 table 99")
      return try scratch.read("log").contains("198.51.100.1")
    }
  }

  struct Entry {
    let at: Double  // ms
    let text: Substring
  }

  /// Ends it.
  func entries() throws -> [Entry] {
    program.end()
    return try scratch.read("log").split(separator: "\n").compactMap { line in
      guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
      // [2026-11-21T19:00:00.123456]
      let numbers = line[..<end].split { "[T:]".contains($0) }.dropFirst().compactMap {
        Double($0)
      }
      guard numbers.count == 3 else { return nil }
      let seconds = (numbers[0] * 60 + numbers[1]) * 60 + numbers[2]
      return Entry(at: seconds * 1_000, text: line[line.index(after: end)...].drop { $0 == " " })
    }
  }
}
