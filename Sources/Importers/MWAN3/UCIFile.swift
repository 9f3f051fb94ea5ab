/// A file of OpenWrt's UCI: sections of options and lists, each with its line.
///
///     config interface 'wan'
///         option interval '5'
///         list track_ip '192.0.2.1'
struct UCIFile: Sendable {
  struct Section: Sendable {
    let type: String
    let name: String?
    let place: SourcePlace
    fileprivate(set) var options: [Option] = []
  }

  struct Option: Sendable {
    let name: String
    let value: String
    let isOfList: Bool
    let place: SourcePlace
  }

  private(set) var sections: [Section] = []
  private(set) var mistakes: [(place: SourcePlace, why: String)] = []

  init(_ file: SourceFile) {
    for (index, line) in file.lines.enumerated() {
      let place = SourcePlace(file: file.name, line: index + 1)
      guard let words = Self.words(of: line) else {
        mistakes.append((place, "a quote is not closed"))
        continue
      }
      guard let first = words.first else { continue }
      if let why = take(first, Array(words.dropFirst()), at: place) {
        mistakes.append((place, why))
      }
    }
  }

  /// - Returns: what is wrong with the line.
  private mutating func take(_ verb: String, _ words: [String], at place: SourcePlace) -> String? {
    switch (verb, words.count) {
    case ("package", 1):
      return nil
    case ("config", 1), ("config", 2):
      sections.append(
        Section(type: words[0], name: words.count > 1 ? words[1] : nil, place: place))
      return nil
    case ("option", 2), ("list", 2):
      guard !sections.isEmpty else { return "it stands before any `config`" }
      sections[sections.count - 1].options.append(
        Option(name: words[0], value: words[1], isOfList: verb == "list", place: place))
      return nil
    default:
      return "this is no line of UCI: `config TYPE 'NAME'`, `option NAME 'VALUE'`, "
        + "`list NAME 'VALUE'`"
    }
  }

  /// Words of a line, as a shell would part them; nil: a quote is not closed.
  private static func words(of line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        word.map { words.append($0) }
        word = nil
      } else if character == "#", word == nil {
        break
      } else {
        word = (word ?? "") + String(character)
      }
    }
    word.map { words.append($0) }
    return quote == nil ? words : nil
  }
}

extension UCIFile.Section {
  /// The last one counts, as with `uci`.
  func option(_ name: String) -> UCIFile.Option? {
    options.last { $0.name == name && !$0.isOfList }
  }

  /// A list, or an option of several words.
  func values(_ name: String) -> [(value: String, place: SourcePlace)] {
    options.filter { $0.name == name }.flatMap { option in
      option.isOfList
        ? [(option.value, option.place)]
        : option.value.split(whereSeparator: \.isWhitespace).map { (String($0), option.place) }
    }
  }

  func isOn(_ name: String, otherwise: Bool) -> Bool {
    option(name).map { ["1", "on", "true", "yes", "enabled"].contains($0.value) } ?? otherwise
  }

  /// A whole number; nil: there is none, or it is no number.
  func number(_ name: String) -> Int? { option(name).flatMap { Int($0.value) } }
}
