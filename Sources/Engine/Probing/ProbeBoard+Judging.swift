import Checks
import Model

/// What the runs say.
extension ProbeBoard {
  /// What a check says of a member: enough of its targets are up, suspects left out. If all are
  /// suspect nobody is up, and the group stays where it is. Nil: it is not asked in this family.
  func health(_ member: MemberID, _ check: CheckName, _ family: Family) -> Health? {
    let all = places(member, check, family)
    guard let first = all.first else { return nil }
    let trusted = all.filter { !isSuspect($0) }
    guard !trusted.isEmpty else { return .down }
    let need = min(runs[first].definition.need, trusted.count)
    return .agreed(by: need, of: trusted.map { runs[$0].machine.health })
  }

  /// One for each target, in file order.
  func readings(_ member: MemberID, _ check: CheckName, _ family: Family) -> [CheckReading] {
    places(member, check, family).map { runs[$0].reading(isSuspect: isSuspect($0)) }
  }

  private func places(
    _ member: MemberID, _ check: CheckName, _ family: Family
  ) -> Range<Int> {
    directory.places[ProbeDirectory.Place(member: member, check: check, family: family)] ?? 0..<0
  }

  private func isSuspect(_ index: Int) -> Bool {
    !suspects.isEmpty && runs[index].suspectKey.map(suspects.contains) ?? false
  }

  mutating func verdicts(
    on index: Int, _ verdict: ProbeMachine.Verdict, isLosing: Bool, at now: Instant
  ) -> [Verdict] {
    var verdicts: [Verdict] = []
    if isLosing || isSuspect(index), let key = runs[index].suspectKey {
      let patience = runs[index].definition.every + runs[index].definition.timeout
      if suspects.looked(key, witnesses(of: key), patience: patience, at: now) {
        verdicts.append(suspects.contains(key) ? .suspected(key) : .trusted(key))
      }
    }
    if verdict != .unchanged {
      verdicts.append(
        .judged(runs[index].member, runs[index].reading(isSuspect: isSuspect(index))))
    }
    return verdicts
  }

  /// What each link that asks a target now says of it.
  private func witnesses(of key: Suspects.Key) -> [Suspects.Witness] {
    directory.runs(asking: key.endpoint.address).filter {
      runs[$0].endpoint == key.endpoint && runs[$0].definition.name == key.check
        && runs[$0].family == key.family && runs[$0].machine.isProbing
    }.map { runs[$0].testimony }
  }
}
