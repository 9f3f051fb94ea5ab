import Model

/// RouterOS, as `export` writes it (versions 6 and 7) or as people type it. The router checks
/// gateways every 10 s; two answers missed in a row make one unreachable, one answer brings it back.
/// Of the routes that can be used the one of the lowest distance counts.
struct RouterOS {
  var intent = Intent()
  var report = ImportReport()
  var items = ConsoleItems()
  let commands: [ConsoleScript.Command]
  let version: Int?  // as the header says
  var ports: [String: Port] = [:]  // interfaces, by their name
  var linuxNames: [String: String] = [:]  // by RouterOS' name
  var takenNames: Set<String> = []
  var numbers: [String: Int] = [:]  // that tell names apart which begin the same
  var networks = PrefixIndex<String>()  // whose interface
  var lists: [String: [String]] = [:]  // interfaces by list
  var routes: [Route] = []
  var pins = PrefixIndex<Int>()  // routes by which gateways are found
  var leading: Set<String> = []  // interfaces that routes lead by
  var asked: Set<IPAddress> = []  // hosts beyond the gateways
  var usedLists: Set<String> = []  // of addresses
  var addressLists: [Family: [String: [String]]] = [:]
  var sharedTables: Set<String> = []  // those of the parts of shared traffic
  var bestByTable: [String: String] = [:]  // the interface of the best way
  var answered: Set<String> = []  // those by which answers leave

  init(_ files: [SourceFile]) {
    let scripts = files.map { ConsoleScript($0) }
    commands = scripts.flatMap(\.commands)
    version = files.lazy.compactMap(Self.version).first ?? Self.guessed(commands)
    for mistake in scripts.flatMap(\.mistakes) {
      report.note(mistake.place, "a line", .left(mistake.why))
    }
    for command in commands {
      guard let keys = Self.keys[command.menu] else { continue }
      if let why = items.take(command, in: keys) {
        report.note(command.place, command.statement, .left(why))
      }
    }
    readPorts()
    readAddresses()
    readRoutes()
    readWatches()
    addDynamicWays()
    addRoutes()
    addLinks()
    addTranslation()
    addSelections()
    for command in commands where !report.isNoted(command.place) {
      report.note(command.place, command.statement, .left(Self.business(of: command.menu)))
    }
    intent.equalsShare = true
    intent.opening = [
      "From RouterOS: gateways are asked as `check-gateway` does; RouterOS has no damping, so it is",
      "off here.",
    ]
  }

  // MARK: What becomes of an item

  mutating func carry(_ item: ConsoleItems.Item) { note(item, .carried) }
  mutating func leave(_ item: ConsoleItems.Item, _ why: String) { note(item, .left(why)) }
  mutating func differ(_ item: ConsoleItems.Item, _ how: String) { note(item, .differs(how)) }

  private mutating func note(_ item: ConsoleItems.Item, _ fate: ImportReport.Fate) {
    for (number, place) in item.places.enumerated() {
      report.note(place, "\(item.menu) \(number == 0 ? item.verb : "set")", fate)
    }
  }

  // MARK: Versions

  /// `# 2024-05-01 10:00:00 by RouterOS 7.14.3`
  private static func version(_ file: SourceFile) -> Int? {
    for line in file.head where line.hasPrefix("#") {
      let words = line.split(separator: " ")
      guard let name = words.firstIndex(of: "RouterOS"), name + 1 < words.count else { continue }
      return words[name + 1].first?.wholeNumberValue
    }
    return nil
  }

  /// Whether a file is surely RouterOS': its header says so, or lines lead into menus.
  static func wrote(_ file: SourceFile) -> Bool {
    version(file) != nil
      || file.head.contains { line in
        ["/ip ", "/ip/", "/ipv6 ", "/ipv6/", "/interface", "/routing "].contains {
          line.hasPrefix($0)
        }
      }
  }

  /// By words that only one of them has.
  private static func guessed(_ commands: [ConsoleScript.Command]) -> Int? {
    for command in commands {
      switch command.menu {
      case "/routing/table", "/routing/rule": return 7
      case "/ip/route/rule": return 6
      case "/ip/route":
        if command.words.contains(where: { $0.key == "routing-mark" }) { return 6 }
        if command.words.contains(where: { $0.key == "routing-table" }) { return 7 }
      default: break
      }
    }
    return nil
  }
}

extension SourceFile {
  /// Its first lines.
  var head: [String] {
    SourceFile(name: name, bytes: Array(bytes.prefix(4_096))).lines.prefix(40).map { $0 }
  }
}
