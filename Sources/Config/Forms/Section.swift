/// A mapping with fixed keys, read into a draft whose broken fields are nil.
struct Section<Draft: SectionDraft>: Sendable {
  let outline: SectionOutline
  private let keys: [Key<Draft>]

  /// - Parameters:
  ///   - chapter: its title on the reference page; nil: it is told where it stands.
  ///   - later: keys of the spec that this version refuses by name.
  init(
    _ kind: String, _ doc: String, chapter: String? = nil, later: [String] = [],
    _ keys: [Key<Draft>]
  ) {
    outline = SectionOutline(
      kind: kind, doc: doc, chapter: chapter, keys: keys.map(\.outline), later: later)
    self.keys = keys
  }

  /// Its keys where they change what another place says.
  /// - Parameter names: of those that are said there alone.
  func changing(_ kind: String, _ doc: String, chapter: String, without names: [String]) -> Section
  {
    Section(
      kind, doc, chapter: chapter, later: outline.later + names,
      keys.filter { !names.contains($0.outline.name) }.map(\.changing))
  }

  var form: Form<Draft> {
    Form(shape: .section(outline), read: read, write: write)
  }

  /// The same, for a section that stands in one place only.
  var inset: Form<Draft> {
    Form(shape: .inset(outline), read: read, write: write)
  }

  @Sendable private func read(
    _ node: ConfigNode, _ subject: String, _ findings: inout Findings
  ) -> Draft? {
    guard case .mapping(let entries) = node.content else {
      findings.report(mistaken(subject, .section(outline), node), at: node.position)
      return nil
    }
    let given = entries.withoutRepeats(&findings)
    let misspelt = reportStrangers(in: given, subject, &findings)
    var draft = Draft()
    for key in keys {
      let name = key.outline.name
      if let entry = given.first(where: { $0.key == name }) {
        key.read(entry, &draft, &findings)
      } else if misspelt.contains(name) {
        continue  // it is there, in a way: left broken
      } else if let complaint = key.outline.complaint(subject, given: given.map(\.key) + misspelt) {
        findings.report(complaint, at: node.position)
      } else {
        key.leaveOut(node.position, &draft)
      }
    }
    return draft
  }

  @Sendable private func write(_ draft: Draft) -> ConfigNode? {
    .mapping(
      keys.compactMap { key in key.write(draft).map { (key: key.outline.name, value: $0) } })
  }

  /// The section as people write it: what is so anyway is left out.
  func terse(_ draft: Draft) -> ConfigNode {
    .mapping(
      keys.compactMap { key in
        let node = key.write(draft)
        return node == key.usual ? nil : node.map { (key: key.outline.name, value: $0) }
      })
  }

  /// Keys that are not of this section.
  /// - Returns: the names of the keys that were probably meant: those are not missing too.
  private func reportStrangers(
    in entries: [ConfigNode.Entry], _ subject: String, _ findings: inout Findings
  ) -> Set<String> {
    let names = outline.keys.map(\.name)
    var meant: Set<String> = []
    for entry in entries where !names.contains(entry.key) {
      if outline.later.contains(entry.key) {
        findings.report("\(entry.key.shown) is not in this version", at: entry.position)
        continue
      }
      let suggestion = nearest(to: entry.key, among: names)
      suggestion.map { _ = meant.insert($0) }
      findings.report(
        "\(subject) has no key \(entry.key.shown)", at: entry.position, didYouMean: suggestion)
    }
    return meant
  }
}

/// A section of the file as it was read: a field is nil when its value is broken, so that
/// nothing else is said about it.
protocol SectionDraft: Sendable {
  static var section: Section<Self> { get }

  init()
}

extension [ConfigNode.Entry] {
  /// Each key's first entry; the others are reported.
  func withoutRepeats(_ findings: inout Findings) -> [ConfigNode.Entry] {
    var lines: [String: Int] = [:]
    var first: [ConfigNode.Entry] = []
    for entry in self {
      if let line = lines[entry.key] {
        findings.report(
          "\(entry.key.shown) is here twice; the first is in line \(line)", at: entry.position)
      } else {
        lines[entry.key] = entry.position.line
        first.append(entry)
      }
    }
    return first
  }
}
