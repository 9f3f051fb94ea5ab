import Model

extension Configuration {
  /// The time from one probe to the next by a link that holds nothing: as the check says, or
  /// more, so that all probes of the link together fit its budget.
  public func idleInterval(of check: CheckDefinition, by uplink: Uplink) -> Duration {
    guard let budget = uplink.budget else { return check.every }
    let spent = bytes(by: uplink, in: budget.period.duration)
    guard spent > budget.bytes else { return check.every }
    let factor = Double(spent) / Double(budget.bytes)
    return .milliseconds(Int64((check.every.milliseconds * factor).rounded(.up)))
  }

  /// Only uplinks have budgets.
  public func idleInterval(of check: CheckDefinition, by member: MemberID) -> Duration {
    guard case .uplink(let name) = member, let uplink = uplink(name) else { return check.every }
    return idleInterval(of: check, by: uplink)
  }

  /// What all checks by a link come to in a time, each at its own pace.
  private func bytes(by uplink: Uplink, in time: Duration) -> Int {
    asked(by: uplink).reduce(0) { sum, run in
      let probes = Int(time.nanoseconds / run.check.every.nanoseconds)
      let targets = run.check.targets(run.family).reduce(0) {
        $0 + ($1.host == .resolvers ? uplink.mostResolvers(run.family) : 1)
      }
      return sum + probes * targets * run.check.bytesPerProbe(run.family)
    }
  }

  /// Each check that judges the link in a family, once, whatever groups ask for it.
  private func asked(by uplink: Uplink) -> [(check: CheckDefinition, family: Family)] {
    var asked: [(check: CheckDefinition, family: Family)] = []
    for group in groups where group.seat(of: .uplink(uplink.name)) != nil {
      guard let family = group.holding.family else { continue }
      for check in checks(of: uplink, in: group)
      where !asked.contains(where: { $0.check.name == check.name && $0.family == family }) {
        asked.append((check, family))
      }
    }
    return asked
  }

  /// What each budget buys, a sentence for each link and check that it slows down.
  public var budgetSentences: [String] {
    uplinks.flatMap { uplink -> [String] in
      guard let budget = uplink.budget else { return [] }
      var told: Set<CheckName> = []
      return asked(by: uplink).compactMap { run in
        let interval = idleInterval(of: run.check, by: uplink)
        guard interval > run.check.every, told.insert(run.check.name).inserted else { return nil }
        let bound = interval * run.check.fall + run.check.timeout
        return "check \(run.check.name) by \(uplink.name): while idle probed every "
          + "\(interval.spoken) for \(budget); a mute target is then down within \(bound.spoken)"
      }
    }
  }
}

extension Uplink {
  /// How many a check may have to ask.
  fileprivate func mostResolvers(_ family: Family) -> Int {
    let own = resolvers(family).count
    return own > 0 ? own : Lease.mostResolvers
  }
}
