import Kernel

extension FileText {
  /// Of a file that holds a number; nil where there is none, or it says `max`.
  static func number(_ path: String) -> Int? {
    read(path).flatMap { Int($0.filter { !$0.isWhitespace }) }
  }

  static func lines(_ path: String) -> [Substring] {
    read(path)?.split(separator: "\n") ?? []
  }
}
