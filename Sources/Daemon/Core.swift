import Engine
import Kernel
import Logging
import Model
import Reconcile

/// The one actor that decides, on the event loop's thread: events in, effects out, the kernel
/// made to agree, all within one turn.
actor Core {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var engine: Engine
  private var reconciler = Reconciler()
  private let kernel: KernelSide
  private let outlets: Outlets
  private let logger: Logger
  private var tally = Tally()
  private var now = Clock.now  // when this turn began
  private var carrier = CarrierWatch()
  private var mustResync = true
  private var mustAgree = true  // observed or wanted changed since they last agreed
  private var untold: [Decision] = []
  private var troubles: [String: String] = [:]  // by what they are about

  /// Where effects go that are neither packets nor changes of the kernel.
  struct Outlets: Sendable {
    let remember: @Sendable (Memory) -> Void
    let defaultsChanged: @Sendable () -> Void
  }

  init(seed: UInt64, loop: EventLoop, kernel: KernelSide, outlets: Outlets, logger: Logger) {
    self.loop = loop
    self.kernel = kernel
    self.outlets = outlets
    self.logger = logger
    engine = Engine(seed: seed)
  }

  /// Connects the loop to the core; on the loop's thread, before it runs.
  func attach() throws(SystemError) {
    try kernel.attach(to: loop) { [unowned self] input in
      assumeIsolated { $0.took(input) }
    }
    loop.turnEnded = { [unowned self] in assumeIsolated { $0.endTurn() } }
  }

  // MARK: - A turn

  private func took(_ input: KernelSide.Input) {
    now = Clock.now
    switch input {
    case .news(let news):
      if news.lostMessages { mustResync = true }
      if news.defaultsChanged { outlets.defaultsChanged() }
      observe(news.deltas)
    case .packet(let message, let source, let index):
      tally.received += 1
      run(engine.handle(.received(message, from: source, on: index), at: now))
    case .firewallTouched:
      kernel.slow.lookAtFirewall { [self] firewall in
        loop.post { self.assumeIsolated { $0.firewallSeen(firewall) } }
      }
    case .failed(let error):
      trouble("netlink", "\(error); reading everything again")
      mustResync = true
    }
  }

  /// The sockets are drained; now whatever is due is judged, and the kernel made to agree.
  private func endTurn() -> Instant? {
    now = Clock.now
    if let due = engine.nextWake?.at, due <= now { tally.late(by: now - due) }
    if mustResync { resync() }
    readCarriers()
    if engine.nextWake.map({ $0.at <= now }) ?? false { run(engine.handle(.woke, at: now)) }
    if reconciler.nextWake.map({ $0 <= now }) ?? false { mustAgree = true }
    agree()
    tell()
    return [engine.nextWake?.at, reconciler.nextWake, carrier.next].compactMap { $0 }.min()
  }

  // MARK: - What the kernel says

  private func observe(_ deltas: [KernelState.Delta]) {
    guard !deltas.isEmpty else { return }
    mustAgree = true
    if deltas.contains(where: \.isOfLink) { carrier.heard(at: now) }
    for case .linkGone(let index) in deltas { kernel.pings.close(index) }
    let mustLook = deltas.contains { isSilentLoss($0) }
    run(engine.handle(.observed(deltas), at: now))
    if mustLook { readOurTables() }
  }

  /// Setting a link down, or taking its address, removes IPv4 routes without a word.
  private func isSilentLoss(_ delta: KernelState.Delta) -> Bool {
    switch delta {
    case .link(let link): engine.observed.links[link.index]?.isUp != link.isUp
    case .linkGone, .address, .addressGone: true
    case .route, .routeGone, .table, .rule, .ruleGone, .sysctl, .firewall: false
    }
  }

  private func readOurTables() {
    let tables = Set(engine.observed.routes.map(\.table) + engine.wanted.routes.map(\.table))
    var deltas: [KernelState.Delta] = []
    for table in tables.sorted() {
      do throws(SystemError) {
        deltas.append(.table(table, .ipv4, try kernel.reader.table(table, .ipv4)))
      } catch {
        trouble("netlink", "\(error); reading everything again")
        mustResync = true
      }
    }
    mustAgree = true
    run(engine.handle(.observed(deltas), at: now))
  }

  private func resync() {
    mustResync = false
    mustAgree = true
    tally.resyncs += 1
    // Among what was not heard may be a link event, after which others are held back.
    carrier.heard(at: now)
    do throws(SystemError) {
      // What was queued before the dump is older than the dump.
      _ = try kernel.monitor.drain()
      var state = try kernel.reader.state()
      state.keep(engine.observed)
      run(engine.handle(.resynced(state), at: now))
      settled("netlink")
    } catch {
      mustResync = true
      carrier.retry(at: now)
      trouble("netlink", "\(error); trying again")
    }
  }

  private func readCarriers() {
    guard carrier.isDue(at: now) else { return }
    let used = engine.usedLinks
    carrier.wasRead(at: now, hasLinks: !used.isEmpty)
    // A read that fails is made up for by the next, 10 ms later.
    guard let links = try? kernel.carriers.changes(among: used), !links.isEmpty else { return }
    let known = engine.observed.links
    observe(links.filter { known[$0.index] != $0 }.map { .link($0) })
  }

  // MARK: - What is to be done

  private func run(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .transmit(let datagram, let probe): transmit(datagram, probe)
      case .want(let wanted):
        reconciler.wanted = wanted
        mustAgree = true
      case .sweep(let filter): kernel.sweeper.sweep(filter)
      case .record(let decision): untold.append(decision)
      case .remember(let memory): outlets.remember(memory)
      }
    }
  }

  private func transmit(_ datagram: Datagram, _ probe: ProbeID) {
    do throws(SystemError) {
      try kernel.pings.send(datagram)
      tally.sent += 1
    } catch {
      tally.unsent += 1
      run(engine.handle(.unsent(probe, reason: "\(error)"), at: now))
    }
  }

  /// Decisions are told once they are carried out: words can wait, packets cannot.
  private func tell() {
    for decision in untold {
      tally.decisions += 1
      logger.notice("\(decision.headline): \(decision.reason)")
    }
    untold = []
  }

  /// Applies what is missing. The kernel's answers are observations like any others; what
  /// follows from them is applied in the same turn.
  private func agree() {
    // Bounded: should the kernel and we never agree, the next turn goes on.
    for _ in 0..<8 where mustAgree {
      mustAgree = false
      let due = reconciler.due(from: engine.observed, at: now)
      guard !due.isEmpty else { return }
      let direct = due.filter { $0.lane == .netlink }
      for change in due where change.lane == .slow { applySlowly(change) }
      guard !direct.isEmpty else { return }
      let failures = kernel.writer.apply(direct)
      now = Clock.now
      applied(zip(direct, failures).map { ($0, $1) })
    }
  }

  private func applied(_ results: [(Change, ChangeFailure?)]) {
    var deltas: [KernelState.Delta] = []
    mustAgree = true
    for (change, failure) in results {
      tally.changes += 1
      if let failure, !change.isAlreadySo(failure.code) {
        tally.failedChanges += 1
        logger.warning("\(change.sentence(failure, name))")
      } else {
        logger.debug("\(change.line(name))")
      }
      if let delta = reconciler.applied(change, failure, at: now) { deltas.append(delta) }
    }
    let before = engine.groupStates.map(\.took)
    run(engine.handle(.observed(deltas), at: now))
    for (old, new) in zip(before, engine.groupStates) {
      if old == nil, let took = new.took { tally.switched(in: took) }
    }
  }

  private func applySlowly(_ change: Change) {
    kernel.slow.apply(change) { [self] failure in
      loop.post {
        self.assumeIsolated { core in
          core.now = Clock.now
          core.applied([(change, failure)])
        }
      }
    }
  }

  private func firewallSeen(_ firewall: Firewall?) {
    now = Clock.now
    guard firewall != engine.observed.firewall else { return }
    mustAgree = true
    run(engine.handle(.observed([.firewall(firewall)]), at: now))
  }

  func sweepEnded(_ failure: String?) {
    tally.sweeps += 1
    guard let failure else { return settled("flows") }
    trouble("flows", "tracked flows could not be ended (\(failure)); is nf_conntrack loaded?")
  }

  private func name(_ index: InterfaceIndex) -> InterfaceName? {
    engine.observed.links[index]?.name
  }

  private func trouble(_ about: String, _ sentence: String) {
    if troubles.updateValue(sentence, forKey: about) != sentence { logger.warning("\(sentence)") }
  }

  private func settled(_ about: String) {
    troubles[about] = nil
  }

  // MARK: - From other threads

  func handle(_ event: Event) {
    now = Clock.now
    run(engine.handle(event, at: now))
  }

  func carryOut(_ command: Command) throws(CommandRefused) -> String {
    now = Clock.now
    let (answer, effects) = try engine.carryOut(command, at: now)
    logger.notice("order: \(command.line)")
    run(effects)
    agree()
    return answer
  }

  /// A copy to look at off the loop.
  var view: CoreView {
    CoreView(
      engine: engine, reconciler: reconciler, tally: tally,
      troubles: troubles.sorted { $0.key < $1.key }.map(\.value), clock: Clock.reading)
  }
}

extension KernelState.Delta {
  fileprivate var isOfLink: Bool {
    switch self {
    case .link, .linkGone: true
    case .address, .addressGone, .route, .routeGone, .table, .rule, .ruleGone, .sysctl, .firewall:
      false
    }
  }
}
