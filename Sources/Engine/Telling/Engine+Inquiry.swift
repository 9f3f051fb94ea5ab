import Model

/// `siaga probe`: one probe of each target of a member's checks at once, which changes no verdict.
extension Engine {
  /// - Returns: what is to be done to ask.
  public mutating func inquire(
    _ member: MemberID, at now: Instant
  ) throws(CommandRefused) -> [Effect] {
    try known(member)
    guard probes.asks(member) else {
      throw CommandRefused("\(member) has no checks: it is judged by carrier, address and gateway")
    }
    defer { appoint() }
    return probes.inquire(member, at: now)
  }

  /// What came of it, in file order; nil while something may yet come.
  public func answers(of member: MemberID) -> [ProbeStatus]? {
    probes.inquired(member)
  }
}

extension ProbeRun {
  /// Nil while the answer may yet come, or nobody has asked.
  var inquired: ProbeStatus? {
    guard let outcome = inquiry?.outcome else { return nil }
    return ProbeStatus(
      check: definition.name.text, target: endpoint.map { "\($0)" } ?? "\(target)",
      family: family, answered: outcome.roundTrip != nil, rttMs: outcome.roundTrip?.milliseconds,
      error: outcome.complaint(timeout: definition.timeout))
  }
}
