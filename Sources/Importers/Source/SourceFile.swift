/// A file of somebody else's program, as bytes: it may be anything.
public struct SourceFile: Sendable {
  public let name: String  // as messages call it
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Its lines, whatever ends them: LF, CRLF or CR. Bytes that are no text become U+FFFD.
  public var lines: [String] {
    var lines: [String] = []
    var start = bytes.startIndex
    var position = start
    while position < bytes.endIndex {
      let byte = bytes[position]
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
        position += 1
        continue
      }
      lines.append(String(decoding: bytes[start..<position], as: UTF8.self))
      let isPair =
        byte == UInt8(ascii: "\r") && position + 1 < bytes.endIndex
        && bytes[position + 1] == UInt8(ascii: "\n")
      position += isPair ? 2 : 1
      start = position
    }
    if start < bytes.endIndex { lines.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return lines
  }
}

/// Where something stands in a source.
public struct SourcePlace: Hashable, Comparable, Sendable {
  public let file: String
  public let line: Int  // from 1
  public let column: Int  // from 1, in bytes; where a line holds one statement it is left at that

  public init(file: String, line: Int, column: Int = 1) {
    self.file = file
    self.line = line
    self.column = column
  }

  public static func < (left: SourcePlace, right: SourcePlace) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

extension SourcePlace: CustomStringConvertible {
  public var description: String { "\(file):\(line)" }
}
