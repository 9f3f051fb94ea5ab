import Config
import Model

/// Names for what had none, or another kind of name.
extension Settling {
  mutating func name(of question: Question) -> CheckName {
    if let known = questions.first(where: { $0.question == question }) { return known.name }
    let text = unused(question.usualName) { name in
      questions.contains { $0.name.text == name }
    }
    let name = CheckName(text)
    questions.append((question, name))
    configuration.checks.append(question.definition(name))
    return name
  }

  func name(of destination: Prefix) -> GroupName {
    switch destination {
    case .defaultV4: unusedName("internet")
    case .defaultV6: unusedName("internet6")
    default: unusedName("net-\(destination)")
    }
  }

  func groupName(_ selection: Intent.Selection, _ family: Family) -> String {
    let base = selection.name ?? selection.table
    return family == .ipv6 && selection.families.count > 1 ? "\(base)6" : base
  }

  func unusedName(_ base: String) -> GroupName {
    GroupName(
      unused(base) { name in
        configuration.groups.contains { $0.name.text == name }
          || intent.bonds.contains { $0.name == name }
      })
  }

  func unused(_ base: String, isUsed: (String) -> Bool) -> String {
    let base = base.asName
    guard isUsed(base) else { return base }
    for number in 2... {
      let name = "\(base.prefix(28))-\(number)"
      if !isUsed(name) { return name }
    }
    preconditionFailure("there is always another number")
  }
}

extension Question {
  fileprivate var usualName: String {
    guard targets != [.gateway] else { return "gateway" }
    let kind =
      switch kind {
      case .ping: "ping"
      case .arp: "arp"
      case .tcp: "tcp"
      case .dns: "dns"
      case .exec: "exec"
      case .file: "file"
      case .wifi: "wifi"
      }
    return targets.count == 1 ? "\(kind)-\(targets[0])" : kind
  }
}

extension String {
  /// The nearest to this that may be a name in the file: A–Z, a–z, 0–9, `.`, `_` and `-`, at most
  /// 32 of them.
  var asName: String {
    let fit = map { character -> Character in
      let isPlain =
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
      return isPlain ? character : "-"
    }
    let words = String(fit).split(separator: "-").joined(separator: "-")
    return words.isEmpty ? "unnamed" : String(words.prefix(32))
  }
}

extension InterfaceName {
  /// Why an uplink can have no interface of this name.
  static func complaint(about text: String) -> String? {
    if InterfaceName(text) == nil {
      return
        "Linux has no interface of such a name: 1 to 15 characters, without `/`, `:` and spaces"
    }
    return text.contains { "*\"\\".contains($0) }
      ? "Siaga takes no interface whose name has `*`, `\"` or `\\` in it" : nil
  }
}

extension [SourcePlace] {
  /// `a.rsc:3, 5 and 9`
  var spokenPlaces: String {
    let files = reduce(into: [String]()) { if !$0.contains($1.file) { $0.append($1.file) } }
    return files.map { file in
      let lines = Set(filter { $0.file == file }.map(\.line)).sorted()
      if lines.count > 16 {
        let first = lines.prefix(15).map { "\($0)" }.joined(separator: ", ")
        return "\(file):\(first) and \(lines.count - 15) others"
      }
      let numbers = lines.map { "\($0)" }
      return numbers.count > 1
        ? "\(file):\(numbers.dropLast().joined(separator: ", ")) and \(numbers.last ?? "")"
        : "\(file):\(numbers.first ?? "")"
    }.joined(separator: "; ")
  }
}
