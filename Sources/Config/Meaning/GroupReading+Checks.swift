import Model

extension GroupReading {
  /// Targets must be of the family that is judged, and by each member they must be there.
  func reportChecks(_ judging: Judging, of draft: GroupDraft, _ findings: inout Findings) {
    for asked in index.asked(by: judging, &findings) {
      guard let targets = asked.draft.targets, let family = draft.route?.value?.family else {
        continue
      }
      guard targets.contains(where: { $0.value.isOf(family) }) else {
        findings.report(
          "check \(asked.shown) has no \(family.name) target, and group \(name.shown) holds an "
            + "\(family.name) route; add one, or use `gateway`", at: asked.position)
        continue
      }
      for member in draft.tiers?.value.joined().map(\.name.value) ?? [] {
        guard case .found(let uplink) = index.uplink(member) else { continue }
        asked.reportHosts(by: uplink, member, family, &findings)
      }
    }
  }
}
