import Model

/// Who judges a group or an uplink: one of `checks` by its name, one written in its place, or some of
/// several of these.
indirect enum CheckUse: Sendable {
  case named(String)
  case inline(CheckDraft)
  case need(Int, of: [Placed<CheckUse>])

  /// What no one understands at three in the morning is refused.
  static let mostChecks = 16
  static let deepest = 4

  init(_ judge: Judge) {
    switch judge {
    case .check(let name): self = .named(name.text)
    case .need(let count, let judges): self = .need(count, of: judges.map { Placed(Self($0)) })
    }
  }
}

extension Judge {
  /// What all must be up is written as a list.
  var uses: [Placed<CheckUse>] {
    switch self {
    case .need(let count, let judges) where count == judges.count:
      judges.map { Placed(CheckUse($0)) }
    case .need, .check:
      [Placed(CheckUse(self))]
    }
  }
}

extension Form<[Placed<CheckUse>]> {
  static let judges = Form<CheckUse>.judge.oneOrList(atMost: CheckUse.mostChecks)

  /// The checks that are put together: a list, also when it is of one.
  static let several: Form = {
    let shape = Shape.list(
      of: Form<CheckUse>.judge.shape, what: "a list of checks", atMost: CheckUse.mostChecks)
    return Form(shape: shape) { node, subject, findings in
      guard case .sequence(let elements) = node.content else {
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
      if elements.isEmpty {
        findings.report("\(subject) is an empty list; put a check in it", at: node.position)
        return nil
      }
      return judges.read(node, subject, &findings)
    } write: { uses in
      .list(uses.compactMap { Form<CheckUse>.judge.write($0.value) })
    }
  }()
}

extension Form<CheckUse> {
  private static let name = Form<String>.name("a check's name", longest: NameRule.longestOfCheck)
  private static let definition = CheckDraft.section.form

  /// What the schema calls `judge`; others refer to it, as it has itself inside.
  static var judgeShape: Shape {
    .either([name.shape, definition.shape] + CheckCombination.allCases.map(\.shape))
  }

  static let judge = Form(
    shape: .reference(
      to: "judge",
      what: "a check's name, an inline check, `{ need: 2, of: [a, b, c] }`, `{ any: [a, b] }`, "
        + "`{ all: [a, b] }`")
  ) { node, subject, findings in
    switch node.content {
    case .scalar(let text, _):
      return .named(text)
    case .mapping(let entries):
      let combinations = CheckCombination.meant(by: entries)
      guard let combination = combinations.first else {
        return definition.read(node, "an inline check", &findings).map(CheckUse.inline)
      }
      guard combinations.count == 1 else {
        findings.report(
          "\(subject) takes one of `need` with `of`, `any` and `all`; put one inside the other",
          at: node.position)
        return nil
      }
      return combination.read(node, subject, &findings)
    case .sequence:
      findings.report(
        "\(subject): a list inside a list is written as `{ all: [a, b] }`", at: node.position)
      return nil
    case .null:
      findings.report(
        "\(subject) takes a check's name or an inline check, not nothing", at: node.position)
      return nil
    }
  } write: { use in
    switch use {
    case .named(let text): .text(text)
    case .inline(let draft): definition.write(draft)
    case .need(let count, let uses): CheckCombination.write(count, of: uses)
    }
  }
}
