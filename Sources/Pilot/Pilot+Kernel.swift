import Config
import Engine
import Model
import Reconcile

/// What the kernel says.
extension Pilot {
  /// - Parameter isRead: they were asked for, and are no notices that may be old.
  mutating func observe(
    _ deltas: [KernelState.Delta], isRead: Bool = false, at now: Instant,
    _ shell: inout some Shell
  ) {
    var returned: [InterfaceIndex] = []
    let deltas = isRead ? deltas : deltas.filter { isBeyondDoubt($0, &returned, at: now) }
    take(deltas, at: now, &shell)
    read(links: returned, anew: true, at: now, &shell)
  }

  private mutating func take(
    _ deltas: [KernelState.Delta], at now: Instant, _ shell: inout some Shell
  ) {
    guard !deltas.isEmpty else { return }
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
    hindsight.hear(deltas, withLosses: mustLook)
    // A part of what is there would pass for all of it.
    let deltas = hasRead ? deltas : deltas.filter { !$0.isRead }
    see(deltas, at: now, &shell)
    for change in deltas.compactMap(undone) { shell.undone(change, observed: engine.observed) }
    if mustLook { readOurTables(at: now, &shell) }
  }

  mutating func readOurTables(at now: Instant, _ shell: inout some Shell) {
    let tables = Set(engine.observed.routes.map(\.table) + engine.wanted.routes.map(\.table))
    read(tables, at: now, &shell)
  }

  /// What is so now: whoever switched is told of it, whether the kernel answered or told first.
  mutating func see(
    _ deltas: [KernelState.Delta], waited: Duration = .zero, at now: Instant,
    _ shell: inout some Shell
  ) {
    let before = engine.groupStates.map(\.took)
    for delta in deltas { hurry(after: delta) }
    run(engine.handle(.observed(deltas, waited: waited), at: now), at: now, &shell)
    for (old, new) in zip(before, engine.groupStates) {
      if old == nil, let took = new.took { shell.switched(in: took) }
    }
  }

  /// What was refused for want of this need not wait any more.
  private mutating func hurry(after delta: KernelState.Delta) {
    guard let index = delta.opened, !(delta.isOfLink && isOpen(index)) else { return }
    reconciler.gained(index)
  }

  private func isOpen(_ index: InterfaceIndex) -> Bool {
    engine.observed.links[index].map { $0.isUp && $0.hasCarrier } ?? false
  }

  /// A notice that an uplink is back may be old, and the one that it is lost again held back:
  /// better ask than move there. Until that is answered, it is not believed.
  private mutating func isBeyondDoubt(
    _ delta: KernelState.Delta, _ returned: inout [InterfaceIndex], at now: Instant
  ) -> Bool {
    if let index = delta.ofLink { returning[index] = nil }
    guard case .link(let link) = delta, link.isUp, link.hasCarrier else { return true }
    if isOpen(link.index) { return true }
    guard engine.configuration.watchedLinks.contains(link.name) else { return true }
    returning[link.index] = link
    returned.append(link.index)
    carrier.heard(at: now)
    heardOfLinks = true
    return false
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
        && !reconciler.isUnderWay(.removeRoute(route)) ? .addRoute(route) : nil
    case .ruleGone(let rule):
      return engine.wanted.rules.contains(rule) && !engine.observed.rules.contains(rule)
        && !reconciler.isUnderWay(.removeRule(rule)) ? .addRule(rule) : nil
    case .sysctl(let sysctl, let value):
      return engine.wanted.sysctls[sysctl].flatMap { $0 == value ? nil : .setSysctl(sysctl, $0) }
    case .firewall(let firewall):
      return engine.wanted.firewall.flatMap { $0 == firewall ? nil : .loadFirewall($0) }
    case .link, .linkGone, .address, .addressGone, .route, .table, .foreignDefault,
      .foreignDefaultGone, .leased, .rule:
      return nil
    }
  }
}

extension KernelState.Delta {
  /// The interface that has by this what ways by it need.
  var opened: InterfaceIndex? {
    switch self {
    case .link(let link): link.isUp && link.hasCarrier ? link.index : nil
    case .address(let held): held.interface
    case .linkGone, .addressGone, .route, .routeGone, .table, .foreignDefault, .foreignDefaultGone,
      .leased, .rule, .ruleGone, .sysctl, .firewall:
      nil
    }
  }
}
