/// How a value is written in the file, both ways: what is read can be written, and what is
/// written reads back as the same value.
struct Form<Value>: Sendable {
  typealias Read =
    @Sendable (
      _ node: ConfigNode, _ subject: String, _ findings: inout Findings
    ) -> Value?

  let shape: Shape
  let read: Read  // nil: not a value, and the findings say why
  let write: @Sendable (Value) -> ConfigNode?  // nil: leave the key out
}

/// What came of the text of a scalar.
enum Parsed<Value> {
  case value(Value)
  case mistaken(didYouMean: String? = nil)
  case wrong(String)  // what to say after the key's name

  func map<New>(_ transform: (Value) -> New) -> Parsed<New> {
    switch self {
    case .value(let value): .value(transform(value))
    case .mistaken(let suggestion): .mistaken(didYouMean: suggestion)
    case .wrong(let reason): .wrong(reason)
    }
  }

  func flatMap<New>(_ transform: (Value) -> Parsed<New>) -> Parsed<New> {
    switch self {
    case .value(let value): transform(value)
    case .mistaken(let suggestion): .mistaken(didYouMean: suggestion)
    case .wrong(let reason): .wrong(reason)
    }
  }

  /// The same, but a mistake may have been meant as one of these words.
  func suggesting(_ words: [String], for text: String) -> Parsed {
    if case .mistaken(nil) = self {
      .mistaken(didYouMean: nearest(to: text, among: words))
    } else {
      self
    }
  }
}

extension Form {
  /// A value in one word.
  static func scalar(
    _ shape: Shape, write: @escaping @Sendable (Value) -> String,
    parse: @escaping @Sendable (String) -> Parsed<Value>
  ) -> Form {
    Form(shape: shape) { node, subject, findings in
      guard case .scalar(let text, _) = node.content else {
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
      return findings.value(parse(text), of: node, subject, shape)
    } write: {
      .text(write($0))
    }
  }

  /// The same, with its place beside it.
  var placed: Form<Placed<Value>> {
    Form<Placed<Value>>(shape: shape) { node, subject, findings in
      read(node, subject, &findings).map { Placed($0, at: node.position) }
    } write: {
      write($0.value)
    }
  }

  /// The same, where leaving the key out is a value of its own.
  var optional: Form<Value?> {
    Form<Value?>(shape: shape) { node, subject, findings in
      read(node, subject, &findings).map(Optional.some)
    } write: {
      $0.flatMap(write)
    }
  }

  /// One, or a list of them.
  func oneOrList(atMost limit: Int) -> Form<[Placed<Value>]> {
    Form<[Placed<Value>]>(shape: .oneOrMore(shape, atMost: limit)) { node, subject, findings in
      guard case .sequence(let elements) = node.content else {
        return placed.read(node, subject, &findings).map { [$0] }
      }
      guard (1...limit).contains(elements.count) else {
        findings.report(
          elements.isEmpty
            ? "\(subject) is an empty list; leave it out"
            : "\(subject) takes at most \(limit), and these are \(elements.count)",
          at: node.position)
        return nil
      }
      return elements.readAll(by: placed, subject, &findings)
    } write: { values in
      let nodes = values.compactMap(placed.write)
      return nodes.count > 1 ? .list(nodes) : nodes.first
    }
  }
}

extension Findings {
  /// Nil, and these say why: it is none.
  mutating func value<Value>(
    _ parsed: Parsed<Value>, of node: ConfigNode, _ subject: String, _ shape: Shape
  ) -> Value? {
    switch parsed {
    case .value(let value):
      return value
    case .mistaken(let suggestion):
      report(mistaken(subject, shape, node), at: node.position, didYouMean: suggestion)
    case .wrong(let reason):
      report("\(subject) \(reason)", at: node.position)
    }
    return nil
  }
}

extension [ConfigNode] {
  /// All values, or nil when one is not; every element is looked at either way.
  func readAll<Value>(
    by form: Form<Value>, _ subject: String, _ findings: inout Findings
  ) -> [Value]? {
    var values: [Value] = []
    for element in self {
      form.read(element, subject, &findings).map { values.append($0) }
    }
    return values.count == count ? values : nil
  }
}

func mistaken(_ subject: String, _ shape: Shape, _ node: ConfigNode) -> String {
  "\(subject) takes \(shape.phrase), not \(node.found)"
}
