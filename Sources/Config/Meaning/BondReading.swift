import Model

/// Reads one bond against the rest of the file.
struct BondReading {
  let name: Placed<String>
  let index: FileIndex
  let damping: DampingUse  // where the bond says nothing

  /// Broken parts leave the bond out; the findings tell why.
  struct Result {
    var bond: Bond?
    var inlineChecks: [CheckDefinition] = []
  }

  func read(_ draft: BondDraft?, _ findings: inout Findings) -> Result {
    guard let draft else { return Result() }
    reportPrimary(of: draft, &findings)
    reportOptions(of: draft, &findings)
    LinkAddresses(
      owner: "bond", addresses: draft.addresses?.value ?? [],
      gateways: draft.gateways?.value ?? [], resolvers: draft.resolvers?.value ?? []
    )
    .report(&findings)
    let judging = Judging(draft.judges, place: "\(name.value).check", &findings)
    for asked in index.asked(by: judging, &findings) { report(asked, of: draft, &findings) }
    return Result(
      bond: bond(draft, judging.judge, &findings), inlineChecks: judging.definitions(&findings))
  }

  private func bond(_ draft: BondDraft, _ judge: Judge?, _ findings: inout Findings) -> Bond? {
    guard let interface = InterfaceName(name.value) else {
      // `.` and `..` are names, but not of interfaces; of others it has been told.
      if name.value.allSatisfy({ $0 == "." }) {
        findings.report("\(name.value.shown) is no name of an interface", at: name.position)
      }
      return nil
    }
    guard let members = draft.members, let primary = draft.primary, let mode = draft.mode,
      let addresses = draft.addresses, let gateways = draft.gateways,
      let resolvers = draft.resolvers, let mtu = draft.mtu,
      let carrierInterval = draft.carrierInterval,
      draft.judges != nil, let damping = draft.damping, let options = options(draft),
      let failback = failback(draft, &findings)
    else { return nil }
    let watchesByARP = options[.arpInterval] != nil
    return Bond(
      name: interface, members: members.value.map(\.value), primary: primary.value,
      mode: mode.value, addresses: addresses.value.map(\.value),
      gateways: gateways.value.compactMap(\.value.address),
      findsGateways: gateways.value.contains { $0.value.address == nil },
      resolvers: resolvers.value.map(\.value), mtu: mtu.value,
      carrierInterval: watchesByARP ? nil : carrierInterval.value ?? Bond.usualCarrierInterval,
      options: options, judge: judge, failback: failback,
      damping: (damping.value ?? self.damping).damping)
  }

  private func reportPrimary(of draft: BondDraft, _ findings: inout Findings) {
    guard let place = draft.primary, let primary = place.value else { return }
    if let members = draft.members?.value, !members.contains(where: { $0.value == primary }) {
      findings.report(
        "`primary` \(primary.text.shown) is no member of bond \(name.value.shown)",
        at: place.position,
        didYouMean: nearest(to: primary.text, among: members.map(\.value.text)))
    }
    if let mode = draft.mode?.value, !mode.hasOneActive {
      findings.report(
        "in mode \(mode.rawValue.shown) all members carry, so none is `primary`; leave it out",
        at: place.position)
    }
  }
}
