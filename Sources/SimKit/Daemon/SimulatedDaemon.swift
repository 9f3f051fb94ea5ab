import Config
import Engine
import Model
import Reconcile

/// The daemon's own engine and reconciler, driven turn by turn in the order of the daemon's
/// core: news and packets in, what is due judged, the kernel made to agree.
///
/// Turns in which nothing can happen are left out: carriers are read on their beat, but only
/// when some link has changed.
struct SimulatedDaemon: Sendable {
  private(set) var engine: Engine
  private var reconciler = Reconciler()
  private let flaw: Flaw
  private var carrier = CarrierWatch()
  private var mustResync = true
  private var mustAgree = true
  private var lastTurn: Instant
  private var timer: Instant?
  private var readLinkVersion = -1
  /// How many more changes are applied until it is killed.
  var diesAfter: Int?

  var isDead: Bool { diesAfter == 0 }

  init(
    seed: UInt64, memory: Memory, configuration: Configuration, flaw: Flaw, at now: Instant,
    _ shell: inout FakeShell
  ) {
    engine = Engine(seed: seed)
    self.flaw = flaw
    lastTurn = now
    handle(.remembered(memory), at: now, &shell)
    handle(.configured(configuration), at: now, &shell)
  }

}

// MARK: - When

extension SimulatedDaemon {
  /// When there is something to do, were nothing to happen from outside.
  /// - Parameter linkVersion: of the kernel; another than was read means that links changed.
  func nextTurn(linkVersion: Int, at now: Instant) -> Instant? {
    if mustResync { return lastTurn }
    guard linkVersion != readLinkVersion else { return timer }
    let beat = beat(from: now).next ?? now
    return timer.map { min($0, beat) } ?? beat
  }

  /// The carrier watch after the reads that were left out, for they had nothing to see.
  private func beat(from now: Instant) -> CarrierWatch {
    var watch = carrier
    while let next = watch.next, next < now { watch.wasRead(at: next, hasLinks: true) }
    return watch
  }

  /// What it would be woken for, and when.
  var dues: String {
    "engine \(engine.nextWake.map { "\($0)" } ?? "never"), "
      + "reconciler \(reconciler.nextWake.map { ($0 - .zero).text } ?? "never")"
  }
}

// MARK: - A turn

extension SimulatedDaemon {
  mutating func turn(_ inbox: Inbox, at now: Instant, _ shell: inout FakeShell) {
    carrier = beat(from: now)
    for input in inbox.inputs { take(input, at: now, &shell) }
    if mustResync { resync(at: now, &shell) }
    if carrier.isDue(at: now) { readCarriers(at: now, &shell) }
    if engine.nextWake.map({ $0.at <= now }) ?? false { handle(.woke, at: now, &shell) }
    agree(at: now, &shell)
    lastTurn = now
    timer = [engine.nextWake?.at, reconciler.nextWake].compactMap { $0 }.min()
  }

  private mutating func take(_ input: Inbox.Input, at now: Instant, _ shell: inout FakeShell) {
    switch input {
    case .news:
      let (deltas, hasOverrun) = shell.kernel.socket.drain()
      if hasOverrun {
        shell.trace.add(.overran)
        mustResync = true
      }
      observe(flaw == .ignoresLinks ? deltas.filter { !$0.isOfLink } : deltas, at: now, &shell)
      if shell.kernel.socket.takeFirewallNotice() { shell.outbox.looksAtFirewall = true }
    case .packet(let message, let source, let index):
      handle(.received(message, from: source, on: index), at: now, &shell)
    case .applied(let change, let failure):
      applied([(change, failure)], at: now, &shell)
    case .firewallSeen(let firewall):
      guard firewall != engine.observed.firewall else { return }
      handle(.observed([.firewall(firewall)]), at: now, &shell)
    case .configured(let configuration):
      handle(.configured(configuration), at: now, &shell)
    case .ordered(let command):
      carryOut(command, at: now, &shell)
    }
  }

  private mutating func carryOut(
    _ command: Command, at now: Instant, _ shell: inout FakeShell
  ) {
    do throws(CommandRefused) {
      let (answer, effects) = try engine.carryOut(command, at: now)
      shell.trace.add(.ordered(command, answer))
      run(effects, at: now, &shell)
      agree(at: now, &shell)
    } catch {
      shell.trace.add(.ordered(command, error.sentence))
    }
  }
}

// MARK: - What the kernel says

extension SimulatedDaemon {
  private mutating func observe(
    _ deltas: [KernelState.Delta], at now: Instant, _ shell: inout FakeShell
  ) {
    guard !deltas.isEmpty else { return }
    if deltas.contains(where: \.isOfLink) { carrier.heard(at: now) }
    let mustLook = flaw != .trustsSilence && deltas.contains { isSilentLoss($0) }
    for delta in deltas { shell.trace.add(.heard(delta)) }
    handle(.observed(deltas), at: now, &shell)
    if mustLook { readOurTables(at: now, &shell) }
  }

  private func isSilentLoss(_ delta: KernelState.Delta) -> Bool {
    switch delta {
    case .link(let link): engine.observed.links[link.index]?.isUp != link.isUp
    case .address, .addressGone: true
    case .linkGone, .route, .routeGone, .table, .rule, .ruleGone, .sysctl, .firewall: false
    }
  }

  private mutating func readOurTables(at now: Instant, _ shell: inout FakeShell) {
    let tables = Set(engine.observed.routes.map(\.table) + engine.wanted.routes.map(\.table))
    let found = tables.sorted().map {
      KernelState.Delta.table($0, .ipv4, shell.kernel.table($0))
    }
    handle(.observed(found), at: now, &shell)
  }

  private mutating func resync(at now: Instant, _ shell: inout FakeShell) {
    mustResync = false
    shell.trace.add(.resynced)
    _ = shell.kernel.socket.drain()
    var state = shell.kernel.state()
    state.keep(engine.observed)
    handle(.resynced(state), at: now, &shell)
  }

  private mutating func readCarriers(at now: Instant, _ shell: inout FakeShell) {
    readLinkVersion = shell.kernel.linkVersion
    guard flaw != .ignoresLinks else { return carrier.wasRead(at: now, hasLinks: true) }
    let used = engine.usedLinks
    let known = engine.observed.links
    carrier.wasRead(at: now, hasLinks: !used.isEmpty)
    let changed = shell.kernel.links(used).filter { known[$0.index] != $0 }
    observe(changed.map { .link($0) }, at: now, &shell)
  }
}

// MARK: - What is to be done

extension SimulatedDaemon {
  private mutating func handle(_ event: Event, at now: Instant, _ shell: inout FakeShell) {
    switch event {
    case .observed, .resynced: mustAgree = true
    case .configured, .received, .unsent, .remembered, .woke: break
    }
    run(engine.handle(event, at: now), at: now, &shell)
  }

  private mutating func run(_ effects: [Effect], at now: Instant, _ shell: inout FakeShell) {
    for effect in effects {
      switch effect {
      case .transmit(let datagram, let probe): transmit(datagram, probe, at: now, &shell)
      case .want(let wanted):
        reconciler.wanted = flaw.twisted(wanted)
        mustAgree = true
      case .sweep(let filter): shell.trace.add(.swept(filter))
      case .record(let decision):
        shell.trace.add(.decided(decision))
        shell.outbox.decisions.append(decision)
      case .remember(let memory): shell.outbox.memory = memory
      }
    }
  }

  private mutating func transmit(
    _ datagram: Datagram, _ probe: ProbeID, at now: Instant, _ shell: inout FakeShell
  ) {
    if let refusal = shell.refusal(of: datagram) {
      handle(.unsent(probe, reason: refusal), at: now, &shell)
    } else {
      shell.outbox.datagrams.append(datagram)
    }
  }

  private mutating func agree(at now: Instant, _ shell: inout FakeShell) {
    if reconciler.nextWake.map({ $0 <= now }) ?? false { mustAgree = true }
    for _ in 0..<8 {
      guard mustAgree, !isDead else { return }
      let due = reconciler.due(from: engine.observed, at: now)
      mustAgree = false
      shell.outbox.slow += due.filter { $0.lane == .slow }
      let direct = flaw.twisted(
        due.filter { $0.lane == .netlink }, engine.observed, reconciler.wanted)
      guard !direct.isEmpty else { return }
      var results: [(Change, ChangeFailure?)] = []
      for change in direct {
        if let left = diesAfter {
          guard left > 0 else { return }
          diesAfter = left - 1
        }
        results.append((change, shell.apply(change, seen: engine.observed.links)))
      }
      applied(results, at: now, &shell)
    }
  }

  private mutating func applied(
    _ results: [(Change, ChangeFailure?)], at now: Instant, _ shell: inout FakeShell
  ) {
    let deltas = results.compactMap { change, failure in
      reconciler.applied(change, flaw.twisted(failure), at: now)
    }
    handle(.observed(deltas), at: now, &shell)
  }

  /// How many changes the kernel has not confirmed.
  var unfinished: Int { reconciler.unfinished(from: engine.observed) }
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
