import Engine
import Model
import Reconcile

/// What is to be done.
extension Pilot {
  mutating func run(_ effects: [Effect], at now: Instant, _ shell: inout some Shell) {
    for effect in effects {
      switch effect {
      case .transmit(let packet):
        if let reason = shell.transmit(packet.datagram) {
          run(engine.handle(.answered(packet.probe, .unsent(reason)), at: now), at: now, &shell)
        }
      case .begin(let request, let probe):
        if let result = shell.begin(request, probe) {
          run(engine.handle(.answered(probe, result), at: now), at: now, &shell)
        }
      case .listen(let ears): shell.listen(to: ears)
      case .heed(let ears): shell.heed(ears)
      case .join(let links): shell.join(links)
      case .lend(let addresses, let time): shell.lend(addresses, for: time)
      case .meet(let cluster): shell.meet(cluster)
      case .send(let datagram):
        if let reason = shell.transmit(datagram) {
          run(engine.handle(.unsent(datagram, reason), at: now), at: now, &shell)
        }
      case .want(let wanted):
        reconciler.wanted = wanted
        mustAgree = true
      case .sweep(let filter): shell.sweep(filter)
      case .spare(let mark, let family): shell.spare(mark: mark, family)
      case .record(let decision): shell.decided(decision)
      case .announce(let announcement, let audience, let hooks):
        shell.announce(announcement, to: audience, hooks)
      case .remember(let memory): shell.remember(memory)
      case .resolve(let servers): shell.resolve(servers)
      }
    }
  }

  /// Applies what is missing; what follows from the kernel's answers is applied at once too.
  mutating func agree(at now: Instant, _ shell: inout some Shell) {
    var now = now
    // Bounded: should the kernel and we never agree, the next turn goes on.
    for _ in 0..<8 where mustAgree && !isInDoubt {
      mustAgree = false
      let due = reconciler.due(from: engine.observed, isSure: !isReadingRoutes, at: now)
      let slow = due.filter { $0.lane == .slow }
      if !slow.isEmpty { shell.applySlowly(slow) }
      let direct = due.filter { $0.lane == .netlink }
      guard !direct.isEmpty else { return }
      let mark = hindsight.ask()
      switch shell.apply(direct, observed: engine.observed) {
      case .later: changesAsked.append(mark)
      case .now(let failures):
        now = shell.now
        answered(direct, failures, since: mark, at: now, &shell)
        if mustResync { resync(at: now, &shell) }
      }
    }
  }

  /// The kernel's word on changes that were to be answered later, in the order in which they were
  /// asked for.
  /// - Parameter waited: how long ago it was said.
  public mutating func answered(
    _ changes: [Change], _ failures: [ChangeFailure?], waited: Duration = .zero,
    at now: Instant, _ shell: inout some Shell
  ) {
    guard !changesAsked.isEmpty else { return }
    let mark = changesAsked.removeFirst()
    answered(changes, failures, since: mark, waited: waited, at: now, &shell)
  }

  private mutating func answered(
    _ changes: [Change], _ failures: [ChangeFailure?], since mark: Hindsight.Mark,
    waited: Duration = .zero, at now: Instant, _ shell: inout some Shell
  ) {
    let since = hindsight.answered(mark)
    let done = zip(changes, failures).compactMap { reconciler.applied($0, $1, at: now) }
    mustAgree = true
    // What was lacking when the kernel refused may have come since.
    for index in since?.heard.compactMap(\.opened) ?? [] { reconciler.gained(index) }
    let later = since?.heard.filter { !$0.isOfKeptThings } ?? []
    hindsight.hear(done + later)
    see(done + later, waited: waited, at: now, &shell)
    // What was not answered may have been done: nothing is built on what was known before.
    if since == nil || failures.contains(where: { $0?.isSilence ?? false }) {
      mustResync = true
      isInDoubt = true
    } else if since?.hasLosses ?? false {
      readOurTables(at: now, &shell)
    }
  }

  /// It has been read, and what is known of it is in no doubt.
  public var knowsKernel: Bool { !isInDoubt }

  /// Whether the kernel owes no word on any change, and all that can be asked of it by now was.
  public var isSettled: Bool { changesAsked.isEmpty && (!mustAgree || isInDoubt) }
}

extension KernelState.Delta {
  /// Of what our changes of the netlink lane do not make or take away.
  fileprivate var isOfKeptThings: Bool {
    switch self {
    case .address, .addressGone, .route, .routeGone, .rule, .ruleGone, .linkGone: false
    case .link, .table, .foreignDefault, .foreignDefaultGone, .leased, .sysctl, .firewall: true
    }
  }
}
