/// A program to run. No shell reads it: words are what the list has, and nothing splits them.
extension Form<[String]> {
  static let mostWords = 64
  static let longestWord = 4_096

  /// `/usr/local/bin/told`, or `[/usr/local/bin/told, --group]`.
  static let command: Form = {
    let shape = Shape.either([
      .text("a program's absolute path", pattern: #"^/\S*[^\s/]$"#),
      .list(
        of: .text("a word", pattern: "^[^\\u0000]*$"), what: "a list of it and its arguments",
        atMost: mostWords),
    ])
    return Form(shape: shape) { node, subject, findings in
      switch node.content {
      case .scalar(let text, _):
        return program(alone: text, node, subject, &findings).map { [$0] }
      case .sequence(let elements) where !elements.isEmpty && elements.count <= mostWords:
        return words(elements, subject, &findings)
      case .sequence(let elements) where !elements.isEmpty:
        findings.report(
          "\(subject) takes at most \(mostWords) words, and these are \(elements.count)",
          at: node.position)
        return nil
      case .sequence, .mapping, .null:
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
    } write: { words in
      words.count == 1 && !words[0].contains(where: \.isWhitespace)
        ? .text(words[0]) : .list(words.map { .text($0) })
    }
  }()

  private static func program(
    alone text: String, _ node: ConfigNode, _ subject: String, _ findings: inout Findings
  ) -> String? {
    guard isProgram(text, node, subject, &findings) else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count > 1 else { return text }
    findings.report(
      "\(subject) has a space in \(text.shown), and nothing splits words here; write each word "
        + "as an element of a list", at: node.position,
      didYouMean: "[\(words.joined(separator: ", "))]")
    return nil
  }

  private static func words(
    _ elements: [ConfigNode], _ subject: String, _ findings: inout Findings
  ) -> [String]? {
    var words: [String] = []
    for element in elements {
      guard case .scalar(let text, _) = element.content, text.utf8.count <= longestWord,
        !text.utf8.contains(0)
      else {
        findings.report(
          "\(subject) takes words, not \(element.found)", at: element.position)
        return nil
      }
      words.append(text)
    }
    return isProgram(words[0], elements[0], subject, &findings) ? words : nil
  }

  /// What PATH would make of a name depends on who starts the daemon.
  private static func isProgram(
    _ text: String, _ node: ConfigNode, _ subject: String, _ findings: inout Findings
  ) -> Bool {
    guard text.first == "/", text.last != "/", text.utf8.count <= longestWord,
      !text.utf8.contains(0)
    else {
      findings.report(
        "\(subject): \(text.shown) is not the absolute path of a program, such as "
          + "`/usr/local/bin/told`", at: node.position)
      return false
    }
    return true
  }
}
