extension String {
  /// As a message quotes what the file says: in backticks, short, and without the control
  /// characters that a hostile file would send to the terminal.
  var shown: String {
    let limit = 48
    var text = ""
    for scalar in unicodeScalars.prefix(limit) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default:
        text.unicodeScalars.append(scalar)
      }
    }
    return "`\(text)\(unicodeScalars.count > limit ? "…" : "")`"
  }
}

extension ConfigNode {
  /// What stands there, for the end of "takes …, not".
  var found: String {
    switch content {
    case .null: "nothing"
    case .scalar(let text, _): text.shown
    case .sequence: "a list"
    case .mapping(let entries): entries.isEmpty ? "an empty mapping" : "a mapping"
    }
  }
}

extension Sequence<String> {
  /// `a`, `b` or `c`
  func spoken(_ conjunction: String = "or") -> String {
    let words = Array(self)
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }
}
