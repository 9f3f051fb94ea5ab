import Model

/// What a value looks like, for those who do not read it: messages, the reference page, the
/// schema.
indirect enum Shape: Sendable {
  case text(String, pattern: String)  // what it is, and an ECMA-262 pattern for editors
  case words([String])
  case number(ClosedRange<Int>)
  case duration(ClosedRange<Duration>)
  case percent(ClosedRange<Percent>)
  case mask
  case either([Shape])
  case oneOrMore(Shape, atMost: Int)
  case list(of: Shape, what: String, atMost: Int)
  /// A mapping from names that the operator chooses.
  case named(of: Shape, what: String, longest: Int)
  case section(SectionOutline)
  /// A section that has no chapter of its own: it is told where it stands.
  case inset(SectionOutline)
  /// What the schema knows by a name: it may have itself inside.
  case reference(to: String, what: String)

  /// What a person is told: "`every` takes …".
  var phrase: String {
    switch self {
    case .text(let what, _): what
    case .words(let words): words.map(\.shown).spoken()
    case .number(let bounds): "a number from \(bounds.lowerBound) to \(bounds.upperBound)"
    case .duration(let bounds):
      "a duration from \(bounds.lowerBound.text) to \(bounds.upperBound.text)"
    case .percent(let bounds): "a percentage from \(bounds.lowerBound) to \(bounds.upperBound)"
    case .mask: "a mask of adjacent bits such as `0x3f00`"
    case .either(let shapes): shapes.flatMap { $0.alternatives(\.phrase) }.spoken()
    case .oneOrMore(let one, _): "\(one.phrase) or a list of these"
    case .list(_, let what, _): what
    case .named(_, let what, _), .reference(_, let what): what
    case .section(let outline), .inset(let outline):
      "a mapping of \(outline.keys.map(\.name.shown).spoken("and"))"
    }
  }
}

extension Shape {
  /// Each word on its own, so that a list of them and of other shapes reads as one.
  func alternatives(_ phrase: (Shape) -> String) -> [String] {
    if case .words(let words) = self { words.map(\.shown) } else { [phrase(self)] }
  }
}

/// What is known of a section without its types.
struct SectionOutline: Sendable {
  let kind: String  // `uplink`, as a message says it and the schema calls it
  let doc: String
  let chapter: String?  // `uplinks.NAME`, as the reference page calls it
  let keys: [KeyOutline]
  let later: [String]  // keys that a later version takes

  var title: String { chapter ?? kind }
}

/// What is known of a key without its type.
struct KeyOutline: Sendable {
  enum Absence: Sendable {
    case required
    case requiredSaying(String)
    case requiredUnless([String], String)
    case alternative([String], later: [String])
    case value(String)
    case means(String)
  }

  let name: String
  let shape: Shape
  let absence: Absence
  let doc: String

  var isRequired: Bool {
    switch absence {
    case .required, .requiredSaying: true
    case .requiredUnless, .alternative, .value, .means: false
    }
  }

  /// The keys that do without this one.
  var substitutes: [String] {
    if case .requiredUnless(let keys, _) = absence { keys } else { [] }
  }

  var isAlternative: Bool {
    if case .alternative = absence { true } else { false }
  }

  /// What to tell when a required key is missing beside the `given` ones, or those that were
  /// meant; nil when there is nothing to tell.
  func complaint(_ subject: String, given: [String]) -> String? {
    switch absence {
    case .required:
      return "\(subject) needs \(name.shown)"
    case .requiredSaying(let complaint):
      return complaint
    case .requiredUnless(let keys, let complaint):
      return given.contains(where: keys.contains) ? nil : complaint
    case .alternative(let keys, let later):
      // Told once, by the first of them.
      guard name == keys.first, !given.contains(where: (keys + later).contains) else {
        return nil
      }
      return "\(subject) needs exactly one of \(keys.map(\.shown).spoken())"
    case .value, .means:
      return nil
    }
  }
}
