import Model

/// What those who are not preferred lack, and when they will lack it no more.
extension Field {
  func lacking(preferred: [MemberID], state: GroupState) -> [Lack] {
    group.members.map(\.id).filter { !preferred.contains($0) }.map { id in
      Lack(member: id, reason: reason(id, preferred: preferred, state: state))
    }
  }

  private func reason(_ id: MemberID, preferred: [MemberID], state: GroupState) -> Lack.Reason {
    let standing = standing(id)
    if !standing.isUsable { return .obstacles(standing.obstacles) }
    if standing.health == .down { return .down }
    if standing.isDrained { return .drained }
    if let trustedAt = standing.trustedAt, trustedAt > now { return .trustedFrom(trustedAt) }
    if standing.isReturning { return .unjudged }
    if state == .manual, case .pinned(let pin, _) = mode { return .pinnedElsewhere(pin) }
    guard isBetter(id, than: preferred) else { return .notNeeded }
    return restraint(on: id) ?? .notNeeded
  }

  private func isBetter(_ id: MemberID, than preferred: [MemberID]) -> Bool {
    guard let tier = group.seat(of: id)?.tier else { return false }
    return group.members.contains { preferred.contains($0.id) && $0.tier > tier }
  }

  /// What keeps an eligible member from taking a holder's place; nil: nothing.
  func restraint(on id: MemberID) -> Lack.Reason? {
    let standing = standing(id)
    guard standing.health == .up else { return .unjudged }
    guard mode != .failingBack else { return nil }
    switch group.failback {
    case .auto:
      return nil
    case .manual:
      return .failbackIsManual
    case .delayed(let after, let window):
      let ripe = (standing.goodSince ?? now) + after
      if ripe > now { return .failbackAfter(ripe) }
      guard let window else { return nil }
      let isOpen = clock.map { window.contains($0.timestamp(of: now)) } ?? false
      return isOpen ? nil : .failbackBetween(window)
    }
  }
}

// MARK: - Until when

extension Field {
  func nextWake(_ lacking: [Lack]) -> Wake? {
    lacking.compactMap { lack in
      due(lack).map { Wake(at: $0, why: .failback(lack.member)) }
    }.reduce(nextTrust, Wake.earlier)
  }

  private var nextTrust: Wake? {
    group.members.compactMap { member -> Wake? in
      let standing = standing(member.id)
      // Of one that cannot hold, the next return says when.
      guard let at = standing.trustedAt, at > now, standing.isUsable, standing.health != .down
      else { return nil }
      return Wake(at: at, why: .trust(member.id))
    }.reduce(nil, Wake.earlier)
  }

  /// When it gets the holding back by itself; with a window, as the clock runs now.
  private func due(_ lack: Lack) -> Instant? {
    let ripe: Instant
    switch lack.reason {
    case .failbackAfter(let instant): ripe = instant
    case .failbackBetween: ripe = now
    case .obstacles, .down, .drained, .trustedFrom, .unjudged, .failbackIsManual,
      .pinnedElsewhere, .notNeeded:
      return nil
    }
    guard let window = group.failback.window else { return ripe }
    return clock.map { ripe + window.opening(after: $0.timestamp(of: ripe)) }
  }
}
