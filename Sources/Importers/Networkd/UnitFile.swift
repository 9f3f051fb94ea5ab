/// A file in systemd's syntax (systemd.syntax(7)): sections of settings, each with its line.
///
///     [Match]
///     Name=eth0
struct UnitFile: Sendable {
  struct Section: Sendable {
    let name: String
    let place: SourcePlace
    var settings: [Setting] = []
  }

  struct Setting: Sendable {
    let name: String
    let value: String
    let place: SourcePlace
    let more: [SourcePlace]  // the lines that it goes on in
  }

  let source: SourceFile
  private(set) var sections: [Section] = []
  private(set) var mistakes: [(place: SourcePlace, why: String)] = []

  init(_ source: SourceFile) {
    self.source = source
    var text = ""  // of a setting that goes on in the next line
    var places: [SourcePlace] = []
    for (index, line) in source.lines.enumerated() {
      var part = line.trimming { $0.isWhitespace }
      if index == 0, part.first == "\u{feff}" { part = part.dropFirst() }
      // Comments may stand between the lines of one setting.
      if part.isEmpty && places.isEmpty || part.first == "#" || part.first == ";" { continue }
      places.append(SourcePlace(file: source.name, line: index + 1))
      if part.last == "\\" {
        text += part.dropLast() + " "
        continue
      }
      take((text + part).trimming { $0.isWhitespace }, at: places)
      text = ""
      places = []
    }
    if !places.isEmpty { take(text.trimming { $0.isWhitespace }, at: places) }
  }

  private mutating func take(_ text: Substring, at places: [SourcePlace]) {
    let place = places[0]
    if text.isEmpty { return }
    if text.first == "[" {
      guard text.last == "]", text.count > 2 else {
        return mistakes.append((place, "a section is not closed: `[Network]`"))
      }
      sections.append(Section(name: String(text.dropFirst().dropLast()), place: place))
      return
    }
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      return mistakes.append((place, "this is no line of systemd's: `[Section]` or `Key=value`"))
    }
    guard !sections.isEmpty else {
      return mistakes.append((place, "it stands before any `[Section]`"))
    }
    sections[sections.count - 1].settings.append(
      Setting(
        name: String(String(text[..<equals]).trimming { $0.isWhitespace }),
        value: String(String(text[text.index(after: equals)...]).trimming { $0.isWhitespace }),
        place: place, more: Array(places.dropFirst())))
  }
}

extension [UnitFile.Setting] {
  /// All of a key since it was last taken back by an empty value.
  func values(_ name: String) -> [UnitFile.Setting] {
    let all = filter { $0.name == name }
    return Array(all[(all.lastIndex { $0.value.isEmpty }.map { $0 + 1 } ?? 0)...])
  }

  /// The last of a key, if it is not taken back; of several names for it too.
  func value(_ names: String...) -> UnitFile.Setting? {
    last { names.contains($0.name) }.flatMap { $0.value.isEmpty ? nil : $0 }
  }
}
