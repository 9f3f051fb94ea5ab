/// What checks say of a member.
public enum Health: String, Hashable, Sendable, Codable {
  case up, down
  case unknown  // not judged yet

  /// Up once enough are up, down once enough can no longer be, else unknown.
  public static func agreed(by count: Int, of healths: [Health]) -> Health {
    if healths.count(where: { $0 == .up }) >= count { return .up }
    return healths.count(where: { $0 != .down }) < count ? .down : .unknown
  }
}

/// Why the kernel says that a member cannot be used, whatever checks say.
public enum Obstacle: String, Error, Hashable, Comparable, Sendable, Codable, CaseIterable {
  case absent, adminDown, noCarrier, noAddress, noGateway
  case notInBond, inAnother  // of a bond's port
  case noVirtualLink  // of a node whose shared addresses have a hardware address of their own
  case peerSilent, peerUnfit, peerAside  // of another node

  public static func < (left: Obstacle, right: Obstacle) -> Bool {
    left.order < right.order
  }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// What to tell an operator, after the member's name.
  public var sentence: String {
    switch self {
    case .absent: "its interface does not exist"
    case .adminDown: "its interface is set down"
    case .noCarrier: "its interface has no carrier"
    case .noAddress: "its interface has no address"
    case .notInBond: "it is not in the bond"
    case .inAnother: "it is in another bond, or in a bridge"
    case .noVirtualLink: "its interface with the virtual MAC is not there, or down"
    case .peerSilent: "nothing is heard of it"
    case .peerUnfit: "it says that it cannot"
    case .peerAside: "an operator sent it away"
    case .noGateway: "its gateway cannot be reached from the interface's addresses"
    }
  }
}

/// All that `choose` knows of a member.
public struct Standing: Hashable, Sendable {
  public var obstacles: [Obstacle]  // sorted; empty means usable
  public var health: Health
  public var isDrained: Bool
  public var trustedAt: Instant?  // damping holds it back until then
  public var returns: Int  // since it was calm, as damping counts them
  public var isReturning: Bool  // it was away, and damping waits for its checks to judge it
  public var goodSince: Instant?  // eligible and up without interruption; nil: it is not

  public init(
    obstacles: [Obstacle] = [], health: Health = .up, isDrained: Bool = false,
    trustedAt: Instant? = nil, returns: Int = 0, isReturning: Bool = false,
    goodSince: Instant? = nil
  ) {
    self.obstacles = obstacles
    self.health = health
    self.isDrained = isDrained
    self.trustedAt = trustedAt
    self.returns = returns
    self.isReturning = isReturning
    self.goodSince = goodSince
  }

  public var isUsable: Bool { obstacles.isEmpty }

  public func isTrusted(at now: Instant) -> Bool {
    !isReturning && trustedAt.map { $0 <= now } ?? true
  }

  public func isEligible(at now: Instant) -> Bool {
    isUsable && health != .down && !isDrained && isTrusted(at: now)
  }

  /// Eligible, and its checks say so.
  public func isGood(at now: Instant) -> Bool {
    isEligible(at: now) && health == .up
  }
}

/// Where a group stands; the words that operators and scripts rely on.
public enum GroupState: String, Hashable, Sendable, Codable {
  case normal  // all of tier 1, and only they
  case reduced  // tier 1 is incomplete, nothing is borrowed
  case failedOver = "failed-over"  // a later tier is in
  case degraded  // nobody is eligible: the last holder is kept
  case manual  // pinned
  case down  // holds nothing
}
