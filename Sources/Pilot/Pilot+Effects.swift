import Engine
import Model
import Reconcile

/// What is to be done.
extension Pilot {
  mutating func run(_ effects: [Effect], at now: Instant, _ shell: inout some Shell) {
    for effect in effects {
      switch effect {
      case .transmit(let datagram, let probe):
        if let reason = shell.transmit(datagram) {
          run(engine.handle(.answered(probe, .unsent(reason)), at: now), at: now, &shell)
        }
      case .begin(let request, let probe):
        if let reason = shell.begin(request, probe) {
          run(engine.handle(.answered(probe, .unsent(reason)), at: now), at: now, &shell)
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
      }
    }
  }

  /// Applies what is missing; what follows from the kernel's answers is applied at once too.
  mutating func agree(at now: Instant, _ shell: inout some Shell) {
    var now = now
    // Bounded: should the kernel and we never agree, the next turn goes on.
    for _ in 0..<8 where mustAgree {
      mustAgree = false
      let due = reconciler.due(from: engine.observed, at: now)
      let slow = due.filter { $0.lane == .slow }
      if !slow.isEmpty { shell.applySlowly(slow) }
      let direct = due.filter { $0.lane == .netlink }
      guard !direct.isEmpty else { return }
      let failures = shell.apply(direct, observed: engine.observed)
      now = shell.now
      applied(direct, failures, at: now, &shell)
      // What was not answered may have been done: nothing is built on what was known before.
      if failures.contains(where: { $0?.isSilence ?? false }) { mustResync = true }
      if mustResync { resync(at: now, &shell) }
      if mustResync { return }
    }
  }
}
