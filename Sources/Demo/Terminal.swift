import CLinux
import Glibc

/// What the standard output can show.
struct Terminal: Sendable {
  /// The characters of the picture. Box and block drawing have an *ambiguous* width (Unicode
  /// TR 11): two columns in East Asian locales, one everywhere else.
  enum Alphabet: Sendable {
    case boxes
    case ascii
  }

  var columns: Int
  var rows: Int
  var hasColour: Bool
  var alphabet: Alphabet

  /// nil: no terminal, or one too small for the picture; plain lines are for those.
  static func ofStandardOutput() -> Terminal? {
    var columns: Int32 = 0
    var rows: Int32 = 0
    guard isatty(STDOUT_FILENO) == 1, variable("TERM") != "dumb",
      siaga_lab_terminal_size(STDOUT_FILENO, &columns, &rows) == 1,
      columns >= Picture.minimumColumns, rows > Picture.minimumRows
    else { return nil }
    return Terminal(
      columns: min(Int(columns), Picture.maximumColumns),
      rows: min(Int(rows) - 1, Picture.maximumRows),
      // no-color.org: set and not empty.
      hasColour: (variable("NO_COLOR") ?? "").isEmpty,
      alphabet: alphabet(locale: variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG")))
  }

  static func alphabet(locale: String?) -> Alphabet {
    let locale = (locale ?? "").lowercased()
    let isUTF8 = locale.hasSuffix("utf-8") || locale.hasSuffix("utf8")
    let isEastAsian = ["ja", "ko", "zh"].contains { locale.hasPrefix($0) }
    return isUTF8 && !isEastAsian ? .boxes : .ascii
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      // Nobody reads any more: what happens to the network does not depend on it.
      guard count > 0 || errno == EINTR else { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }
}
