/// What a piece of text means; the terminal decides how that looks.
enum Tint: Sendable {
  case plain, faint, strong
  case good, bad, warning
  case first, second  // the two that may hold, each with a colour of its own

  /// SGR parameters, from the sixteen colours that every scheme has chosen with care.
  var code: String {
    switch self {
    case .plain: "0"
    case .faint: "90"
    case .strong: "1"
    case .good: "32"
    case .bad: "1;31"
    case .warning: "33"
    case .first: "36"
    case .second: "35"
    }
  }
}

/// A line of tinted pieces; every character is one column wide.
struct StyledLine: Sendable {
  private var pieces: [(text: String, tint: Tint)] = []

  static let empty = StyledLine()

  init() {}

  init(_ text: String, _ tint: Tint = .plain) {
    add(text, tint)
  }

  var width: Int { pieces.reduce(0) { $0 + $1.text.count } }

  mutating func add(_ text: String, _ tint: Tint = .plain) {
    pieces.append((text, tint))
  }

  /// Blanks up to a column; at least one, so that columns never touch.
  mutating func pad(to column: Int) {
    add(String(repeating: " ", count: max(1, column - width)))
  }

  /// With escapes or without, cut off at so many columns.
  func rendered(columns: Int, colour: Bool) -> String {
    var left = columns
    var result = ""
    for (text, tint) in pieces where left > 0 {
      let shown = String(text.prefix(left))
      left -= shown.count
      result += colour && tint != .plain ? "\u{1b}[\(tint.code)m\(shown)\u{1b}[0m" : shown
    }
    return result
  }
}

extension String {
  /// Cut to a width, with a sign that something is missing.
  func fitted(to width: Int) -> String {
    count <= width ? self : prefix(max(0, width - 2)) + ".."
  }

  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
