/// A decision as people and scripts read it (`/v1/decisions`).
public struct DecisionStatus: Codable, Equatable, Sendable {
  public var id: UInt64  // ascends; the next one to ask for is `after=id`
  public var group: String
  public var at: String
  public var from: [String]
  public var to: [String]
  public var state: GroupState
  public var reason: String  // one sentence
  public var causes: [String]  // the events that led to it, oldest first
  public var readings: [String]  // what checks and kernel said of each member then
  public var lacking: [String]  // why each other member does not hold

  public init(
    id: UInt64, group: String, at: String, from: [String], to: [String], state: GroupState,
    reason: String, causes: [String], readings: [String], lacking: [String]
  ) {
    self.id = id
    self.group = group
    self.at = at
    self.from = from
    self.to = to
    self.state = state
    self.reason = reason
    self.causes = causes
    self.readings = readings
    self.lacking = lacking
  }
}

/// The answer to `explain GROUP`.
public struct Explanation: Codable, Equatable, Sendable {
  public var group: GroupStatus
  public var decisions: [DecisionStatus]  // the newest last; at most ten
  @Nullable public var next: String?  // what would change it by itself, and when
  public var sentences: [String]  // all of it in plain words

  public init(
    group: GroupStatus, decisions: [DecisionStatus], next: String?, sentences: [String]
  ) {
    self.group = group
    self.decisions = decisions
    self.next = next
    self.sentences = sentences
  }
}

/// What an order to the daemon came to.
public struct Answer: Codable, Equatable, Sendable {
  public var message: String
  public var changes: [String]?  // `plan` and `apply`: the lines an operator would type
  public var interruptions: [String]?  // `plan`: what it would do to each group, were all well

  public init(message: String, changes: [String]? = nil, interruptions: [String]? = nil) {
    self.message = message
    self.changes = changes
    self.interruptions = interruptions
  }
}

/// Why an order was refused.
public struct Refusal: Codable, Equatable, Sendable {
  public var error: String
  public var problems: [String]?  // of a config, each with its place

  public init(error: String, problems: [String]? = nil) {
    self.error = error
    self.problems = problems
  }
}
