import Config
import Engine
import Model
import Reconcile

/// Steers: hands the engine what the shell heard, carries out what it wants, and hears the
/// kernel's answers, turn by turn. The daemon and the simulator differ in the shell alone.
///
/// A turn: any number of events, then `endTurn`. Sockets are drained before anything is
/// judged, so a late wake loses nobody's answer.
public struct Pilot: Sendable {
  public private(set) var engine: Engine
  public private(set) var reconciler = Reconciler()
  private var carrier = CarrierWatch()
  private var heardOfLinks = true  // since carriers were read: what was read then may be stale
  private var mustResync = true
  private var mustConclude = false  // answers were heard
  private var mustAgree = true  // observed or wanted changed since they last agreed
  /// When there is something to do besides reading carriers, as of the last turn.
  public private(set) var eventlessWake: Instant? = .zero

  /// - Parameters:
  ///   - seed: of probe cookies and identifiers; an outsider must not know it.
  ///   - host: this machine's name, where the configuration gives it none.
  public init(seed: UInt64, host: NodeName = "localhost") {
    engine = Engine(seed: seed, host: host)
  }
}

// MARK: - What comes in

extension Pilot {
  /// News from the kernel, in its order.
  /// - Parameter isComplete: false if some of it was lost; then everything is read again.
  public mutating func heard(
    _ deltas: [KernelState.Delta], isComplete: Bool = true, at now: Instant,
    _ shell: inout some Shell
  ) {
    if !isComplete { mustResync = true }
    observe(deltas, at: now, &shell)
  }

  public mutating func handle(_ event: Event, at now: Instant, _ shell: inout some Shell) {
    switch event {
    case .received, .answered:
      // Hundreds may come in one turn, and each may change a mind: that is judged once.
      engine.heard(event, at: now)
      mustConclude = true
      return
    case .configured(let configuration): look(at: configuration, at: now, &shell)
    case .resynced, .observed, .unsent, .remembered, .clock, .leaving, .woke: break
    }
    run(engine.handle(event, at: now), at: now, &shell)
  }

  /// Links that were not used until now were not read either.
  private mutating func look(
    at configuration: Configuration, at now: Instant, _ shell: inout some Shell
  ) {
    let known = engine.observed
    let names = configuration.uplinks.map(\.interface) + configuration.routerLinks
    let indices = names.compactMap { known.link(named: $0)?.index }
    heardOfLinks = true
    observe(unknown(of: indices, anew: true, &shell), at: now, &shell)
  }

  /// An operator's order, carried out before this returns.
  /// - Returns: what was done, in words.
  public mutating func carryOut(
    _ command: Command, at now: Instant, _ shell: inout some Shell
  ) throws(CommandRefused) -> String {
    let (answer, effects) = try engine.carryOut(command, at: now)
    run(effects, at: now, &shell)
    agree(at: now, &shell)
    return answer
  }

  /// Asks each target of a member's checks once, besides the probes that are due anyway; what
  /// comes of it is in `Engine.answers(of:)`.
  public mutating func inquire(
    _ member: MemberID, at now: Instant, _ shell: inout some Shell
  ) throws(CommandRefused) {
    run(try engine.inquire(member, at: now), at: now, &shell)
  }

  /// The kernel's word on changes. It is an observation like any other.
  public mutating func applied(
    _ changes: [Change], _ failures: [ChangeFailure?], at now: Instant, _ shell: inout some Shell
  ) {
    mustAgree = true
    let deltas = zip(changes, failures).compactMap { reconciler.applied($0, $1, at: now) }
    let before = engine.groupStates.map(\.took)
    run(engine.handle(.observed(deltas), at: now), at: now, &shell)
    for (old, new) in zip(before, engine.groupStates) {
      if old == nil, let took = new.took { shell.switched(in: took) }
    }
  }

  /// The sockets are drained: whatever is due is judged, and the kernel made to agree.
  /// - Returns: when the next turn must come, even without events.
  @discardableResult
  public mutating func endTurn(at now: Instant, _ shell: inout some Shell) -> Instant? {
    if mustConclude {
      mustConclude = false
      run(engine.conclusions(at: now), at: now, &shell)
    }
    if mustResync { resync(at: now, &shell) }
    agree(at: now, &shell)  // a probe by a link that is back needs its route
    if let due = engine.asksForClockAt, due <= now {
      run(engine.handle(.clock(shell.wall), at: now), at: now, &shell)
    }
    if let due = engine.wakesAt, due <= now {
      shell.woke(late: now - due)
      run(engine.handle(.woke, at: now), at: now, &shell)
    }
    if let retry = reconciler.nextWake, retry <= now { mustAgree = true }
    agree(at: now, &shell)
    // What was noticed is carried out before more is looked for.
    readCarriers(at: now, &shell)
    agree(at: shell.now, &shell)
    let due = Instant.earlier(engine.wakesAt, reconciler.nextWake)
    eventlessWake = mustResync ? Instant.earlier(carrier.next ?? .zero, due) : due
    return Instant.earlier(carrier.next, eventlessWake)
  }
}

// MARK: - Leaving out

extension Pilot {
  /// When carriers are read next, were the reads before `now` left out.
  public func nextRead(from now: Instant) -> Instant {
    var carrier = carrier
    carrier.leaveOut(before: now)
    return carrier.next ?? now
  }

  /// For a shell that knows that no link has changed since the last read.
  public mutating func leaveOutReads(before now: Instant) {
    carrier.leaveOut(before: now)
  }
}

// MARK: - What the kernel says

extension Pilot {
  private mutating func observe(
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

  private mutating func read(
    _ tables: Set<UInt32>, at now: Instant, _ shell: inout some Shell
  ) {
    mustAgree = true
    guard let found = shell.readTables(tables.sorted()) else {
      mustResync = true
      return
    }
    run(engine.handle(.observed(found), at: now), at: now, &shell)
  }

  private mutating func resync(at now: Instant, _ shell: inout some Shell) {
    // Among what was not heard may be a link event, after which others are held back.
    carrier.heard(at: now)
    heardOfLinks = true
    guard var state = shell.readState() else { return carrier.retry(at: now) }
    mustResync = false
    mustAgree = true
    state.keep(engine.observed)
    run(engine.handle(.resynced(state), at: now), at: now, &shell)
  }

  private mutating func readCarriers(at now: Instant, _ shell: inout some Shell) {
    guard carrier.isDue(at: now) else { return }
    let used = engine.usedLinks
    carrier.wasRead(at: now, hasLinks: !used.isEmpty)
    let found = unknown(of: used, anew: heardOfLinks, &shell)
    heardOfLinks = false
    observe(found, at: now, &shell)
  }

  /// Reads these links: what of them was not known.
  private func unknown(
    of indices: [InterfaceIndex], anew: Bool, _ shell: inout some Shell
  ) -> [KernelState.Delta] {
    shell.readLinks(indices, anew: anew)
      .filter { engine.observed.links[$0.index] != $0 }.map { .link($0) }
  }
}

// MARK: - What is to be done

extension Pilot {
  private mutating func run(_ effects: [Effect], at now: Instant, _ shell: inout some Shell) {
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
  private mutating func agree(at now: Instant, _ shell: inout some Shell) {
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
