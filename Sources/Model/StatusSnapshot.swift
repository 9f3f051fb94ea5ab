/// What `status --json` prints and the API serves; field names are a promise to scripts.
public struct StatusSnapshot: Codable, Equatable, Sendable {
  public var node: String
  public var version: String
  public var startedAt: String
  @Nullable public var configFile: String?
  public var groups: [GroupStatus]
  public var uplinks: [UplinkStatus]
  public var troubles: [String]  // what could not be done, each with what to do about it
  public var unfinished: Int  // changes that the kernel has not confirmed yet
  @Nullable public var trial: TrialStatus?  // of a configuration that waits to be confirmed

  public init(
    node: String, version: String, startedAt: String, configFile: String?, groups: [GroupStatus],
    uplinks: [UplinkStatus], troubles: [String], unfinished: Int, trial: TrialStatus? = nil
  ) {
    self.node = node
    self.version = version
    self.startedAt = startedAt
    self.configFile = configFile
    self.groups = groups
    self.uplinks = uplinks
    self.troubles = troubles
    self.unfinished = unfinished
    self.trial = trial
  }
}

/// A configuration that goes back to the one before unless it is confirmed.
public struct TrialStatus: Codable, Equatable, Sendable {
  public var number: UInt64
  public var by: String
  public var since: String
  public var until: String

  public init(number: UInt64, by: String, since: String, until: String) {
    self.number = number
    self.by = by
    self.since = since
    self.until = until
  }
}

public struct GroupStatus: Codable, Equatable, Sendable {
  public var name: String
  public var holds: String  // `route default`
  public var active: [String]  // holding: what the kernel confirms
  public var preferred: [String]  // what policy wants
  public var state: GroupState
  @Nullable public var pinned: String?
  public var pinIsHard: Bool
  public var failback: String
  public var since: String
  public var members: [MemberStatus]
  @Nullable public var lastSwitch: SwitchStatus?
  public var switches: Int  // since the daemon started
  @Nullable public var table: Int?  // where its route stands

  public init(
    name: String, holds: String, active: [String], preferred: [String], state: GroupState,
    pinned: String?, pinIsHard: Bool, failback: String, since: String, members: [MemberStatus],
    lastSwitch: SwitchStatus?, switches: Int, table: Int? = nil
  ) {
    self.name = name
    self.holds = holds
    self.active = active
    self.preferred = preferred
    self.state = state
    self.pinned = pinned
    self.pinIsHard = pinIsHard
    self.failback = failback
    self.since = since
    self.members = members
    self.lastSwitch = lastSwitch
    self.switches = switches
    self.table = table
  }
}

public struct MemberStatus: Codable, Equatable, Sendable {
  public var name: String
  public var tier: Int
  public var weight: Int
  @Nullable public var family: Family?  // null: it is a node
  public var usable: Bool
  public var obstacles: [Obstacle]
  public var health: Health
  public var drained: Bool
  @Nullable public var trustedAt: String?
  public var since: String
  @Nullable public var lacks: String?  // why it does not hold; nil when it does
  public var checks: [CheckStatus]

  public init(
    name: String, tier: Int, weight: Int, family: Family?, usable: Bool, obstacles: [Obstacle],
    health: Health, drained: Bool, trustedAt: String?, since: String, lacks: String?,
    checks: [CheckStatus]
  ) {
    self.name = name
    self.tier = tier
    self.weight = weight
    self.family = family
    self.usable = usable
    self.obstacles = obstacles
    self.health = health
    self.drained = drained
    self.trustedAt = trustedAt
    self.since = since
    self.lacks = lacks
    self.checks = checks
  }
}

public struct CheckStatus: Codable, Equatable, Sendable {
  public var name: String
  public var target: String
  public var health: Health
  public var suspect: Bool  // it fails by all links at once, so it is left out
  @Nullable public var rttMs: Double?
  public var lossPercent: Int
  @Nullable public var quality: QualityStatus?  // nil: the check does not ask for it
  public var sent: Int
  public var answered: Int
  public var unsent: Int
  @Nullable public var note: String?  // what stands in the way of probing, or was answered

  public init(
    name: String, target: String, health: Health, suspect: Bool, rttMs: Double?, lossPercent: Int,
    quality: QualityStatus? = nil, sent: Int, answered: Int, unsent: Int, note: String?
  ) {
    self.name = name
    self.target = target
    self.health = health
    self.suspect = suspect
    self.rttMs = rttMs
    self.lossPercent = lossPercent
    self.quality = quality
    self.sent = sent
    self.answered = answered
    self.unsent = unsent
    self.note = note
  }
}

/// What the probes of a check's window say.
public struct QualityStatus: Codable, Equatable, Sendable {
  public var windowMs: Double
  public var lossPercent: Int
  @Nullable public var latencyMs: Double?  // the mean round trip; nil: none was answered
  @Nullable public var jitterMs: Double?
  public var faults: [String]  // which of `loss`, `latency` and `jitter` hold the member down

  public init(
    windowMs: Double, lossPercent: Int, latencyMs: Double?, jitterMs: Double?, faults: [String]
  ) {
    self.windowMs = windowMs
    self.lossPercent = lossPercent
    self.latencyMs = latencyMs
    self.jitterMs = jitterMs
    self.faults = faults
  }
}

public struct SwitchStatus: Codable, Equatable, Sendable {
  public var at: String
  public var from: [String]
  public var to: [String]
  public var reason: String
  /// From the event read to the kernel's last word; null: not confirmed yet.
  @Nullable public var tookMs: Double?

  public init(at: String, from: [String], to: [String], reason: String, tookMs: Double?) {
    self.at = at
    self.from = from
    self.to = to
    self.reason = reason
    self.tookMs = tookMs
  }
}

public struct UplinkStatus: Codable, Equatable, Sendable {
  public var name: String
  public var interface: String
  @Nullable public var gateway: String?  // the first of them
  public var gateways: [String]  // IPv4's first
  public var addresses: [String]
  public var table: Int
  public var mark: String
  public var prefixes: [PrefixStatus]  // of `lan`

  public init(
    name: String, interface: String, gateway: String?, gateways: [String], addresses: [String],
    table: Int, mark: String, prefixes: [PrefixStatus]
  ) {
    self.name = name
    self.interface = interface
    self.gateway = gateway
    self.gateways = gateways
    self.addresses = addresses
    self.table = table
    self.mark = mark
    self.prefixes = prefixes
  }
}

/// What hosts inside are told of an uplink's prefix.
public struct PrefixStatus: Codable, Equatable, Sendable {
  public var prefix: String
  public var interface: String  // towards the hosts
  public var deprecated: Bool  // nothing new should begin from it
  public var since: String

  public init(prefix: String, interface: String, deprecated: Bool, since: String) {
    self.prefix = prefix
    self.interface = interface
    self.deprecated = deprecated
    self.since = since
  }
}
