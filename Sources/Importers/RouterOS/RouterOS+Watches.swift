import Config
import Model

/// netwatch asks a host, and its scripts switch routes. Where they do nothing else, that is a check
/// of these routes.
extension RouterOS {
  mutating func readWatches() {
    let watches = items["/tool/netwatch"]
    let isTooMuch = watches.count * routes.count > 2_000_000
    for item in watches {
      if isTooMuch { leave(item, "there are too many of them to follow") } else { readWatch(item) }
    }
  }

  private mutating func readWatch(_ item: ConsoleItems.Item) {
    guard !item.isOn("disabled") else { return leave(item, "it is disabled") }
    for name in ["host", "up-script", "down-script"] where item.word(name)?.kind == .bracket {
      return leave(item, "`\(name)` is computed, and siaga does not guess")
    }
    guard let host = item["host"].flatMap({ IPAddress($0) }), host.notUnicast == nil else {
      return leave(item, "`host` is no address that can be asked")
    }
    guard let down = effect(item, "down-script"), let up = effect(item, "up-script") else {
      return leave(
        item, "its scripts do more than to switch routes that they find by NAME=VALUE")
    }
    guard !down.isEmpty, Set(down.keys) == Set(up.keys),
      down.values.allSatisfy({ $0 == .off }), up.values.allSatisfy({ $0 == .on })
    else {
      return leave(
        item,
        down.isEmpty && up.isEmpty
          ? "its scripts switch no route"
          : "what its scripts switch off they do not switch on again")
    }
    guard let question = question(of: item, host) else { return }
    let switched = down.keys.sorted()
    guard switched.allSatisfy({ routes[$0].family == host.family }) else {
      return leave(item, "it asks a host of the other family than that of its routes")
    }
    for index in switched { add(question, to: index) }
    carry(item)
    keepHost(host, of: item)
  }

  private mutating func add(_ question: Question, to index: Int) {
    guard routes[index].watches.count < 8 else { return }
    routes[index].watches.append(question)
    guard routes[index].isDisabled else { return }
    routes[index].isDisabled = false
    differ(routes[index].item, "netwatch had switched it off when this was exported")
  }

  /// The route by which the host was asked: here it is asked by the link that it tells of.
  private mutating func keepHost(_ host: IPAddress, of item: ConsoleItems.Item) {
    let pin = pins.all(holding: host).lazy.compactMap(\.first)
      .first { routes[$0].destination == .host(host) }
    if let pin {
      routes[pin].isPin = true
    } else {
      differ(item, "\(host) is asked by the link of each route, not by the one that carries")
    }
  }

  private mutating func question(of item: ConsoleItems.Item, _ host: IPAddress) -> Question? {
    var kind = CheckKind.ping
    var target = CheckTarget.address(host)
    switch item["type"] ?? "simple" {
    case "simple": break
    case "icmp": differ(item, "one echo is sent each time, and whether it is answered counts")
    case "tcp-conn":
      kind = .tcp
      target = .port(item["port"].flatMap { UInt16($0) } ?? 80, of: .address(host))
    case let other:
      leave(item, "siaga has no check like `\(other.printable)`")
      return nil
    }
    guard let every = item["interval"].map({ Duration(console: $0) }) ?? .seconds(10),
      let timeout = item["timeout"].map({ Duration(console: $0) }) ?? .seconds(1)
    else {
      leave(item, "its times cannot be read")
      return nil
    }
    let kept = (
      every: min(max(every, .milliseconds(10)), .seconds(3_600)),
      timeout: min(max(timeout, .milliseconds(10)), .seconds(60))
    )
    if kept != (every, timeout) {
      differ(item, "its times are out of bounds; the nearest are taken")
    }
    // One test in either direction.
    return Question(
      kind: kind, targets: [target], every: kept.every, timeout: kept.timeout, fall: 1, rise: 1)
  }
}

// MARK: - Scripts

extension RouterOS {
  private enum Effect { case on, off }

  /// What a script does to routes; nil: it does something else, too.
  private func effect(_ item: ConsoleItems.Item, _ name: String) -> [Int: Effect]? {
    guard let text = item.word(name)?.text, !text.isEmpty else { return [:] }
    let script = ConsoleScript(Array(text.utf8), file: item.place.file, line: item.place.line)
    guard script.commands.count + script.mistakes.count <= 32 else { return nil }
    // Messages to the log change nothing.
    guard script.mistakes.isEmpty || text.isOnlyLogging(beside: script.commands.count) else {
      return nil
    }
    var effects: [Int: Effect] = [:]
    for command in script.commands {
      switch command.menu {
      case "/log": continue
      case "/ip/firewall/connection" where command.verb == "remove": continue
      case "/ip/route", "/ipv6/route": break
      default: return nil
      }
      var words = command.words[...]
      guard case .some(let conditions) = ConsoleItems.selection(&words) else { return nil }
      guard let effect = effect(command.verb, words) else { return nil }
      let found = routes.indices.filter { index in
        routes[index].item.menu == command.menu
          && conditions.allSatisfy { routes[index].item.fits($0.0, $0.1) }
      }
      guard !found.isEmpty, found.count <= 64 else { return nil }
      for index in found { effects[index] = effect }
    }
    return effects
  }

  private func effect(_ verb: String, _ words: ArraySlice<ConsoleLexer.Word>) -> Effect? {
    switch verb {
    case "enable" where words.isEmpty: return .on
    case "disable" where words.isEmpty: return .off
    case "set":
      guard words.count == 1, let word = words.first, word.key == "disabled", word.kind == .text
      else { return nil }
      return word.text == "yes" ? .off : .on
    default: return nil
    }
  }
}

extension String {
  /// Whether each of its statements that is no command begins with `:log` or `/log`.
  fileprivate func isOnlyLogging(beside commands: Int) -> Bool {
    let lexer = ConsoleLexer(Array(utf8), file: "")
    let statements = lexer.pieces.compactMap { piece -> [ConsoleLexer.Word]? in
      if case .statement(let words, _) = piece { words } else { nil }
    }
    guard lexer.mistakes.isEmpty, statements.count == lexer.pieces.count else { return false }
    let logging = statements.count { words in
      [":log", "/log", "log", ":delay", "/delay"].contains(words[0].text)
    }
    return logging + commands >= statements.count
  }
}

extension Duration {
  /// `10s`, `1m30s`, `1d02:00:00`, `00:00:00.200`, or seconds alone; nil: it is none.
  init?(console text: String) {
    var seconds = 0.0
    var number = ""
    var unit = ""
    var parts: [(String, String)] = []
    for character in text {
      if character.isASCII, character.isNumber || character == "." || character == ":" {
        if !unit.isEmpty {
          parts.append((number, unit))
          (number, unit) = ("", "")
        }
        number.append(character)
      } else {
        unit.append(character)
      }
    }
    parts.append((number, unit))
    let units = ["": 1.0, "s": 1, "ms": 0.001, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    for (number, unit) in parts where !(number.isEmpty && unit.isEmpty) {
      guard let scale = units[unit] else { return nil }
      let fields = number.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
      guard fields.count <= 3, !fields.contains(nil) else { return nil }
      seconds += fields.reduce(0) { $0 * 60 + ($1 ?? 0) } * scale
    }
    guard !text.isEmpty, seconds.isFinite, (0...1e9).contains(seconds) else { return nil }
    self = .milliseconds(Int64((seconds * 1_000).rounded()))
  }
}
