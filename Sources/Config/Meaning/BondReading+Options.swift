import Model

/// What the kernel would refuse, or take otherwise than it was meant, and say nothing.
extension BondReading {
  /// Nil where one is broken.
  func options(_ draft: BondDraft) -> BondOptions? {
    var options = BondOptions()
    for option in BondDraft.options {
      guard let given = draft[option] else { return nil }
      options[option] = given.value
    }
    return options
  }

  func reportOptions(of draft: BondDraft, _ findings: inout Findings) {
    guard let mode = draft.mode?.value else { return }
    for option in BondDraft.options where isGiven(option, draft) && !option.concerns(mode) {
      report(option, draft, "means nothing in mode \(mode.rawValue.shown); leave it out", &findings)
    }
    let hasARP = isGiven(.arpInterval, draft)
    if hasARP, let miimon = draft.carrierInterval, miimon.value != nil {
      findings.report(
        "the kernel watches a bond's ports by carrier or by ARP, not by both: leave out `miimon` or "
          + "`arp_interval`", at: miimon.position)
    }
    reportARP(hasARP, draft, &findings)
    reportDelays(hasARP, draft, &findings)
    if let least = number(.minimumLinks, draft), let members = draft.members?.value,
      least > members.count
    {
      report(
        .minimumLinks, draft, "is more than its \(members.count) members: it never has a carrier",
        &findings)
    }
  }

  private func reportARP(_ hasARP: Bool, _ draft: BondDraft, _ findings: inout Findings) {
    let targets: [BondOption] = [.arpTargets, .neighborTargets]
    if hasARP, !targets.contains(where: { isGiven($0, draft) }), draft[.arpTargets] != nil {
      report(.arpInterval, draft, "asks nobody; add `arp_ip_target`", &findings)
    }
    guard !hasARP, draft[.arpInterval] != nil else { return }
    for option in BondDraft.options where option.isOfARP && isGiven(option, draft) {
      report(
        option, draft, "is about watching by ARP; add `arp_interval`, or ask by `check`", &findings)
    }
  }

  /// The kernel would round them down without a word.
  private func reportDelays(_ hasARP: Bool, _ draft: BondDraft, _ findings: inout Findings) {
    for option in [BondOption.upDelay, .downDelay, .peerNoticeDelay] {
      guard let delay = number(option, draft), delay > 0 else { continue }
      guard !hasARP else {
        report(
          option, draft, "counts `miimon`s, and there is none beside `arp_interval`", &findings)
        continue
      }
      guard let monitor = draft.carrierInterval else { continue }
      let unit = Int((monitor.value ?? Bond.usualCarrierInterval).nanoseconds / 1_000_000)
      guard delay % unit != 0 else { continue }
      let (less, more) = (delay / unit * unit, (delay / unit + 1) * unit)
      report(
        option, draft,
        "is no multiple of `miimon` (\(unit)ms), and the kernel would take \(less)ms; write that, or "
          + "\(more)ms", &findings)
    }
  }

  /// Siaga's word for what the kernel calls `primary_reselect`.
  func failback(_ draft: BondDraft, _ findings: inout Findings) -> Failback? {
    guard let failback = draft.failback, let reselect = draft.reselect else { return nil }
    if failback.value != nil, reselect.value != nil {
      findings.report(
        "`failback` and `primary_reselect` say the same thing twice; leave one out",
        at: reselect.position)
    }
    return failback.value ?? reselect.value?.failback ?? .auto
  }

  private func isGiven(_ option: BondOption, _ draft: BondDraft) -> Bool {
    draft[option].map { $0.value != nil } ?? false
  }

  private func number(_ option: BondOption, _ draft: BondDraft) -> Int? {
    guard case .number(let number)? = draft[option]?.value ?? nil else { return nil }
    return Int(number)
  }

  private func report(
    _ option: BondOption, _ draft: BondDraft, _ what: String, _ findings: inout Findings
  ) {
    guard let position = draft[option]?.position else { return }
    findings.report("\(option.name.shown) \(what)", at: position)
  }
}
