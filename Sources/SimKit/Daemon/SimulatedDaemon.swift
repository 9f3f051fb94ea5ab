import Config
import Engine
import Model
import Pilot
import Reconcile

/// The daemon's own pilot, on a fake shell.
///
/// Turns in which nothing can happen are left out: carriers are read on their beat, but only
/// when some link has changed.
struct SimulatedDaemon: Sendable {
  private var pilot: Pilot
  private var lastTurn: Instant
  private var readLinkVersion = -1

  var engine: Engine { pilot.engine }

  init(
    seed: UInt64, memory: Memory, configuration: Configuration, at now: Instant,
    _ shell: inout FakeShell
  ) {
    pilot = Pilot(seed: seed)
    lastTurn = now
    pilot.handle(.remembered(memory), at: now, &shell)
    pilot.handle(.configured(shell.flaw.read(configuration)), at: now, &shell)
    shell.hooks.took(configuration)
  }

  /// What it waits for, until its next turn.
  struct Rest: Sendable {
    let wake: Instant?  // when there is something to do, were nothing to happen from outside
    let linkVersion: Int  // of the kernel; once it is another, links are to be read
  }

  var rest: Rest {
    let (wake, lastTurn) = (pilot.eventlessWake, lastTurn)
    return Rest(wake: wake.map { max($0, lastTurn) }, linkVersion: readLinkVersion)
  }

  /// When it would see that links have changed.
  func nextRead(from now: Instant) -> Instant { max(pilot.nextRead(from: now), lastTurn) }

  mutating func turn(
    _ inputs: [Input], at now: Instant, _ shell: inout FakeShell
  ) -> Rest {
    pilot.leaveOutReads(before: now)
    shell.linksRead = []
    for input in inputs { take(input, at: now, &shell) }
    pilot.endTurn(at: now, &shell)
    if pilot.engine.usedLinks.allSatisfy(shell.linksRead.contains) {
      readLinkVersion = shell.kernel.linkVersion
    }
    lastTurn = now
    return rest
  }

  private mutating func take(_ input: Input, at now: Instant, _ shell: inout FakeShell) {
    switch input {
    case .news:
      // What was read before may be contradicted by old news, and is to be read again.
      shell.linksRead = []
      let (deltas, isComplete) = shell.news()
      pilot.heard(deltas, isComplete: isComplete, at: now, &shell)
    case .packet(let arrival, let index, let came):
      pilot.heard(arrival, on: index, waited: now - came, at: now)
    case .answered(let probe, let result, let came):
      pilot.heard(result, of: probe, waited: now - came, at: now)
    case .applied(let change, let failure):
      pilot.applied([change], [failure], at: now, &shell)
    case .asked(let answer):
      take(answer, at: now, &shell)
    case .firewallSeen(let firewall):
      guard firewall != engine.observed.firewall else { return }
      pilot.heard([.firewall(firewall)], at: now, &shell)
    case .configured(let configuration):
      // On the way to the new file, links are read by the old one.
      pilot.handle(.configured(shell.flaw.read(configuration)), at: now, &shell)
      shell.hooks.took(configuration)
    case .ordered(let command):
      carryOut(command, at: now, &shell)
    case .leaving:
      pilot.handle(.leaving, at: now, &shell)
    }
  }

  private mutating func take(
    _ answer: FakeShell.KernelAnswer, at now: Instant, _ shell: inout FakeShell
  ) {
    switch answer {
    case .state(let state): pilot.tookState(state, at: now, &shell)
    case .tables(let found): pilot.tookTables(found, at: now, &shell)
    case .links(let found): pilot.tookLinks(found, at: now, &shell)
    case .changed(let changes, let failures):
      pilot.answered(changes, failures, at: now, &shell)
    }
  }

  private mutating func carryOut(_ command: Command, at now: Instant, _ shell: inout FakeShell) {
    guard let command = shell.taken(command) else { return }
    do throws(CommandRefused) {
      shell.trace.add(.ordered(command, try pilot.carryOut(command, at: now, &shell)))
    } catch {
      shell.trace.add(.ordered(command, error.sentence))
    }
  }

  /// It has been read, and what is known of it is in no doubt.
  var knowsKernel: Bool { pilot.knowsKernel }

  /// How many changes the kernel has not confirmed.
  var unfinished: Int { pilot.reconciler.unfinished(from: engine.observed) }

  /// What it would be woken for, and when.
  var dues: String {
    "engine \(engine.nextWake.map { "\($0)" } ?? "never"), reconciler "
      + "\(pilot.reconciler.nextWake.map { ($0 - .zero).text } ?? "never")"
  }
}

extension SimulatedDaemon {
  /// What comes in before a turn ends.
  enum Input: Sendable {
    case news
    case packet(Arrival, InterfaceIndex, at: Instant)  // when it came; it may wait
    case answered(ProbeID, ProbeResult, at: Instant)
    indirect case applied(Change, ChangeFailure?)
    indirect case asked(FakeShell.KernelAnswer)
    case firewallSeen(Firewall?)
    indirect case configured(Configuration)
    case ordered(Command)
    case leaving  // it is told to end

    /// Somebody changes what is wanted.
    var interferes: Bool {
      switch self {
      case .configured, .ordered, .leaving: true
      case .news, .packet, .answered, .applied, .asked, .firewallSeen: false
      }
    }
  }
}
