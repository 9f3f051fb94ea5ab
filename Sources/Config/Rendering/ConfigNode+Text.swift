/// A tree as YAML text, written so that every reader of YAML sees the same tree.
extension ConfigNode {
  /// On one line: `{ ping: gateway, every: 10s }`.
  var flow: String {
    switch content {
    case .null: "null"
    case .scalar(let text, _): text.yaml
    case .sequence(let elements): "[" + elements.map(\.flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      entries.isEmpty
        ? "{}"
        : "{ " + entries.map { "\($0.key.yaml): \($0.value.flow)" }.joined(separator: ", ") + " }"
    }
  }

  /// On as many lines as it takes: a mapping inside a section stays on one line if it fits.
  func block(indent: Int = 0) -> String {
    guard case .mapping(let entries) = content else { return flow + "\n" }
    return entries.map { $0.block(indent: indent) }.joined()
  }
}

extension ConfigNode.Entry {
  private static let width = 100

  /// - Parameter isOpen: a line for each of its entries, also where they would fit into one.
  func block(indent: Int, isOpen: Bool = false) -> String {
    let start = String(repeating: " ", count: indent) + key.yaml + ":"
    let line = "\(start) \(value.flow)\n"
    guard case .mapping(let entries) = value.content, !entries.isEmpty,
      isOpen || indent == 0 || line.count > Self.width
    else { return line }
    return "\(start)\n" + value.block(indent: indent + 2)
  }
}

extension String {
  /// As a scalar that no reader takes for anything but this text.
  package var yaml: String {
    let isPlain =
      !isEmpty && first != "-" && first != "." && first != "%" && self != "null" && self != "Null"
      && self != "NULL"
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
          UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "%"):
          true
        default: false
        }
      }
    return isPlain ? self : quoted
  }

  /// YAML 1.2 §5.7: in double quotes, with all but printable ASCII escaped.
  private var quoted: String {
    "\""
      + unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case " "..."~": String(scalar)
        default:
          "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
            + String(scalar.value, radix: 16)
        }
      }.joined() + "\""
  }
}
