/// What the commands of some menus leave behind: items with their fields, in their order.
struct ConsoleItems {
  struct Item {
    let menu: String
    var verb = "add"  // what made it: the router has some things by itself
    var fields: [(name: String, value: ConsoleLexer.Word)] = []
    var places: [SourcePlace]  // of what made it, and of what changed it

    var place: SourcePlace { places[0] }

    func word(_ name: String) -> ConsoleLexer.Word? {
      fields.last { $0.name == name }?.value
    }

    /// nil: it is not there, or is computed.
    subscript(_ name: String) -> String? {
      word(name).flatMap { $0.kind == .text ? $0.text : nil }
    }

    /// A flag is a field that is `yes`.
    func isOn(_ name: String, otherwise: Bool = false) -> Bool {
      self[name].map { ["yes", "true"].contains($0) } ?? otherwise
    }

    mutating func set(_ name: String, _ value: ConsoleLexer.Word) {
      if let known = fields.firstIndex(where: { $0.name == name }) {
        fields[known].value = value
      } else {
        fields.append((name, value))
      }
    }
  }

  private(set) var items: [String: [Item]] = [:]  // by menu
  private var looksLeft = 500_000  // at items, in search of those to change

  subscript(_ menu: String) -> [Item] { items[menu] ?? [] }

  /// - Returns: why it has no effect; nil: it has.
  mutating func take(_ command: ConsoleScript.Command, in keys: Set<String>) -> String? {
    switch command.verb {
    case "add":
      var item = Item(menu: command.menu, places: [command.place])
      Self.fill(&item, command.words[...], keys)
      items[command.menu, default: []].append(item)
      return nil
    case "set", "enable", "disable", "remove", "comment", "unset":
      return change(command, keys)
    case "print", "export", "find", "get", "monitor", "edit": return "it changes nothing"
    case "move": return "siaga keeps the order in which the lines stand"
    default: return "siaga does not read `\(command.verb)`"
    }
  }

  private mutating func change(_ command: ConsoleScript.Command, _ keys: Set<String>) -> String? {
    var words = command.words[...]
    looksLeft -= self[command.menu].count
    guard looksLeft > 0 else { return "too many commands change what is above them" }
    let found: [Int]
    switch Self.selection(&words) {
    case .unclear:
      return "it chooses by what only the router knows; only `[ find NAME=VALUE ]` is read"
    case .all where command.verb == "remove": found = Array(self[command.menu].indices)
    case .all where self[command.menu].isEmpty && command.verb == "set":
      // Settings, or the first word of what the router has by itself.
      items[command.menu] = [Item(menu: command.menu, verb: "set", places: [])]
      found = [0]
    case .all: found = Array(self[command.menu].indices)
    case .some(let conditions):
      found = indices(in: command.menu, conditions, keys)
      if found.isEmpty {
        guard command.verb == "set" else { return "nothing above fits it" }
        return add(conditions, words, command, keys)
      }
    }
    for index in found.reversed() {
      if command.verb == "remove" {
        items[command.menu]?.remove(at: index)
      } else {
        Self.change(&items[command.menu, default: []][index], command, words, keys)
      }
    }
    return nil
  }

  private static func change(
    _ item: inout Item, _ command: ConsoleScript.Command, _ words: ArraySlice<ConsoleLexer.Word>,
    _ keys: Set<String>
  ) {
    item.places.append(command.place)
    switch command.verb {
    case "enable": item.set("disabled", ConsoleLexer.Word(text: "no"))
    case "disable": item.set("disabled", ConsoleLexer.Word(text: "yes"))
    case "unset":
      let names = words.map { name(of: $0.text, in: keys) }
      item.fields.removeAll { names.contains($0.name) }
    default: fill(&item, words, keys)
    }
  }

  /// Ethernet ports and the like are there before anybody adds them.
  private mutating func add(
    _ conditions: [(String, String)], _ words: ArraySlice<ConsoleLexer.Word>,
    _ command: ConsoleScript.Command, _ keys: Set<String>
  ) -> String? {
    guard command.menu.hasPrefix("/interface/"),
      conditions.count == 1,
      let name = conditions.first(where: { ["default-name", "name", "default"].contains($0.0) })
    else { return "nothing above fits it" }
    var item = Item(menu: command.menu, verb: "set", places: [command.place])
    item.set(name.0, ConsoleLexer.Word(text: name.1))
    if name.0 != "default" { item.set("name", ConsoleLexer.Word(text: name.1)) }
    Self.fill(&item, words, keys)
    items[command.menu, default: []].append(item)
    return nil
  }

  private func indices(
    in menu: String, _ conditions: [(String, String)], _ keys: Set<String>
  ) -> [Int] {
    let conditions = conditions.map { (Self.name(of: $0.0, in: keys), $0.1) }
    return self[menu].indices.filter { index in
      conditions.allSatisfy { self[menu][index].fits($0, $1) }
    }
  }

  private static func fill(
    _ item: inout Item, _ words: ArraySlice<ConsoleLexer.Word>, _ keys: Set<String>
  ) {
    for word in words {
      if let key = word.key {
        item.set(name(of: key, in: keys), ConsoleLexer.Word(text: word.text, kind: word.kind))
      } else if word.kind == .text, word.text.hasPrefix("!") {
        item.fields.removeAll { $0.name == String(word.text.dropFirst()) }
      } else if word.kind == .text {
        item.set(name(of: word.text, in: keys), ConsoleLexer.Word(text: "yes"))
      }
    }
  }

  /// A key may be cut short while it stays clear.
  static func name(of text: String, in keys: Set<String>) -> String {
    guard !keys.contains(text) else { return text }
    let fitting = keys.filter { $0.hasPrefix(text) }
    return fitting.count == 1 ? fitting.first ?? text : text
  }
}

// MARK: - Which items

extension ConsoleItems {
  enum Selection {
    case all
    case some([(String, String)])  // fields that must be so
    case unclear
  }

  /// `[ find comment="ISP1" ]`, or an item's name; they are taken off the words.
  static func selection(_ words: inout ArraySlice<ConsoleLexer.Word>) -> Selection {
    guard let first = words.first, first.key == nil else {
      guard let first = words.first, first.key == "numbers" else { return .all }
      words.removeFirst()
      return selection(of: first)
    }
    words.removeFirst()
    return selection(of: first)
  }

  private static func selection(of word: ConsoleLexer.Word) -> Selection {
    switch word.kind {
    case .computed: return .unclear
    case .text:
      let isNumbers = word.text.utf8.allSatisfy { (48...57).contains($0) || $0 == 44 }
      return isNumbers ? .unclear : .some([("name", word.text)])
    case .bracket: break
    }
    let lexer = ConsoleLexer(Array(word.text.utf8), file: "")
    guard lexer.pieces.count == 1, lexer.mistakes.isEmpty,
      case .statement(let words, _) = lexer.pieces[0],
      let find = words.firstIndex(where: { $0.key == nil && $0.text == "find" })
    else { return .unclear }
    var conditions: [(String, String)] = []
    for word in words[(find + 1)...] where !(word.key == nil && word.text == "where") {
      if let key = word.key, word.kind == .text, !key.contains(where: { "!<>~".contains($0) }) {
        conditions.append((key, word.text))
      } else if word.key == nil, word.kind == .text, ["dynamic", "default"].contains(word.text) {
        conditions.append((word.text, "yes"))
      } else {
        return .unclear
      }
    }
    return conditions.isEmpty ? .all : .some(conditions)
  }
}

extension ConsoleItems.Item {
  /// As `find` compares.
  func fits(_ name: String, _ value: String) -> Bool {
    if let own = self[name] { return own == value }
    switch (menu, name) {
    case ("/ip/route", "dst-address"): return value == "0.0.0.0/0"
    case ("/ipv6/route", "dst-address"): return value == "::/0"
    case (_, "default"): return false
    case (_, "distance"): return value == "1"
    case (_, "disabled"): return value == "no"
    default: return false
    }
  }
}
