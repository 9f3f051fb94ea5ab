import Model

/// Reads one group against the rest of the file.
struct GroupReading {
  let name: String
  let index: FileIndex
  let damping: DampingUse  // where the group says nothing
  let marks: MarkSpace

  /// Broken parts leave the group out; the findings tell why.
  struct Result {
    var group: Group?
    var inlineChecks: [CheckDefinition] = []
  }

  func read(_ draft: GroupDraft?, _ findings: inout Findings) -> Result {
    guard let draft else { return Result() }
    if draft.route?.value != nil, let second = draft.addresses, !second.value.isEmpty {
      findings.report(
        "group \(name.shown) holds a route already; a group holds exactly one thing",
        at: second.position)
      return Result()
    }
    if draft.route != nil, draft.route?.value == nil {
      // It holds neither, of which the findings already tell: nobody knows who its members are.
      if let addresses = draft.addresses, addresses.value.isEmpty { return Result() }
      return readElected(draft, &findings)
    }
    if let needs = draft.needs, !needs.value.isEmpty {
      findings.report("`needs` is for groups that hold addresses", at: needs.position)
    }
    reportMembers(of: draft, &findings)
    reportWant(of: draft, &findings)
    reportMatch(of: draft, &findings)
    let judging = Judging(draft.judges, place: "\(name).check", &findings)
    reportChecks(judging, of: draft, &findings)
    return Result(
      group: group(draft, judging.judge),
      inlineChecks: judging.definitions(&findings))
  }

  private func group(_ draft: GroupDraft, _ judge: Judge?) -> Group? {
    guard let route = draft.route?.value, let tiers = draft.tiers?.value,
      let want = draft.want?.value, draft.judges != nil, let failback = draft.failback,
      let damping = draft.damping,
      let flows = draft.flows, let match = draft.match, let lastResort = draft.lastResort,
      let hooks = draft.hooks
    else { return nil }
    let usual = FlowPolicy.usual(tiers.map(\.count), want: want)
    return Group(
      name: GroupName(name), holding: .route(route),
      members: zip(1..., tiers).flatMap { tier, seats in
        seats.map {
          Member(.uplink(UplinkName($0.name.value)), tier: tier, weight: $0.weight)
        }
      },
      want: want, judge: judge, failback: failback.value,
      damping: (damping.value ?? self.damping).damping,
      flows: flows.value?.rules(otherwise: usual) ?? FlowRules(usual),
      match: match.value?.match, lastResort: lastResort.value, hooks: hooks.value)
  }

  private func reportMembers(of draft: GroupDraft, _ findings: inout Findings) {
    var seen: Set<String> = []
    for seat in (draft.tiers?.value ?? []).joined() {
      let member = seat.name
      if !seen.insert(member.value).inserted {
        findings.report(
          "\(member.value.shown) stands in group \(name.shown) twice; once is enough",
          at: member.position)
        continue
      }
      switch index.uplink(member.value) {
      case .missing:
        findings.report(
          "there is no uplink \(member.value.shown)", at: member.position,
          didYouMean: index.uplink(nearest: member.value))
      case .found(let uplink): reportFamily(of: uplink, member, draft, &findings)
      case .broken: break
      }
    }
  }

  private func reportFamily(
    of uplink: UplinkDraft, _ member: Placed<String>, _ draft: GroupDraft,
    _ findings: inout Findings
  ) {
    guard let family = draft.route?.value?.family, !uplink.mayCarry(family) else { return }
    findings.report(
      "group \(name.shown) holds an \(family.name) route, and uplink \(member.value.shown) has "
        + "no \(family.name); give it an \(family.name) address or `gateway: auto`",
      at: member.position)
  }

  private func reportWant(of draft: GroupDraft, _ findings: inout Findings) {
    guard let want = draft.want, let tiers = draft.tiers else { return }
    let count = tiers.value.joined().count
    if want.value > count {
      findings.report(
        "`want` is \(want.value), and group \(name.shown) has \(count) members",
        at: want.position)
    }
  }
}
