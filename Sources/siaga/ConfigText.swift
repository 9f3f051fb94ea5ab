import Config
import Kernel
import YAML

/// A configuration file's text, and what it says.
struct ConfigText {
  let name: String
  let bytes: [UInt8]

  init(_ file: String) throws {
    guard let bytes = FileText.bytes(file, limit: 64 << 20) else {
      throw Exit.Failure(
        "\(file): cannot be read; does it exist, and may you read it?", code: Exit.wrongUsage)
    }
    name = file
    self.bytes = bytes
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  func reading() throws -> ConfigReading {
    do {
      return try readConfigurationAndWarnings(bytes)
    } catch {
      throw Exit.Failure(error.lines(in: name).joined(separator: "\n"), code: Exit.wrongUsage)
    }
  }
}
