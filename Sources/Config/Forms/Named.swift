/// An entry under a name that the operator chose. The name stands even when the value is
/// broken, so that nobody is told that it does not exist.
struct Named<Value> {
  let name: Placed<String>
  let value: Value?

  init(_ name: String, _ value: Value) {
    self.init(Placed(name), value)
  }

  init(_ name: Placed<String>, _ value: Value?) {
    self.name = name
    self.value = value
  }
}

extension Named: Sendable where Value: Sendable {}

extension Form {
  /// A mapping of names: `uplinks: { isp1: …, isp2: … }`.
  static func named<Element: SectionDraft>(_: Element.Type, longest: Int = NameRule.longest) -> Form
  where Value == [Named<Element>] {
    named(Element.section, longest: longest)
  }

  static func named<Element>(_ element: Section<Element>, longest: Int = NameRule.longest) -> Form
  where Value == [Named<Element>] {
    let section = element.form
    let kind = element.outline.kind
    let shape = Shape.named(
      of: section.shape, what: "a mapping from names to \(kind)s", longest: longest)
    return Form(shape: shape) { node, subject, findings in
      guard case .mapping(let entries) = node.content else {
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
      if entries.isEmpty { findings.report("\(subject) is empty", at: node.position) }
      return entries.withoutRepeats(&findings).map { entry in
        if let wrong = NameRule.complaint(about: entry.key, longest: longest) {
          findings.report(wrong, at: entry.position)
        }
        let value = entry.read(by: section, "\(kind) \(entry.key.shown)", &findings)
        return Named(Placed(entry.key, at: entry.position), value)
      }
    } write: { elements in
      guard !elements.isEmpty else { return nil }
      return .mapping(
        elements.compactMap { element in
          element.value.flatMap(section.write).map { (key: element.name.value, value: $0) }
        })
    }
  }
}

extension ConfigNode.Entry {
  fileprivate func read<Value>(
    by form: Form<Value>, _ subject: String, _ findings: inout Findings
  ) -> Value? {
    if case .null = value.content {
      findings.report("\(subject) is empty", at: position)
      return nil
    }
    return form.read(value, subject, &findings)
  }
}

/// What names may look like: they stand in commands, log lines and file names.
enum NameRule {
  static let longest = 32
  /// Room for those made of a group's or an uplink's name: `internet.check.12`.
  static let longestOfCheck = 48

  static func pattern(longest: Int = longest) -> String { "^[A-Za-z0-9._-]{1,\(longest)}$" }

  static func complaint(about name: String, longest: Int = longest) -> String? {
    let bytes = name.utf8
    guard bytes.allSatisfy(isAllowed), !bytes.isEmpty else {
      return "\(name.shown) is not a name; names are made of A–Z, a–z, 0–9, `.`, `_` and `-`"
    }
    guard bytes.count <= longest else {
      return "\(name.shown) is too long; a name has at most \(longest) characters"
    }
    return nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default:
      false
    }
  }
}
