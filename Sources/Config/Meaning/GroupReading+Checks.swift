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
    _ uses: [Placed<NamedUse>], of draft: GroupDraft, _ findings: inout Findings
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
        reportTargets(check, use, draft, &findings)
      case (.inline, .found), (.inline, .broken):
        findings.report(
          "this check gets the name \(shown), and `checks` has one of that name; rename that one",
          at: use.position)
      case (.named, .broken):
        break
      }
    }
  }

  /// Targets must be of the family that is judged, and a gateway must be there to be asked.
  private func reportTargets(
    _ check: CheckDraft, _ use: Placed<NamedUse>, _ draft: GroupDraft, _ findings: inout Findings
  ) {
    guard let targets = check.targets?.map(\.value), let family = draft.route?.value.family else {
      return
    }
    let shown = use.value.name.text.shown
    guard targets.contains(where: { $0.family == nil || $0.family == family }) else {
      findings.report(
        "check \(shown) has no \(family.name) target, and group \(name.shown) holds an "
          + "\(family.name) route; add one, or use `gateway`", at: use.position)
      return
    }
    guard targets.contains(.gateway) else { return }
    for member in draft.tiers?.value.joined().map(\.name.value) ?? [] {
      guard case .found(let uplink) = index.uplink(member), let gateways = uplink.gateways?.value,
        !gateways.contains(where: { ($0.value.address?.family ?? family) == family })
      else { continue }
      findings.report(
        "check \(shown) asks the gateway, and uplink \(member.shown) has none of \(family.name); "
          + "add `gateway:` to it, or ask an address", at: use.position)
    }
  }
}
