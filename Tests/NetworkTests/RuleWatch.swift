import Lab
import Testing

/// What `ip monitor` says of our rules in a namespace: how long each was gone.
final class RuleWatch {
  private let log: ScratchDirectory
  private let program: Program

  init(_ namespace: Namespace) throws {
    log = try ScratchDirectory(tag: Scene.tag())
    program = try Program(
      ["ip", "-n", namespace.name, "-ts", "-o", "monitor", "rule"], log: log.file("rules"))
  }

  /// Each rule's longest absence, of those that came back.
  func absences() throws -> [String: Duration] {
    var gone: [String: Duration] = [:]
    var absences: [String: Duration] = [:]
    for line in try log.read("rules").split(separator: "\n") where line.contains("proto 83") {
      let words = line.split { $0 == " " || $0 == "\t" }
      let isGone = words[1] == "Deleted"
      let rule = words.dropFirst(isGone ? 2 : 1).joined(separator: " ")
      let time = try #require(Self.time(words[0]))
      if isGone {
        gone[rule] = time
      } else if let start = gone.removeValue(forKey: rule) {
        absences[rule] = max(absences[rule] ?? .zero, time - start)
      }
    }
    return absences
  }

  func end() {
    program.end()
  }

  /// `[2026-11-21T15:59:31.613209]`, since midnight.
  private static func time(_ stamp: Substring) -> Duration? {
    let numbers = stamp.split { $0 == "T" || $0 == "]" }.dropFirst().first?
      .split { $0 == ":" || $0 == "." }.compactMap { Int($0) }
    guard let numbers, numbers.count == 4 else { return nil }
    return .seconds(numbers[0] * 3_600 + numbers[1] * 60 + numbers[2]) + .microseconds(numbers[3])
  }
}
