import Model

/// What is found first when a group's link fails, what comes after, and which timers work against
/// each other.
extension Configuration {
  public func timerSentences(of group: Group) -> [String] {
    if let routers = group.holding.routers { return electionSentences(routers, of: group) }
    let checks = checks(of: group)
    return [order(of: checks, in: group)] + doubles(checks) + traps(checks, in: group)
  }

  /// Those of all its members, each once, the quickest first.
  private func checks(of group: Group) -> [CheckDefinition] {
    let all = group.members.flatMap { self.checks(of: $0.id, in: group) }
    return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      .sorted { ($0.detectionBound, $0.name) < ($1.detectionBound, $1.name) }
  }

  /// `a lost carrier at once, a mute target within 400 ms (gateway) …; a second return waits 10 s`
  private func order(of checks: [CheckDefinition], in group: Group) -> String {
    let silence = checks.map { "a mute target within \($0.detectionBound.spoken) (\($0.name))" }
    let quality = checks.compactMap { check in
      check.quality.map { "bad quality over \($0.window.spoken) (\(check.name))" }
    }
    let found = (["a lost carrier at once"] + silence + quality).joined(separator: ", ")
    let unseen = checks.isEmpty ? "; nothing is probed, so a mute gateway is not found" : ""
    let damping =
      group.damping.map {
        "a second return waits \($0.base.spoken), further ones up to \($0.max.spoken)"
      } ?? "damping is off"
    return "Found: \(found)\(unseen). Return: \(damping); failback \(group.failback)."
  }

  /// Of two that ask the same, the slower one can only say what is known already.
  private func doubles(_ checks: [CheckDefinition]) -> [String] {
    checks.enumerated().flatMap { place, quick in
      checks.dropFirst(place + 1).filter { slow in
        slow.kind == quick.kind && slow.targets == quick.targets && slow.quality == quick.quality
      }.map { slow in
        "Twice: \(slow.name) asks what \(quick.name) asks, and finds it "
          + "\((slow.detectionBound - quick.detectionBound).spoken) later; it delays the return."
      }
    }
  }

  private func traps(_ checks: [CheckDefinition], in group: Group) -> [String] {
    guard let slowest = checks.map(\.detectionBound).max() else { return [] }
    var traps: [String] = []
    if case .delayed(let after, _) = group.failback, after > .zero, after < slowest {
      traps.append(
        "Short: failback after \(after.spoken) comes before a check finds that the link fails "
          + "again (\(slowest.spoken)), so traffic may go back to one that does.")
    }
    if let damping = group.damping, damping.forget < slowest {
      traps.append(
        "Short: damping forgets after \(damping.forget.spoken), sooner than a check finds that a "
          + "link fails again (\(slowest.spoken)), so it never counts to two.")
    }
    return traps
  }
}
