import Model

extension GroupReading {
  func reportChecks(_ judging: Judging, of draft: GroupDraft, _ findings: inout Findings) {
    var seen: Set<CheckName> = []
    // A check that is asked in several places is wrong once.
    for use in judging.checks where seen.insert(use.value.name).inserted {
      let name = use.value.name.text
      switch (use.value.inline, index.check(name)) {
      case (nil, .missing):
        findings.report(
          "there is no check \(name.shown)", at: use.position,
          didYouMean: index.check(nearest: name))
      case (nil, .found(let check)), (let check?, .missing):
        reportTargets(check, use, draft, &findings)
      case (.some, .found), (.some, .broken):
        findings.report(
          "this check gets the name \(name.shown), and `checks` has one of that name; "
            + "rename that one", at: use.position)
      case (nil, .broken):
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
