import Model

/// A check that judges a group or an uplink, under the name that it has or gets.
struct NamedUse {
  let name: CheckName
  let inline: CheckDraft?  // nil: it is one of `checks`
}

/// What a `check` of a group or an uplink comes to: the judge, and all checks that it asks.
struct Judging {
  private(set) var judge: Judge?  // nil: nobody is asked
  private(set) var checks: [Placed<NamedUse>] = []  // file order

  /// - Parameter place: where `check` stands; inline checks are named after it:
  ///   `internet.check`, in a list `internet.check.2`, in a list inside that
  ///   `internet.check.2.1`.
  init(_ uses: Placed<[Placed<CheckUse>]>?, place: String, _ findings: inout Findings) {
    guard let uses, !uses.value.isEmpty else { return }
    let count = uses.value.count
    judge = read(count, of: uses.value, place: place, depth: count > 1 ? 1 : 0, &findings)
    guard checks.count > CheckUse.mostChecks else { return }
    findings.report(
      "`check` asks \(checks.count) checks, and takes at most \(CheckUse.mostChecks)",
      at: uses.position)
  }

  /// Of the inline checks; broken ones are left out, and the findings tell why.
  func definitions(_ findings: inout Findings) -> [CheckDefinition] {
    checks.compactMap { $0.value.inline?.definition($0.value.name, &findings) }
  }

  /// - Parameter depth: how many lists these stand in.
  /// - Returns: nil when it is broken, of which the findings tell.
  private mutating func read(
    _ count: Int, of uses: [Placed<CheckUse>], place: String, depth: Int,
    _ findings: inout Findings
  ) -> Judge? {
    var judges: [Judge] = []
    for (number, use) in zip(1..., uses) {
      let place = uses.count > 1 ? "\(place).\(number)" : place
      let judge: Judge?
      switch use.value {
      case .named(let text):
        judge = ask(NamedUse(name: CheckName(text), inline: nil), at: use.position)
      case .inline(let draft):
        judge = ask(NamedUse(name: CheckName(place), inline: draft), at: use.position)
      case .need(_, _) where depth == CheckUse.deepest:
        findings.report(
          "`check` is nested too deep here; at most \(CheckUse.deepest) lists stand one inside "
            + "the other", at: use.position)
        judge = nil
      case .need(let count, let inner):
        judge = read(count, of: inner, place: place, depth: depth + 1, &findings)
      }
      guard let judge else { continue }
      if judges.contains(judge) {
        findings.report("\(judge.shown) is here twice; once is enough", at: use.position)
      }
      judges.append(judge)
    }
    guard judges.count == uses.count else { return nil }
    // One of one, and all of one, are that one.
    return judges.count == 1 ? judges[0] : .need(count, of: judges)
  }

  private mutating func ask(_ check: NamedUse, at position: ConfigPosition) -> Judge {
    checks.append(Placed(check, at: position))
    return .check(check.name)
  }
}

extension Judge {
  fileprivate var shown: String {
    switch self {
    case .check(let name): "check \(name.text.shown)"
    case .need: "the same combination of checks"
    }
  }
}
