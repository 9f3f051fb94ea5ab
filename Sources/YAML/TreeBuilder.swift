import Config

/// Builds the tree from the events of one text.
struct TreeBuilder: ~Copyable {
  private static let deepest = 64

  private let source: SourceText
  private var events: YAMLEvents
  private var refused: [ConfigProblem] = []  // what is YAML, but not for a config

  init(_ source: SourceText) {
    self.source = source
    events = YAMLEvents(source.bytes)
  }

  mutating func build() throws(ConfigProblems) -> ConfigNode {
    _ = try next()  // the stream starts
    guard case .documentStart = try next().kind else {
      throw ConfigProblems("the file is empty", at: .start)
    }
    let root = try node(from: next(), depth: 0)
    _ = try next()  // the document ends
    let after = try next()
    guard case .streamEnd = after.kind else {
      throw ConfigProblems("a second document starts here; a config is one", at: after.position)
    }
    if !refused.isEmpty { throw ConfigProblems(refused) }
    return root
  }

  private mutating func node(
    from event: YAMLEvent, depth: Int
  ) throws(ConfigProblems) -> ConfigNode {
    guard depth <= Self.deepest else {
      throw ConfigProblems(
        "this is nested more than \(Self.deepest) levels deep", at: event.position)
    }
    refuseProperties(of: event)
    switch event.kind {
    case .scalar(let text, let wasQuoted):
      return ConfigNode(
        !wasQuoted && text.isNull ? .null : .scalar(text, wasQuoted: wasQuoted),
        at: event.position)
    case .sequenceStart:
      return ConfigNode(.sequence(try elements(depth: depth + 1)), at: event.position)
    case .mappingStart:
      return ConfigNode(.mapping(try entries(depth: depth + 1)), at: event.position)
    case .alias(let name):
      refuse("the alias `*\(name)` is not taken; write out what it stands for", at: event.position)
      return ConfigNode(.null, at: event.position)
    case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      preconditionFailure("libyaml sent \(event.kind) where a node starts")
    }
  }

  private mutating func elements(depth: Int) throws(ConfigProblems) -> [ConfigNode] {
    var elements: [ConfigNode] = []
    while true {
      let event = try next()
      if case .sequenceEnd = event.kind { return elements }
      elements.append(try node(from: event, depth: depth))
    }
  }

  private mutating func entries(depth: Int) throws(ConfigProblems) -> [ConfigNode.Entry] {
    var entries: [ConfigNode.Entry] = []
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return entries }
      guard case .scalar(let key, let wasQuoted) = event.kind else {
        throw ConfigProblems(
          "a key is one word, not a list, a mapping or an alias", at: event.position)
      }
      refuseProperties(of: event)
      if key == "<<", !wasQuoted {
        refuse("the merge key `<<` is not taken; write out what it merges", at: event.position)
      }
      let value = try node(from: next(), depth: depth)
      entries.append(ConfigNode.Entry(key: key, position: event.position, value: value))
    }
  }

  private mutating func refuseProperties(of event: YAMLEvent) {
    if let anchor = event.properties.anchor {
      refuse("the anchor `&\(anchor)` is not taken; write out each value", at: event.position)
    }
    if let tag = event.properties.tag {
      refuse("the tag `\(tag)` is not taken; leave it out", at: event.position)
    }
  }

  private mutating func refuse(_ message: String, at position: ConfigPosition) {
    guard refused.count < ConfigProblems.maximum else { return }
    refused.append(ConfigProblem(message, at: position))
  }

  private mutating func next() throws(ConfigProblems) -> YAMLEvent {
    do throws(YAMLSyntaxError) {
      return try events.next()
    } catch {
      throw ConfigProblems(refused + [problem(error)])
    }
  }

  private func problem(_ error: YAMLSyntaxError) -> ConfigProblem {
    if let tab = source.tabIndenting(line: error.position.line) {
      return ConfigProblem("a tab indents this line; indent with spaces", at: tab)
    }
    let context = error.context.map { " \($0) (line \(error.contextPosition.line))" } ?? ""
    return ConfigProblem("this is not YAML: \(error.reason)\(context)", at: error.position)
  }
}

extension String {
  /// YAML 1.2 §10.3.2.
  fileprivate var isNull: Bool {
    ["", "~", "null", "Null", "NULL"].contains(self)
  }
}
