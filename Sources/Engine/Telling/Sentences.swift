import Checks
import Model

extension Decision {
  /// One sentence: what happened, so what.
  public var reason: String {
    let why = causes.suffix(3).map { $0.sentence(at: at) }.joined(separator: "; ")
    return why.isEmpty ? "policy asks for it" : why
  }

  /// `internet: isp1 → isp2 (failed-over)`
  public var headline: String {
    let move =
      from == preferred
      ? "\(Self.names(from)) stays" : "\(Self.names(from)) → \(Self.names(preferred))"
    return "\(group): \(move) (\(state.rawValue))"
  }

  static func names(_ members: [MemberID]) -> String {
    members.isEmpty ? "nobody" : members.map(\.text).joined(separator: ", ")
  }
}

extension Cause {
  /// - Parameter now: when the decision fell, for "… ago".
  func sentence(at now: Instant) -> String {
    switch event {
    case .started: "siaga started"
    case .configured: "the configuration changed"
    case .becameUnusable(let id, let family, let obstacles):
      "\(id) cannot be used\(family.suffix): "
        + obstacles.map(\.sentence).joined(separator: ", ")
    case .becameUsable(let id, let family): "\(id) can be used\(family.suffix)"
    case .judged(let id, let reading): reading.verdict(on: id, at: now)
    case .suspected(let check, _, let endpoint):
      "\(endpoint) answers check \(check) by no link at all, so it says nothing of any"
    case .trustedTarget(let check, _, let endpoint):
      "\(endpoint) counts in check \(check) again"
    case .trusted(let id, _): "\(id) has been calm for long enough"
    case .wasGood(let id, _, let duration): "\(id) has been good for \(duration.spoken)"
    case .windowOpened(let id, _, let window): "between \(window) \(id) gets it back"
    case .portBecameUsable(let port, _): "\(port) can be used"
    case .portBecameUnusable(let port, _, let obstacles):
      "\(port) cannot be used: " + obstacles.map(\.sentence).joined(separator: ", ")
    case .nodeBecameUsable(let node, _): "\(node) can be used"
    case .nodeBecameUnusable(let node, _, let obstacles):
      "\(node) cannot be used: " + obstacles.map(\.sentence).joined(separator: ", ")
    case .nodeAdvertised(let node, _, let priority):
      "\(node) says that it holds, with priority \(priority)"
    case .nodeResigned(let node, _): "\(node) gives it up"
    case .nodeFellSilent(let node): "nothing is heard of \(node) by any path"
    case .nodeCame(let node): "\(node) is heard"
    case .nodeSaid(let node, _, let saying): "\(node) says that it \(saying.rawValue)"
    case .nobodyAdvertised(_, let node):
      node.map { "\($0) says nothing any more" } ?? "nobody says that he holds"
    case .ordered(let command): "an operator ordered: \(command.line)"
    }
  }
}

extension Family {
  /// IPv4 is what people mean when they say nothing.
  fileprivate var suffix: String { self == .ipv6 ? " for IPv6" : "" }
}

extension CheckReading {
  /// What its target's probes came to.
  fileprivate func verdict(on id: MemberID, at now: Instant) -> String {
    switch (health, reading.quality) {
    case (.down, let quality?) where reading.answering != .down:
      return "\(id) is down: \(host) answers check \(check), but not well enough: "
        + quality.complaint
    case (.down, _):
      let last = reading.lastAnswer.map { ", its last answer came \((now - $0).spoken) before" }
      return "\(id) is down: \(host) answered none of the last \(reading.lostInARow) probes of "
        + "check \(check)\(last ?? "")\(complaint)"
    case (.up, let quality?):
      return "\(id) is up: \(host) answers check \(check) well: \(quality.sentence)"
    case (.up, nil):
      let answered = reading.answeredInARow
      return "\(id) is up: \(host) answered "
        + "\(answered == 1 ? "a probe" : "\(answered) probes in a row") of check \(check)"
    case (.unknown, _):
      return "\(id) is not judged by check \(check) any more"
    }
  }
}

extension CheckReading {
  /// What was answered in place of what should be, after a comma.
  fileprivate var complaint: String {
    guard case .refused = note else { return "" }
    return note.map { ", \($0.sentence)" } ?? ""
  }
}

extension Command {
  /// As it is typed.
  public var line: String {
    switch self {
    case .pin(let group, let member, let isHard):
      "siaga switch \(group) \(member)" + (isHard ? " --hard" : "")
    case .failback(let group): "siaga failback \(group)"
    case .auto(let group): "siaga auto \(group)"
    case .drain(let member, let isForced): "siaga drain \(member)" + (isForced ? " --force" : "")
    case .undrain(let member): "siaga undrain \(member)"
    }
  }
}

extension Lack {
  /// After the member's name and "does not hold:".
  func sentence(reading: MemberReading?, clock: ClockReading) -> String {
    switch reason {
    case .obstacles(let obstacles):
      return obstacles.map(\.sentence).joined(separator: ", ")
    case .down:
      let bad = reading?.checks.filter { $0.health == .down } ?? []
      let what = bad.map { check in
        let quality = check.reading.answering == .down ? nil : check.reading.quality
        return quality.map { "\(check.host) answers check \(check.check) with \($0.complaint)" }
          ?? "\(check.host) does not answer check \(check.check)"
      }
      return what.isEmpty ? "its checks say down" : what.joined(separator: ", ")
    case .drained:
      return "it is drained (`siaga undrain \(member)`)"
    case .trustedFrom(let instant):
      let returns = reading.map(\.standing.returns).map { " (\($0) returns)" } ?? ""
      let time = clock.timestamp(of: instant).second
      return "it went and came too often\(returns); trusted again at \(time)"
    case .unjudged:
      return "its checks have not judged it yet"
    case .failbackIsManual:
      return "it is better and eligible, but failback is manual (`siaga failback GROUP`)"
    case .failbackAfter(let instant):
      let time = clock.timestamp(of: instant).second
      return "it is better and eligible, but must stay so until \(time) (`siaga failback GROUP`)"
    case .failbackBetween(let window):
      return "it is better and eligible, but failback is between \(window) only "
        + "(`siaga failback GROUP`)"
    case .pinnedElsewhere(let pin):
      return "\(pin) is pinned (`siaga auto GROUP`)"
    case .notNeeded:
      return "it is eligible, but better ones hold"
    }
  }
}

extension MemberReading {
  /// `isp1: usable, up; gateway 10.10.1.1: 14 of 14 answered, 0.4 ms`
  func sentence(clock: ClockReading) -> String {
    var text = "\(member): "
    text +=
      standing.isUsable
      ? "usable, \(standing.health.rawValue)"
      : standing.obstacles.map(\.sentence).joined(separator: ", ")
    if standing.isDrained { text += ", drained" }
    if let trustedAt = standing.trustedAt, standing.isEligible(at: trustedAt) {
      text += ", not trusted before \(clock.timestamp(of: trustedAt).second)"
    }
    for check in checks {
      text +=
        "; \(check.check) \(check.host) \(check.isSuspect ? "suspect" : check.health.rawValue): "
      text += "\(check.reading.answered) of \(check.reading.sent) probes answered"
      if check.reading.lostInARow > 0 { text += ", the last \(check.reading.lostInARow) lost" }
      if let answer = check.reading.lastAnswer {
        text += ", last answer at \(clock.timestamp(of: answer).clock)"
      }
      if let rtt = check.reading.roundTrip { text += " after \(rtt.spoken)" }
      if let quality = check.reading.quality, quality.settled > 0 {
        text += ", \(quality.sentence)"
      }
      if let note = check.note { text += ", \(note.sentence)" }
    }
    return text
  }
}
