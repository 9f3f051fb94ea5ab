import Foundation
import Testing

/// A text beside the test that made it. `SIAGA_WRITE_EXPECTED=1 swift test --filter ImportersTests`
/// writes it anew, to be read before it is believed.
enum Expected {
  static func compare(_ text: String, _ file: URL) throws {
    if ProcessInfo.processInfo.environment["SIAGA_WRITE_EXPECTED"] != nil {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try text == String(contentsOf: file, encoding: .utf8), "\(file.lastPathComponent)")
  }
}
