import Model

/// A group of addresses, which one of the nodes has.
extension GroupReading {
  func readElected(_ draft: GroupDraft, _ findings: inout Findings) -> Result {
    reportRouteKeys(of: draft, &findings)
    reportNodes(of: draft, &findings)
    reportNeeds(of: draft, &findings)
    let judging = Judging(draft.judges, place: "\(name).check", &findings)
    reportChecks(of: judging, &findings)
    guard let addresses = draft.addresses?.value, let tiers = draft.tiers?.value,
      let failback = draft.failback, let damping = draft.damping, let hooks = draft.hooks,
      let needs = draft.needs, draft.judges != nil, let routers = routers(addresses, &findings)
    else { return Result(inlineChecks: judging.definitions(&findings)) }
    let members = zip(1..., tiers).flatMap { tier, seats in
      seats.map { Member(.node(NodeName($0.name.value)), tier: tier) }
    }
    return Result(
      group: Group(
        name: GroupName(name), holding: .addresses(routers), members: members,
        judge: judging.judge, failback: failback.value,
        damping: (damping.value ?? self.damping).damping, hooks: hooks.value,
        needs: needs.value.map { GroupName($0.value) }),
      inlineChecks: judging.definitions(&findings))
  }

  /// A node asks itself, for it has no link of its own that its probes could leave by.
  private func reportChecks(of judging: Judging, _ findings: inout Findings) {
    for asked in index.asked(by: judging, &findings) {
      guard let kind = asked.draft.asking?.value.kind else { continue }
      switch kind {
      case .exec, .file: break
      case .ping, .arp, .tcp, .dns, .wifi:
        findings.report(
          "check \(asked.shown) asks by \(kind.key.shown), and of a node only `exec` and `file` can be "
            + "asked; what lies on the network is for a group of routes that this one `needs`",
          at: asked.position)
      }
    }
  }

  /// Keys that mean something for routes alone.
  private func reportRouteKeys(of draft: GroupDraft, _ findings: inout Findings) {
    var strange: [(String, ConfigPosition)] = []
    if let match = draft.match, match.value != nil { strange.append(("match", match.position)) }
    if let want = draft.want, want.value > 1 { strange.append(("want", want.position)) }
    if let flows = draft.flows, flows.value != nil { strange.append(("flows", flows.position)) }
    if let last = draft.lastResort, last.value != .main {
      strange.append(("last-resort", last.position))
    }
    for (key, position) in strange {
      findings.report(
        "\(key.shown) is for groups that hold a route, and \(name.shown) holds addresses",
        at: position)
    }
  }

  private func reportNodes(of draft: GroupDraft, _ findings: inout Findings) {
    var seen: Set<String> = []
    for tier in draft.tiers?.value ?? [] {
      if tier.count > 1 {
        findings.report(
          "addresses are on one node at a time; give each node a tier of its own",
          at: tier[1].name.position)
      }
      for seat in tier {
        if seat.weight != 1 {
          findings.report(
            "a weight is a share of traffic, and one node has all addresses of \(name.shown); write "
              + "`[\(seat.name.value)]`", at: seat.name.position)
        }
        if !seen.insert(seat.name.value).inserted {
          findings.report(
            "\(seat.name.value.shown) stands in group \(name.shown) twice; once is enough",
            at: seat.name.position)
        } else if case .missing = index.node(seat.name.value) {
          findings.report(
            "there is no node \(seat.name.value.shown)", at: seat.name.position,
            didYouMean: index.node(nearest: seat.name.value))
        }
      }
    }
    reportPriorities(of: draft, &findings)
  }

  /// The better tier must have the higher priority, or VRRP and `tiers` would pull apart.
  private func reportPriorities(of draft: GroupDraft, _ findings: inout Findings) {
    var above: (name: String, priority: Int)?
    for (rank, seat) in (draft.tiers?.value ?? []).compactMap(\.first).enumerated() {
      guard case .found(let node) = index.node(seat.name.value) else { continue }
      let written = node.priority?.value
      let priority = written ?? Int(Node.priority(tier: rank + 1))
      if let above, above.priority <= priority {
        findings.report(
          "node \(seat.name.value.shown) has priority \(priority), and node "
            + "\(above.name.shown), in a better tier, has \(above.priority); give the better tier "
            + "more", at: node.priority?.position ?? seat.name.position)
      }
      above = (seat.name.value, priority)
    }
  }

  private func reportNeeds(of draft: GroupDraft, _ findings: inout Findings) {
    for need in draft.needs?.value ?? [] {
      switch index.group(need.value) {
      case .missing:
        findings.report(
          "there is no group \(need.value.shown)", at: need.position,
          didYouMean: index.group(nearest: need.value))
      case .found(let group) where group.route?.value == nil && group.route != nil:
        findings.report(
          "group \(need.value.shown) holds addresses, and `needs` is of groups that hold a route",
          at: need.position)
      case .found, .broken: break
      }
    }
  }

  /// Addresses of one number on one link are one virtual router; nil: one of them is broken.
  private func routers(
    _ drafts: [Placed<VirtualAddressDraft>], _ findings: inout Findings
  ) -> [VirtualRouter]? {
    var routers: [VirtualRouter] = []
    var isWhole = true
    for draft in drafts {
      guard let router = draft.value.router(&findings) else {
        isWhole = false
        continue
      }
      guard let place = routers.firstIndex(where: { $0.id == router.id }) else {
        routers.append(router)
        continue
      }
      var known = routers[place]
      let addresses = known.addresses
      known.addresses = router.addresses
      guard known == router else {
        findings.report(
          "virtual router \(router.id) is described in two ways; what has one `interface` and "
            + "`vrid` has the same `advertise`, `version`, `checksum`, `send`, `mac` and `accept`",
          at: draft.position)
        isWhole = false
        continue
      }
      routers[place].addresses = addresses + router.addresses
    }
    return isWhole ? routers : nil
  }
}

extension VirtualAddressDraft {
  /// Nil when a field is broken, of which the findings tell.
  fileprivate func router(_ findings: inout Findings) -> VirtualRouter? {
    guard let address, let interface, let number, let interval, let version, let checksum,
      let casting, let mac, let acceptance
    else { return nil }
    let spoken = version.value.version
    guard spoken == .three || address.value.family == .ipv4 else {
      findings.report("VRRP 2 is for IPv4 alone; leave `version` out", at: version.position)
      return nil
    }
    guard spoken.canSay(interval.value) else {
      findings.report(
        spoken == .two
          ? "VRRP 2 counts whole seconds; `advertise` is from 1s to 255s"
          : "VRRP 3 counts hundredths of a second; `advertise` is from 10ms to 40950ms in steps of "
            + "10ms", at: interval.position)
      return nil
    }
    guard mac.value == .own || casting.value == .multicast else {
      findings.report(
        "a virtual MAC goes with multicast, by which switches learn where it is; leave `send` out, or "
          + "say `mac: own`", at: mac.position)
      return nil
    }
    return VirtualRouter(
      id: .init(
        interface: interface.value, family: address.value.family, number: UInt8(number.value)),
      addresses: [address.value], version: spoken, interval: interval.value,
      checksum: checksum.value, isUnicast: casting.value == .unicast,
      mac: mac.value, accepts: acceptance.value == .all)
  }
}
