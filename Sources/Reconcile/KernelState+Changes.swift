import Model

extension KernelState {
  /// Wanted − observed, in the order in which it is to be applied: what carries traffic first,
  /// additions before removals. Foreign things never appear in it.
  public func changes(to wanted: Wanted) -> [Change] {
    activations(wanted) + addressAdditions(wanted) + routeAdditions(wanted) + ruleChanges(wanted)
      + routeRemovals(wanted) + addressRemovals(wanted) + linkChanges(wanted)
      + bondChanges(wanted)
      + sysctlChanges(wanted) + firewallChanges(wanted.firewall)
  }

  private func addressAdditions(_ wanted: Wanted) -> [Change] {
    wanted.addresses.lazy.filter { !holds($0) }.sorted().map { .addAddress($0) }
  }

  private func addressRemovals(_ wanted: Wanted) -> [Change] {
    let kept = Dictionary(grouping: wanted.addresses, by: \.interface)
    return addresses.filter { held in
      held.isOurs && !(kept[held.interface] ?? []).contains { $0.isSame(as: held) }
    }.map { .removeAddress($0) }
  }

  /// Group tables before link tables: a switch is a change of the former.
  private func routeAdditions(_ wanted: Wanted) -> [Change] {
    wanted.routes.lazy.filter { !routes.contains($0) }.sorted(by: >).map { .addRoute($0) }
  }

  /// After the rules that send packets there.
  private func routeRemovals(_ wanted: Wanted) -> [Change] {
    let removals = routes.lazy.filter { $0.isOurs && !wanted.routes.contains($0) }.sorted(by: >)
    return worstFirst(removals, wanted).map { .removeRoute($0) }
  }

  /// The less of a way is wanted, the earlier it goes: a better one carries until its turn. In IPv6
  /// it also waits for the worse to be gone (`Change.waitsFor`), which would else come before what is
  /// wanted, if its metric is lower. Of ways that are wanted alike, those by links that nothing leads
  /// by any more go first: they may not be anybody's to use.
  private func worstFirst(_ removals: [Route], _ wanted: Wanted) -> [Route] {
    guard removals.count > 1 else { return removals }
    let hops = Set(wanted.routes.flatMap { route in route.hops.map { Step(route, $0) } })
    let links = Set(hops.map(\.interface))
    return removals.map { old in
      let unwanted = old.hops.count { !hops.contains(Step(old, $0)) }
      let stray = old.hops.count { !links.contains($0.interface) }
      return (unwanted, stray, old)
    }
    .sorted(by: >).map(\.2)
  }

  /// A hop of a way to somewhere, whatever its weight.
  private struct Step: Hashable {
    let destination: Prefix
    let table: UInt32
    let interface: InterfaceIndex
    let gateway: IPAddress?

    init(_ route: Route, _ hop: NextHop) {
      destination = route.destination
      table = route.table
      interface = hop.interface
      gateway = hop.gateway
    }
  }

  private func ruleChanges(_ wanted: Wanted) -> [Change] {
    let additions = wanted.rules.lazy.filter { !rules.contains($0) }.sorted()
    let removals = rules.lazy.filter { $0.isOurs && !wanted.rules.contains($0) }.sorted()
    return additions.map { .addRule($0) } + removals.map { .removeRule($0) }
  }

  /// Restoring what they were before is `--cleanup`'s business, which knows the record.
  private func sysctlChanges(_ wanted: Wanted) -> [Change] {
    let due = wanted.sysctls.lazy.filter { sysctls[$0.key] != $0.value }.sorted { $0.key < $1.key }
    // When it begins to forward, the kernel drops the default routes that it was advertised, but by
    // interfaces that are to hear advertisements nevertheless.
    let forwarding = Sysctl.forwarding(.ipv6)
    return (due.filter { $0.key != forwarding } + due.filter { $0.key == forwarding })
      .map { .setSysctl($0.key, $0.value) }
  }

  /// One that is not as it should be goes, and comes anew; one of somebody else's stays, whatever its
  /// name.
  private func linkChanges(_ wanted: Wanted) -> [Change] {
    let steps = wanted.links.sorted().compactMap { link -> Change? in
      guard let there = self.link(named: link.name) else { return .addLink(link) }
      guard there.isOurs, link.isMade(by: there), !there.isUp else { return nil }
      // Before its settings stand it would answer for what is not its own, and speak up.
      let isQuiet = wanted.sysctls.allSatisfy { sysctl, value in
        !sysctl.concerns(link.name) || sysctls[sysctl] == value
      }
      return isQuiet ? .raiseLink(link.name, there.index) : nil
    }
    let strays = links.values.filter { there in
      there.isOurs && !wanted.links.contains { $0.isMade(by: there) }
        && !wanted.bonds.contains { there.bond != nil && $0.name == there.name }
    }
    return steps + strays.sorted { $0.index < $1.index }.flatMap(removal)
  }

  private func firewallChanges(_ wanted: Firewall?) -> [Change] {
    switch wanted {
    case let wanted? where wanted != firewall: [.loadFirewall(wanted)]
    case nil where firewall != nil: [.removeFirewall]
    case .some, nil: []
    }
  }
}
