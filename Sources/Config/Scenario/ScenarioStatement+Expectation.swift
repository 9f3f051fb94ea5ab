import Model

/// What is expected.
extension ScenarioStatement {
  /// - Parameter subject: the name that the clause before was about; this one may leave it out.
  mutating func expectation(
    subject: inout String?, _ findings: inout Findings
  ) -> Scenario.Expectation? {
    if words.first.map({ Self.predicates.contains($0) }) == false { subject = words.popFirst() }
    guard let name = subject else {
      findings.report("\(text.shown) does not say which group it is about", at: position)
      return nil
    }
    let found =
      configuration.uplink(UplinkName(name)) != nil
      ? ofUplink(UplinkName(name), &findings)
      : group(name, &findings).flatMap { ofGroup($0, &findings) }
    guard found != nil, let rest = words.first else { return found }
    findings.report("\(text.shown) has \(rest.shown) too many", at: position)
    return nil
  }

  private static let states = ["normal", "reduced", "failed-over", "degraded", "manual", "down"]
  private static let predicates = Set(["held", "outage", "switches", "up", "unknown"] + states)

  private mutating func ofGroup(
    _ group: Group, _ findings: inout Findings
  ) -> Scenario.Expectation? {
    switch words.popFirst() {
    case "held":
      guard word("by", &findings) else { return nil }
      return holders(of: group, &findings).map { .held(group.name, by: $0) }
    case "outage":
      guard word("under", &findings) else { return nil }
      return duration(.milliseconds(1), &findings).map { .outage(group.name, under: $0) }
    case "switches":
      return number(&findings).map { .switches(group.name, atMost: $0) }
    case let state?:
      if let state = GroupState(rawValue: state) { return .state(group.name, state) }
      fallthrough
    case nil:
      return refuse(
        words.isEmpty ? nil : text, "what can be expected of a group",
        ["held by isp2", "outage under 500ms", "switches 2"] + Self.states, &findings)
    }
  }

  /// `isp1`, `isp1 + isp2` or `nobody`.
  private mutating func holders(of group: Group, _ findings: inout Findings) -> [MemberID]? {
    if words.first == "nobody" {
      words = []
      return []
    }
    var members: [MemberID] = []
    repeat {
      guard let member = member(of: group, &findings) else { return nil }
      members.append(member)
    } while flag("+")
    return members
  }

  private mutating func ofUplink(
    _ name: UplinkName, _ findings: inout Findings
  ) -> Scenario.Expectation? {
    choice(["up", "down", "unknown"], &findings)
      .map { .health(name, $0 == "up" ? .up : $0 == "down" ? .down : .unknown) }
  }
}
