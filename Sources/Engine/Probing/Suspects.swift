import Checks
import Model

/// Targets that are themselves at fault: a host that fails by all links at once says nothing of
/// any of them.
///
/// A target comes under suspicion when it is down by one link while by every other link that
/// asks it too it is down, or a probe short of it. It is trusted again when all find it up; or
/// when one has found it up for a probe's time, in which those that are only late would have.
struct Suspects: Equatable, Sendable {
  struct Key: Hashable, Sendable {
    let check: CheckName
    let family: Family
    let endpoint: Endpoint
  }

  /// What one link says of a target.
  struct Witness: Sendable {
    let health: Health
    let isFailing: Bool
  }

  private var known: [Key: Instant?] = [:]  // since when somebody finds it up again

  var isEmpty: Bool { known.isEmpty }

  func contains(_ key: Key) -> Bool { known[key] != nil }

  /// - Parameters:
  ///   - witnesses: of one target, one for each link that asks it now.
  ///   - patience: with those that are only late.
  /// - Returns: whether a mind was changed.
  mutating func looked(
    _ key: Key, _ witnesses: [Witness], patience: Duration, at now: Instant
  ) -> Bool {
    guard witnesses.count > 1 else { return known.removeValue(forKey: key) != nil }
    if let upSince = known[key] {
      return reconsider(key, witnesses, upSince: upSince, patience, at: now)
    }
    guard witnesses.contains(where: { $0.health == .down }),
      witnesses.allSatisfy({ $0.health == .down || $0.isFailing })
    else { return false }
    known[key] = .some(nil)
    return true
  }

  private mutating func reconsider(
    _ key: Key, _ witnesses: [Witness], upSince: Instant?, _ patience: Duration, at now: Instant
  ) -> Bool {
    let up = witnesses.count { $0.health == .up }
    let since = up > 0 ? upSince ?? now : nil
    known[key] = .some(since)
    let isOver = since.map { now - $0 > patience } ?? false
    guard up == witnesses.count || isOver else { return false }
    known[key] = nil
    return true
  }

  /// Those that are asked no more are forgotten.
  mutating func keep(_ keys: Set<Key>) {
    known = known.filter { keys.contains($0.key) }
  }
}

extension ProbeRun {
  var suspectKey: Suspects.Key? {
    switch endpoint {
    case .host?, .port?:
      endpoint.map { Suspects.Key(check: definition.name, family: family, endpoint: $0) }
    // What this machine says of each link is not one host's word on all of them.
    case .path?, .radio?, nil:
      nil
    }
  }
}
