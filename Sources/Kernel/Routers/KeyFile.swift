import Glibc
import Model

/// The key that nodes share: a file with 64 hexadecimal digits, readable by its owner alone.
public enum KeyFile {
  public static let size = 32

  public enum Refusal: Error {
    case unreadable(SystemError)
    case readableByOthers(mode: String)
    case notAKey

    /// After the file's name.
    public var sentence: String {
      switch self {
      case .unreadable(let error):
        "cannot be read (\(ErrorName.of(error.code))); `siaga keygen` makes a key, the same for all "
          + "nodes"
      case .readableByOthers(let mode):
        "can be read by others (mode \(mode)); a key is its owner's alone: `chmod 600` it"
      case .notAKey:
        "holds no key: it should be 64 hexadecimal digits, as `siaga keygen` writes them"
      }
    }
  }

  public static func load(_ path: String) throws(Refusal) -> [UInt8] {
    let bytes: [UInt8]?
    do throws(SystemError) {
      bytes = try FileText.load(path)
    } catch {
      throw .unreadable(error)
    }
    guard let bytes else {
      throw .unreadable(SystemError(code: ENOENT, what: "read \(path)"))
    }
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw .unreadable(SystemError(code: errno, what: "look at \(path)"))
    }
    guard status.st_mode & 0o077 == 0 else {
      throw .readableByOthers(mode: String(status.st_mode & 0o777, radix: 8))
    }
    let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
    guard text.utf8.count == size * 2, text.allSatisfy(\.isHexDigit) else { throw .notAKey }
    let digits = text.compactMap { $0.hexDigitValue.map { UInt8($0) } }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// A new key, as the file holds it.
  public static func make() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<size).map { _ in
      let byte = UInt8.random(in: .min ... .max, using: &random)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined() + "\n"
  }
}
