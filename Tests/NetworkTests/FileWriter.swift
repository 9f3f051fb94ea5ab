import Glibc
import Testing

/// Whole files, for tests.
enum FileWriter {
  static func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"), "cannot write \(path)")
    defer { fclose(file) }
    fputs(text, file)
  }
}
