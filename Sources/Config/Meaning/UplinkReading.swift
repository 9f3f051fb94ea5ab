import Model

/// Reads one uplink against the rest of the file.
struct UplinkReading {
  let name: String
  let index: FileIndex
  let families: [Family]  // in which groups hold a route by it
  let takenNames: Set<CheckName>  // by checks written in groups, which may be called as uplinks are

  /// Broken parts leave the uplink out; the findings tell why.
  struct Result {
    var uplink: Uplink?
    var inlineChecks: [CheckDefinition] = []
  }

  func read(_ draft: UplinkDraft?, _ findings: inout Findings) -> Result {
    guard let draft else { return Result() }
    let judging = Judging(draft.judges, place: "\(name).check", &findings)
    for asked in index.asked(by: judging, &findings) {
      reportTakenName(of: asked, &findings)
      reportSilence(of: asked, draft, &findings)
      for family in families { asked.reportHosts(by: draft, name, family, &findings) }
    }
    return Result(
      uplink: draft.uplink(UplinkName(name), judge: judging.judge, &findings),
      inlineChecks: judging.definitions(&findings))
  }

  private func reportTakenName(of asked: AskedCheck, _ findings: inout Findings) {
    guard asked.isInline, takenNames.contains(asked.name) else { return }
    findings.report(
      "this check gets the name \(asked.shown), as one in the group \(name.shown) does; write it "
        + "under `checks`, and name it here", at: asked.position)
  }

  /// One whose targets are all of a family that nobody asks about judges nothing.
  private func reportSilence(
    of asked: AskedCheck, _ draft: UplinkDraft, _ findings: inout Findings
  ) {
    let own = asked.families
    guard own.count == 1, let family = own.first, !families.isEmpty, !families.contains(family)
    else { return }
    findings.warn(
      "check \(asked.shown) has only \(family.name) targets, and "
        + (draft.mayCarry(family)
          ? "no group holds an \(family.name) route by uplink \(name.shown)"
          : "uplink \(name.shown) has no \(family.name)") + "; it is not asked here",
      at: asked.position)
  }
}
