/// A check that judges a group: one of `checks` by its name, or one written in its place.
enum CheckUse: Sendable {
  case named(String)
  case inline(CheckDraft)
}

extension Form<[Placed<CheckUse>]> {
  static let judges = use.oneOrList(atMost: 16)

  private static let name = Form<String>.name("a check's name", longest: NameRule.longestOfCheck)
  private static let combining = ["need", "of", "any"]
  private static let definition = CheckDraft.section.form

  private static let use = Form<CheckUse>(
    shape: .either([name.shape, definition.shape])
  ) { node, subject, findings in
    switch node.content {
    case .scalar(let text, _):
      return .named(text)
    case .mapping(let entries) where entries.contains { combining.contains($0.key) }:
      findings.report(
        "\(subject): some of several checks is not in this version; of a list all must be up",
        at: node.position)
      return nil
    case .mapping:
      return definition.read(node, "an inline check", &findings).map(CheckUse.inline)
    case .sequence, .null:
      findings.report(
        "\(subject) takes a check's name, an inline check or a list of these, not \(node.found)",
        at: node.position)
      return nil
    }
  } write: {
    switch $0 {
    case .named(let text): .text(text)
    case .inline(let draft): definition.write(draft)
    }
  }
}
