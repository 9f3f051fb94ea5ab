/// What came of probing a member now: what `siaga probe --json` prints.
public struct MemberProbe: Codable, Equatable, Sendable {
  public var member: String
  public var answers: [ProbeStatus]

  public init(member: String, answers: [ProbeStatus]) {
    self.member = member
    self.answers = answers
  }
}

/// One target of a check, asked once.
public struct ProbeStatus: Codable, Equatable, Sendable {
  public var check: String
  public var target: String
  public var family: Family
  public var answered: Bool  // and well
  @Nullable public var rttMs: Double?
  @Nullable public var error: String?

  public init(
    check: String, target: String, family: Family, answered: Bool, rttMs: Double?, error: String?
  ) {
    self.check = check
    self.target = target
    self.family = family
    self.answered = answered
    self.rttMs = rttMs
    self.error = error
  }
}
