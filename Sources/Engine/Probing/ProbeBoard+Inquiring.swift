import Model

/// Inquiries of operators.
extension ProbeBoard {
  func asks(_ member: MemberID) -> Bool { !directory.runs(by: member).isEmpty }

  mutating func inquire(_ member: MemberID, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    for index in directory.runs(by: member) {
      runs[index].inquired(at: now, &effects)
      plan(index)
    }
    return effects
  }

  /// What came of the last inquiry; nil while something may yet come. Runs that a reload has made
  /// since were not asked.
  func inquired(_ member: MemberID) -> [ProbeStatus]? {
    let asked = directory.runs(by: member).map { runs[$0] }.filter { $0.inquiry != nil }
    let answers = asked.compactMap(\.inquired)
    return answers.count == asked.count ? answers : nil
  }
}
