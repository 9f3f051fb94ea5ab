/// JSON to write, with members in the order in which they are given.
enum JSON {
  case string(String)
  case number(Int)
  case bool(Bool)
  case array([JSON])
  case object([(String, JSON)])

  /// A word of the file as editors read it: without quotes, some are no text.
  static func word(_ text: String) -> JSON {
    Bool(text).map(JSON.bool) ?? Int(text).map(JSON.number) ?? .string(text)
  }

  func text(indent: Int = 0) -> String {
    switch self {
    case .string(let text): text.json
    case .number(let number): "\(number)"
    case .bool(let bool): "\(bool)"
    case .array(let elements):
      Self.lines("[", elements.map { $0.text(indent: indent + 2) }, "]", indent)
    case .object(let members):
      Self.lines(
        "{", members.map { "\($0.json): \($1.text(indent: indent + 2))" }, "}", indent)
    }
  }

  private static func lines(_ open: String, _ items: [String], _ close: String, _ indent: Int)
    -> String
  {
    guard !items.isEmpty else { return open + close }
    let margin = String(repeating: " ", count: indent)
    return "\(open)\n" + items.map { "\(margin)  \($0)" }.joined(separator: ",\n")
      + "\n\(margin)\(close)"
  }
}

extension String {
  /// As JSON has it (RFC 8259 §7).
  package var json: String {
    "\""
      + unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\u{0}"..."\u{1f}":
          "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: String(scalar)
        }
      }.joined() + "\""
  }
}
