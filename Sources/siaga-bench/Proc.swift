import Glibc
import Lab

/// Facts from /proc.
enum Proc {
  static func read(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw LabError.system("open \(path)", errno: errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
      bytes += chunk.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The first word after `NAME:`; nil when there is no such line.
  static func field(_ name: String, of path: String) throws -> String? {
    try line(name, of: path)?.split(separator: " ").first.map(String.init)
  }

  /// All after `NAME:`, trimmed.
  static func line(_ name: String, of path: String) throws -> String? {
    for line in try read(path).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].filter({ $0 != "\t" }).trimmed == name else { continue }
      return parts[1].trimmed
    }
    return nil
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    split { $0 == " " || $0 == "\t" }.joined(separator: " ")
  }
}
