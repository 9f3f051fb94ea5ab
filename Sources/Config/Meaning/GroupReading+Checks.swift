import Model

/// A check that judges the group, under the name that it has or gets.
struct NamedUse {
  let name: CheckName
  let source: CheckUse
}

extension GroupReading {
  /// Inline checks are named after their place: `internet.check`, or in a list
  /// `internet.check.2`.
  func uses(of draft: GroupDraft) -> [Placed<NamedUse>] {
    let judges = draft.judges?.value ?? []
    return zip(1..., judges).map { number, use in
      let name =
        switch use.value {
        case .named(let text): text
        case .inline: judges.count > 1 ? "\(name).check.\(number)" : "\(name).check"
        }
      return Placed(NamedUse(name: CheckName(name), source: use.value), at: use.position)
    }
  }

  func reportChecks(
    _ uses: [Placed<NamedUse>], judging members: [String], _ findings: inout Findings
  ) {
    var seen: Set<CheckName> = []
    for use in uses {
      let shown = use.value.name.text.shown
      if !seen.insert(use.value.name).inserted {
        findings.report("check \(shown) is here twice; once is enough", at: use.position)
        continue
      }
      switch (use.value.source, index.check(use.value.name.text)) {
      case (.named(let name), .missing):
        findings.report(
          "there is no check \(shown)", at: use.position, didYouMean: index.check(nearest: name))
      case (.named, .found(let check)), (.inline(let check), .missing):
        reportGateways(check, use, members, &findings)
      case (.inline, .found), (.inline, .broken):
        findings.report(
          "this check gets the name \(shown), and `checks` has one of that name; rename that one",
          at: use.position)
      case (.named, .broken):
        break
      }
    }
  }

  /// A gateway can be pinged only where there is one.
  private func reportGateways(
    _ check: CheckDraft, _ use: Placed<NamedUse>, _ members: [String],
    _ findings: inout Findings
  ) {
    guard case .gateway = check.ping?.value else { return }
    for member in members {
      guard case .found(let uplink) = index.uplink(member),
        let gateways = uplink.gateways?.value, gateways.isEmpty
      else { continue }
      findings.report(
        "check \(use.value.name.text.shown) pings the gateway, and uplink \(member.shown) has "
          + "none; add `gateway:` to it, or ping an address", at: use.position)
    }
  }
}
