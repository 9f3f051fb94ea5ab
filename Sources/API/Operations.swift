import Model

/// What the API can ask of the daemon; it never sees the engine.
public protocol Operations: Sendable {
  func status() async -> StatusSnapshot
  func decisions(after id: UInt64) async -> [DecisionStatus]
  /// nil: there is no such group.
  func explanation(of group: String) async -> Explanation?
  func metrics() async -> String
  func configuration() async -> RunningConfiguration
  func carryOut(_ order: Order) async throws(OrderRefused) -> Answer
  /// Asks each target of the member's checks once, and waits for the answers.
  func probe(_ member: String) async throws(OrderRefused) -> MemberProbe
  func plan(_ text: String) async throws(OrderRefused) -> Answer
  /// - Parameter trial: nil: for good.
  func apply(
    _ text: String, by operator: String, trial: TrialTerms?
  ) async throws(OrderRefused) -> Answer
  /// - Parameter number: of the trial; nil: whichever it is.
  func confirm(_ number: UInt64?, by operator: String) async throws(OrderRefused) -> Answer
}

/// How long a configuration is on trial, and what ends that well.
public struct TrialTerms: Hashable, Sendable {
  public let time: Duration
  public let confirmsWhenHealthy: Bool

  public init(time: Duration, confirmsWhenHealthy: Bool) {
    self.time = time
    self.confirmsWhenHealthy = confirmsWhenHealthy
  }
}

/// An operator's order as it came in: names are not looked up yet.
public enum Order: Hashable, Sendable {
  case pin(group: String, member: String, isHard: Bool)
  case failback(group: String)
  case auto(group: String)
  case drain(member: String, isForced: Bool)
  case undrain(member: String)
}

/// Why an order was not carried out.
public struct OrderRefused: Error, Sendable {
  public let refusal: Refusal

  public init(_ error: String, problems: [String]? = nil) {
    refusal = Refusal(error: error, problems: problems)
  }
}
