import Model

/// The ways to say how many of several checks must be up.
enum CheckCombination: CaseIterable {
  case need, any, all

  /// What the mapping is meant as, by its keys and also by misspelt ones: none for an inline
  /// check, and several when somebody wanted too much at once.
  static func meant(by entries: [ConfigNode.Entry]) -> [CheckCombination] {
    // A check's own key makes it a check; that it will have a `need` of its own changes nothing.
    let check = CheckDraft.section.outline
    let ofChecks = Set(check.keys.map(\.name) + check.later).subtracting(["need"])
    guard !entries.contains(where: { ofChecks.contains($0.key) }) else { return [] }
    let words = allCases.flatMap(\.keys)
    let meant = Set(entries.compactMap { nearest(to: $0.key, among: words) })
    return allCases.filter { !meant.isDisjoint(with: $0.keys) }
  }

  func read(
    _ node: ConfigNode, _ subject: String, _ findings: inout Findings
  ) -> CheckUse? {
    switch self {
    case .need:
      NeedDraft.section.inset.read(node, subject, &findings)?.use(&findings)
    case .any:
      AnyDraft.section.inset.read(node, subject, &findings)?.any.map {
        .need(1, of: $0.value)
      }
    case .all:
      AllDraft.section.inset.read(node, subject, &findings)?.all.map {
        .need($0.value.count, of: $0.value)
      }
    }
  }

  /// In the fewest words.
  static func write(_ count: Int, of uses: [Placed<CheckUse>]) -> ConfigNode? {
    switch count {
    case uses.count: AllDraft.section.inset.write(AllDraft(all: Placed(uses)))
    case 1: AnyDraft.section.inset.write(AnyDraft(any: Placed(uses)))
    default: NeedDraft.section.inset.write(NeedDraft(need: Placed(count), of: Placed(uses)))
    }
  }

  private var keys: [String] { outline.keys.map(\.name) }

  private var outline: SectionOutline {
    switch self {
    case .need: NeedDraft.section.outline
    case .any: AnyDraft.section.outline
    case .all: AllDraft.section.outline
    }
  }

  var shape: Shape { .inset(outline) }
}

/// `{ need: 2, of: [a, b, c] }`
private struct NeedDraft: SectionDraft {
  var need: Placed<Int>?
  var of: Placed<[Placed<CheckUse>]>?

  static let section = Section<NeedDraft>(
    "combination", "So many of these must be up.",
    [
      Key(
        "need", \.need, .number(1...CheckUse.mostChecks),
        .requiredSaying("`of` goes with `need`: how many of these must be up"),
        "How many must be up."),
      Key(
        "of", \.of, .several,
        .requiredSaying("`need` goes with `of`: of which checks so many must be up"),
        "The checks, or combinations of checks."),
    ])

  func use(_ findings: inout Findings) -> CheckUse? {
    guard let need, let of else { return nil }
    guard need.value <= of.value.count else {
      let checks = of.value.count == 1 ? "1 check" : "\(of.value.count) checks"
      findings.report(
        "`need` is \(need.value), and `of` has \(checks): that can never be", at: need.position)
      return nil
    }
    return .need(need.value, of: of.value)
  }
}

/// `{ any: [a, b] }`
private struct AnyDraft: SectionDraft {
  var any: Placed<[Placed<CheckUse>]>?

  static let section = Section<AnyDraft>(
    "combination", "One of these must be up.",
    [Key("any", \.any, .several, .required, "The checks, or combinations of checks.")])
}

/// `{ all: [a, b] }`
private struct AllDraft: SectionDraft {
  var all: Placed<[Placed<CheckUse>]>?

  static let section = Section<AllDraft>(
    "combination", "All of these must be up.",
    [Key("all", \.all, .several, .required, "The checks, or combinations of checks.")])
}
