import Model

extension Form where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One of a closed set of words.
  static func words() -> Form {
    let words = Value.allCases.map(\.rawValue)
    return .scalar(.words(words), write: \.rawValue) { text in
      Value(rawValue: text).map(Parsed.value)
        ?? .mistaken(didYouMean: nearest(to: text, among: words))
    }
  }
}

extension Form<String> {
  /// The name of something that is defined elsewhere in the file; whether it exists is
  /// asked once all is read.
  static func name(_ what: String, longest: Int = NameRule.longest) -> Form {
    .scalar(.text(what, pattern: NameRule.pattern(longest: longest)), write: { $0 }) {
      .value($0)
    }
  }
}

extension Form<NodeName> {
  static let nodeName = Form.scalar(
    .text("a name such as `gw1`", pattern: NameRule.pattern()), write: \.text
  ) { text in
    NameRule.complaint(about: text) == nil ? .value(NodeName(text)) : .mistaken()
  }
}

extension Form<InterfaceName> {
  static let interface = Form.scalar(
    .text(
      "an interface name such as `eth0` (at most 15 bytes, none of `/ : * \" \\` or space)",
      pattern: #"^[^/:*"\\\s]{1,15}$"#),
    write: \.text
  ) { text in
    // In a ruleset `*` would stand for other interfaces, and quotes end the name.
    guard !text.contains(where: { #"*"\"#.contains($0) }) else { return .mistaken() }
    return InterfaceName(text).map(Parsed.value) ?? .mistaken()
  }
}
