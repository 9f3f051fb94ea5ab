import Model

/// `siaga status` for people.
struct StatusText {
  let isColored: Bool

  func of(_ status: StatusSnapshot) -> String {
    var lines: [String] = []
    for group in status.groups {
      if !lines.isEmpty { lines.append("") }
      lines += self.lines(of: group)
    }
    for uplink in status.uplinks {
      for prefix in uplink.prefixes where prefix.deprecated {
        let since = clock(prefix.since)
        lines.append(
          "\(uplink.name): \(prefix.prefix) is deprecated towards \(prefix.interface) since \(since)"
        )
      }
    }
    if status.groups.isEmpty { lines.append("there is no group; siaga watches nothing") }
    if let trial = status.trial {
      lines.append(
        paint(
          "! configuration \(trial.number) of \(trial.by) is on trial until \(clock(trial.until)); `siaga confirm` keeps it",
          .yellow))
    }
    for trouble in status.troubles { lines.append(paint("! \(trouble)", .red)) }
    return lines.joined(separator: "\n")
  }

  private func lines(of group: GroupStatus) -> [String] {
    let who = group.active.isEmpty ? "nobody" : group.active.joined(separator: ", ")
    var head = "\(group.name) (\(group.holds)): held by \(who), "
    head += paint(group.state.rawValue, color(of: group.state))
    head += " since \(clock(group.since))"
    if let pinned = group.pinned {
      head += ", pinned to \(pinned)" + (group.pinIsHard ? ", whatever happens" : "")
    }
    var lines = [head]
    if group.active != group.preferred {
      lines.append("  policy wants \(group.preferred.joined(separator: ", "))")
    }
    let width = group.members.map(\.name.count).max() ?? 0
    lines += group.members.map { line(of: $0, in: group, width: width) }
    if let last = group.lastSwitch {
      let took =
        last.tookMs.map { ", confirmed after \(milliseconds($0))" } ?? ", not confirmed yet"
      lines.append("  last switch \(clock(last.at)): \(last.reason)\(took)")
    }
    return lines
  }

  private func line(of member: MemberStatus, in group: GroupStatus, width: Int) -> String {
    let isActive = group.active.contains(member.name)
    var line = isActive ? "  \(paint("●", .green)) " : "  ○ "
    line += member.name + String(repeating: " ", count: width - member.name.count)
    line += "  tier \(member.tier)  "
    let health = member.usable ? member.health.rawValue : "unusable"
    line += paint(health.padded(to: 8), color(of: member))
    line += member.checks.map { check in
      let rtt = check.rttMs.map { " \(milliseconds($0))" } ?? ""
      let loss = check.sent > 0 ? "loss \(check.lossPercent)%" : "not probed yet"
      let note = check.note.map { paint(" \($0)", .yellow) } ?? ""
      return "  \(check.name) \(check.target)\(rtt) \(loss)\(note)"
    }.joined()
    if let remark = remark(on: member, isActive: isActive) {
      line += "  \(paint(remark.replacing("GROUP", with: group.name), .dim))"
    }
    return line
  }

  /// Why it does not hold; or, of a holder, what it suffers from.
  private func remark(on member: MemberStatus, isActive: Bool) -> String? {
    if !isActive, let lacks = member.lacks { return lacks }
    var troubles = member.obstacles.map(\.sentence)
    if member.drained { troubles.append("drained") }
    if let trustedAt = member.trustedAt {
      troubles.append("not trusted before \(clock(trustedAt))")
    }
    return troubles.isEmpty ? nil : troubles.joined(separator: ", ")
  }

  private enum Color: String {
    case green = "32"
    case yellow = "33"
    case red = "31"
    case dim = "2"
  }

  private func color(of state: GroupState) -> Color {
    switch state {
    case .normal: .green
    case .reduced, .failedOver, .manual: .yellow
    case .degraded, .down: .red
    }
  }

  private func color(of member: MemberStatus) -> Color {
    guard member.usable else { return .red }
    switch member.health {
    case .up: return .green
    case .unknown: return .yellow
    case .down: return .red
    }
  }

  private func paint(_ text: String, _ color: Color) -> String {
    isColored ? "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m" : text
  }

  /// The clock part of an RFC 3339 time, to the second.
  private func clock(_ timestamp: String) -> String {
    String(timestamp.dropFirst(11).prefix(8))
  }

  private func milliseconds(_ value: Double) -> String {
    Duration.nanoseconds(Int64(value * 1_000_000)).spoken
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
