import Config
import Engine
import Model
import Reconcile

/// What the kernel says.
extension Pilot {
  mutating func observe(
    _ deltas: [KernelState.Delta], at now: Instant, _ shell: inout some Shell
  ) {
    guard !deltas.isEmpty else { return }
    let deltas = deltas + reread(deltas, &shell)
    mustAgree = true
    if deltas.contains(where: \.isOfLink) {
      carrier.heard(at: now)
      heardOfLinks = true
    }
    for case .linkGone(let index) in deltas {
      engine.observed.links[index].map { reconciler.lost($0.name) }
      shell.lostLink(index)
    }
    let mustLook = deltas.contains { isSilentLoss($0) }
    run(engine.handle(.observed(deltas), at: now), at: now, &shell)
    for change in deltas.compactMap(undone) { shell.undone(change, observed: engine.observed) }
    if mustLook {
      let tables = Set(engine.observed.routes.map(\.table) + engine.wanted.routes.map(\.table))
      read(tables, at: now, &shell)
    }
  }

  /// A notice that an uplink is back may be old, and the one that it is lost again held back:
  /// better ask than move there.
  private func reread(
    _ deltas: [KernelState.Delta], _ shell: inout some Shell
  ) -> [KernelState.Delta] {
    let regained = deltas.compactMap { delta -> InterfaceIndex? in
      guard case .link(let link) = delta, link.isUp, link.hasCarrier,
        engine.configuration.uplinks.contains(where: { $0.interface == link.name })
          || engine.configuration.routerLinks.contains(link.name)
      else { return nil }
      let known = engine.observed.links[link.index]
      return known?.hasCarrier == true && known?.isUp == true ? nil : link.index
    }
    return regained.isEmpty ? [] : shell.readLinks(regained, anew: true).map { .link($0) }
  }

  /// Setting a link down, or taking its address, removes IPv4 routes without a word.
  private func isSilentLoss(_ delta: KernelState.Delta) -> Bool {
    switch delta {
    case .link(let link): engine.observed.links[link.index]?.isUp != link.isUp
    case .linkGone, .address, .addressGone: true
    case .route, .routeGone, .table, .foreignDefault, .foreignDefaultGone, .leased, .rule,
      .ruleGone, .sysctl, .firewall:
      false
    }
  }

  /// What of ours this loss undid, if it is still wanted. (Addresses come and go with links.)
  private func undone(_ delta: KernelState.Delta) -> Change? {
    switch delta {
    case .routeGone(let route):
      return engine.wanted.routes.contains(route) && !engine.observed.routes.contains(route)
        ? .addRoute(route) : nil
    case .ruleGone(let rule):
      return engine.wanted.rules.contains(rule) && !engine.observed.rules.contains(rule)
        ? .addRule(rule) : nil
    case .sysctl(let sysctl, let value):
      return engine.wanted.sysctls[sysctl].flatMap { $0 == value ? nil : .setSysctl(sysctl, $0) }
    case .firewall(let firewall):
      return engine.wanted.firewall.flatMap { $0 == firewall ? nil : .loadFirewall($0) }
    case .link, .linkGone, .address, .addressGone, .route, .table, .foreignDefault,
      .foreignDefaultGone, .leased, .rule:
      return nil
    }
  }

  mutating func read(
    _ tables: Set<UInt32>, at now: Instant, _ shell: inout some Shell
  ) {
    mustAgree = true
    guard let found = shell.readTables(tables.sorted()) else {
      mustResync = true
      return
    }
    run(engine.handle(.observed(found), at: now), at: now, &shell)
  }

  mutating func resync(at now: Instant, _ shell: inout some Shell) {
    // Among what was not heard may be a link event, after which others are held back.
    carrier.heard(at: now)
    heardOfLinks = true
    guard var state = shell.readState() else { return carrier.retry(at: now) }
    mustResync = false
    mustAgree = true
    state.keep(engine.observed)
    run(engine.handle(.resynced(state), at: now), at: now, &shell)
  }

  mutating func readCarriers(at now: Instant, _ shell: inout some Shell) {
    guard carrier.isDue(at: now) else { return }
    let used = engine.usedLinks
    carrier.wasRead(at: now, hasLinks: !used.isEmpty)
    let found = unknown(of: used, anew: heardOfLinks, &shell)
    heardOfLinks = false
    observe(found, at: now, &shell)
  }

  /// Reads these links: what of them was not known.
  func unknown(
    of indices: [InterfaceIndex], anew: Bool, _ shell: inout some Shell
  ) -> [KernelState.Delta] {
    shell.readLinks(indices, anew: anew)
      .filter { engine.observed.links[$0.index] != $0 }.map { .link($0) }
  }
}
