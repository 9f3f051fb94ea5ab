extension Form where Value: Equatable & Sendable {
  /// One of a few words, each for one value, or a mapping that says more.
  ///
  /// - Parameters:
  ///   - meaning: of a mapping; nil when it is broken, and the findings say why.
  ///   - draft: the mapping that means a value for which there is no word.
  static func words<Draft: SectionDraft>(
    _ words: [(word: String, value: Value)], or section: Section<Draft>,
    meaning: @escaping @Sendable (Draft, ConfigPosition, inout Findings) -> Value?,
    draft: @escaping @Sendable (Value) -> Draft
  ) -> Form {
    let mapping = section.form
    let shape = Shape.either([.words(words.map(\.word)), mapping.shape])
    return Form(shape: shape) { node, subject, findings in
      switch node.content {
      case .mapping(let entries) where !entries.isEmpty:
        return mapping.read(node, subject, &findings).flatMap {
          meaning($0, node.position, &findings)
        }
      case .scalar(let text, _):
        if let found = words.first(where: { $0.word == text }) { return found.value }
        findings.report(
          mistaken(subject, shape, node), at: node.position,
          didYouMean: nearest(to: text, among: words.map(\.word)))
        return nil
      case .mapping, .sequence, .null:
        findings.report(mistaken(subject, shape, node), at: node.position)
        return nil
      }
    } write: { value in
      words.first { $0.value == value }.map { .text($0.word) } ?? mapping.write(draft(value))
    }
  }
}
