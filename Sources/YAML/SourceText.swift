import Config

/// The bytes of a file, found to be text of a sane size.
struct SourceText {
  static let limit = 1 << 20

  let bytes: ArraySlice<UInt8>  // UTF-8, no byte order mark

  init(_ file: [UInt8]) throws(ConfigProblems) {
    guard file.count <= Self.limit else {
      throw ConfigProblems(
        "the file is \(Self.size(file.count)); a config is at most 1 MiB", at: .start)
    }
    bytes = file.starts(with: [0xef, 0xbb, 0xbf]) ? file.dropFirst(3) : file[...]
    if let problem { throw ConfigProblems([problem]) }
  }

  /// Where a tab stands in the indentation of a line.
  func tabIndenting(line: Int) -> ConfigPosition? {
    let lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return nil }
    let indentation = lines[line - 1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let tab = indentation.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
    return ConfigPosition(line: line, column: tab - indentation.startIndex + 1)
  }

  /// The first thing that no YAML holds (YAML 1.2 §5.1): libyaml refuses it too, but without
  /// its line and column.
  private var problem: ConfigProblem? {
    var (line, column) = (1, 1)
    var decoder = Unicode.UTF8.ForwardParser()
    var remaining = bytes.makeIterator()
    while true {
      let position = ConfigPosition(line: line, column: column)
      switch decoder.parseScalar(from: &remaining) {
      case .emptyInput:
        return nil
      case .error:
        return ConfigProblem("the file is not text: invalid UTF-8 here", at: position)
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        guard scalar.isPrintable else {
          let code = "U+" + String(scalar.value, radix: 16, uppercase: true)
          return ConfigProblem("the file is not text: control character \(code) here", at: position)
        }
        (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
      }
    }
  }

  private static func size(_ count: Int) -> String {
    let tenths = (count * 10 + 500_000) / 1_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) MB" : "\(tenths / 10).\(tenths % 10) MB"
  }
}

extension Unicode.Scalar {
  fileprivate var isPrintable: Bool {
    switch value {
    case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff:
      true
    default:
      false
    }
  }
}
