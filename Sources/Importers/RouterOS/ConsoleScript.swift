/// What a text of RouterOS' console says: commands, each in its menu and with its place.
struct ConsoleScript {
  struct Command {
    let menu: String  // `/ip/route`
    let verb: String
    var words: [ConsoleLexer.Word]  // `key=value`, flags, `[ find … ]`
    let place: SourcePlace

    var statement: String { "\(menu.isEmpty ? "/" : menu) \(verb)" }
  }

  private(set) var commands: [Command] = []
  private(set) var mistakes: [(place: SourcePlace, why: String)] = []
  private var menu = ConsoleMenu.root
  private var around: [String] = []  // menus of the blocks that are open
  private var isTooDeep = 0  // blocks more than are followed

  private static let deepest = 32

  /// - Parameter menu: where it begins.
  init(_ bytes: [UInt8], file: String, line: Int = 1, menu: String = ConsoleMenu.root) {
    self.menu = menu
    let lexer = ConsoleLexer(bytes, file: file, line: line)
    mistakes = lexer.mistakes
    for piece in lexer.pieces {
      switch piece {
      case .statement(let words, let place): read(words[...], place)
      case .open(let words, let place): open(words[...], place)
      case .close(let place): close(place)
      }
    }
  }

  init(_ file: SourceFile) {
    // A byte order mark is no part of the first word.
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    let bytes = file.bytes.starts(with: mark) ? Array(file.bytes.dropFirst(3)) : file.bytes
    self.init(bytes, file: file.name)
  }

  private mutating func open(_ words: ArraySlice<ConsoleLexer.Word>, _ place: SourcePlace) {
    guard around.count < Self.deepest else {
      if isTooDeep == 0 { mistakes.append((place, "blocks stand too deep one inside the other")) }
      isTooDeep += 1
      return
    }
    around.append(menu)
    guard !words.isEmpty else { return }
    if let (path, rest) = self.path(words), rest.isEmpty {
      menu = path
    } else {
      mistakes.append((place, "a script computes what it does; only plain commands are read"))
    }
  }

  private mutating func close(_ place: SourcePlace) {
    if isTooDeep > 0 {
      isTooDeep -= 1
    } else if let last = around.popLast() {
      menu = last
    } else {
      mistakes.append((place, "a `}` without its `{`"))
    }
  }

  private mutating func read(_ all: ArraySlice<ConsoleLexer.Word>, _ place: SourcePlace) {
    guard isTooDeep == 0 else { return }
    let words = withoutPrompt(all)
    guard let first = words.first else { return }
    if first.text.hasPrefix(":") || first.kind == .computed {
      let why = "a script computes what it does; only plain commands are read"
      return mistakes.append((place, why))
    }
    guard let (path, rest) = path(words) else {
      return mistakes.append((place, "siaga knows no such menu or command of RouterOS"))
    }
    guard let verb = rest.first else {
      menu = path
      return
    }
    guard verb.key == nil, verb.kind == .text, ConsoleMenu.verbs.contains(verb.text) else {
      return mistakes.append((place, "siaga knows no such menu or command of RouterOS"))
    }
    commands.append(
      Command(menu: path, verb: verb.text, words: Array(rest.dropFirst()), place: place))
  }

  /// The menu that the first words name, and the words after them; nil: there is none.
  private func path(
    _ words: ArraySlice<ConsoleLexer.Word>
  ) -> (menu: String, rest: ArraySlice<ConsoleLexer.Word>)? {
    var rest = words
    var path = menu
    var isFirst = true
    while let word = rest.first, word.kind == .text, word.key == nil {
      let text = word.text[...]
      if ConsoleMenu.verbs.contains(word.text), !isFirst || !text.hasPrefix("/") { break }
      if isFirst, text.hasPrefix("/") {
        path = ConsoleMenu.root
      } else if isFirst, !text.contains("/"), !ConsoleMenu.isChild(text, of: path) {
        return nil
      }
      // `/ip/route/add` ends in a verb.
      let steps = text.split(separator: "/")
      for (number, step) in zip(1..., steps) {
        if number == steps.count, steps.count > 1, ConsoleMenu.verbs.contains(String(step)) {
          let verb = ConsoleLexer.Word(text: String(step))
          return (path, [verb] + rest.dropFirst())
        }
        guard let next = ConsoleMenu.path(from: path, step) else { return nil }
        path = next
      }
      isFirst = false
      rest = rest.dropFirst()
    }
    return (path, rest)
  }

  /// `[admin@MikroTik] /ip route> add …`, as a terminal shows it.
  private mutating func withoutPrompt(
    _ words: ArraySlice<ConsoleLexer.Word>
  ) -> ArraySlice<ConsoleLexer.Word> {
    guard let first = words.first, first.kind == .bracket, first.text.contains("@"),
      let end = words.firstIndex(where: { $0.key == nil && $0.text.hasSuffix(">") })
    else { return words }
    var prompt = words[...end]
    prompt[end].text.removeLast()
    if prompt[end].text.isEmpty { prompt.removeLast() }
    menu = ConsoleMenu.root
    // The first word is who is logged in where; it may be all, as in `[admin@R1]>`.
    if let (path, rest) = path(prompt.dropFirst()), rest.isEmpty { menu = path }
    return words[(end + 1)...]
  }
}
