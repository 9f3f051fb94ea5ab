import Model

extension Configuration {
  /// JSON Schema (draft 2020-12) of the file, for editors. It says what each value looks
  /// like; what only shows between values is for `siaga check`.
  public static var schema: String {
    let file = FileDraft.section.outline
    var root: [(String, JSON)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string("Siaga's configuration file")),
    ]
    root += file.schemaMembers
    let sections = [
      UplinkDraft.section.outline, LANDraft.section.outline, CheckDraft.section.outline,
      GroupDraft.section.outline, BondDraft.section.outline, MatchDraft.section.outline,
      VirtualAddressDraft.section.outline, NodeDraft.section.outline, NodeDraft.ownUplink.outline,
      ClusterDraft.section.outline, ProcessDraft.section.outline,
      FailbackDraft.section.outline, DampingDraft.section.outline,
      FlowsDraft.section.outline, HookDraft.section.outline,
    ]
    var definitions = sections.map { ($0.kind, JSON.object($0.schemaMembers)) }
    definitions.append(("judge", .object(Form<CheckUse>.judgeShape.schemaMembers)))
    root.append(("$defs", .object(definitions)))
    return JSON.object(root).text() + "\n"
  }
}

extension SectionOutline {
  fileprivate var schemaMembers: [(String, JSON)] {
    let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
    let alternatives = keys.filter(\.isAlternative).map {
      JSON.object([("required", .array([.string($0.name)]))])
    }
    return [
      ("description", .string(doc)),
      ("type", .string("object")),
      ("properties", .object(keys.map { ($0.name, .object($0.schemaMembers)) })),
      ("required", .array(required)),
      ("additionalProperties", .bool(false)),
    ] + (alternatives.isEmpty ? [] : [("oneOf", .array(alternatives))]) + substitutions
  }
}

extension SectionOutline {
  /// Either the keys that another one does without, or that one.
  private var substitutions: [(String, JSON)] {
    let replaced = keys.filter { !$0.substitutes.isEmpty }
    guard !replaced.isEmpty else { return [] }
    let substitutes = Set(replaced.flatMap(\.substitutes)).sorted()
    let choices = [replaced.map(\.name)] + substitutes.map { [$0] }
    return [
      (
        "anyOf",
        .array(choices.map { .object([("required", .array($0.map(JSON.string)))]) })
      )
    ]
  }
}

extension KeyOutline {
  fileprivate var schemaMembers: [(String, JSON)] {
    var members: [(String, JSON)] = [("description", .string(doc))]
    if case .value(let text) = absence {
      members.append(("default", shape.json(of: text)))
    }
    return members + shape.schemaMembers
  }
}

extension Shape {
  private static let digits = "^(0[xX][0-9a-fA-F]{1,8}|[1-9][0-9]{0,9})$"

  fileprivate var schemaMembers: [(String, JSON)] {
    switch self {
    case .text(_, let pattern):
      [("type", .string("string")), ("pattern", .string(pattern))]
    case .words(let words):
      [("enum", .array(words.map(JSON.word)))]
    case .number(let bounds):
      [
        ("type", .string("integer")), ("minimum", .number(bounds.lowerBound)),
        ("maximum", .number(bounds.upperBound)),
      ]
    case .duration:
      [("type", .string("string")), ("pattern", .string("^[0-9]+(ms|s|m|h)$"))]
    case .percent:
      [("type", .string("string")), ("pattern", .string("^[0-9]{1,3}%$"))]
    case .mask:
      // Editors read 0x3f00 as a number or as text, as their YAML has it.
      [
        ("type", .array([.string("integer"), .string("string")])), ("minimum", .number(1)),
        ("maximum", .number(Int(UInt32.max))), ("pattern", .string(Self.digits)),
      ]
    case .either(let shapes):
      [("anyOf", .array(shapes.map { .object($0.schemaMembers) }))]
    case .oneOrMore(let one, let limit):
      [
        (
          "anyOf",
          .array([.object(one.schemaMembers), .object(Self.array(of: one, atMost: limit))])
        )
      ]
    case .list(let element, _, let limit):
      Self.array(of: element, atMost: limit)
    case .named(let value, _, let longest):
      [
        ("type", .string("object")), ("minProperties", .number(1)),
        ("propertyNames", .object([("pattern", .string(NameRule.pattern(longest: longest)))])),
        ("additionalProperties", .object(value.schemaMembers)),
      ]
    case .section(let outline):
      [("$ref", .string("#/$defs/\(outline.kind)"))]
    case .inset(let outline):
      outline.schemaMembers
    case .reference(let name, _):
      [("$ref", .string("#/$defs/\(name)"))]
    }
  }

  private static func array(of element: Shape, atMost limit: Int) -> [(String, JSON)] {
    [
      ("type", .string("array")), ("items", .object(element.schemaMembers)),
      ("minItems", .number(1)), ("maxItems", .number(limit)),
    ]
  }

  /// A default as the file writes it, as JSON has it.
  fileprivate func json(of text: String) -> JSON {
    switch self {
    case .number: Int(text).map(JSON.number) ?? .string(text)
    case .words: JSON.word(text)
    default: .string(text)
    }
  }
}
