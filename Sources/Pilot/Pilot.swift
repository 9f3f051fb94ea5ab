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
  public internal(set) var engine: Engine
  public internal(set) var reconciler = Reconciler()
  var carrier = CarrierWatch()
  var heardOfLinks = true  // since carriers were read: what was read then may be stale
  var mustResync = true
  var mustConclude = false  // answers were heard
  var mustAgree = true  // observed or wanted changed since they last agreed
  var isInDoubt = true  // what is known of the kernel may not be so: nothing is built on it
  var hasRead = false  // the kernel, once
  var hindsight = Hindsight()
  var stateAsked: Hindsight.Mark?  // while the kernel is read
  var tablesAsked: Hindsight.Mark?
  var tablesToRead: Set<UInt32> = []  // after that
  var linksAsked: LinkQuestion?
  var linksToRead: Set<InterfaceIndex> = []  // after that
  var changesAsked: [Hindsight.Mark] = []  // on which the kernel has not said its word
  /// Links that are back by a notice that may be old, until they are read: what it says.
  var returning: [InterfaceIndex: Link] = [:]
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
    if case .configured(let configuration) = event { look(at: configuration, at: now, &shell) }
    run(engine.handle(event, at: now), at: now, &shell)
  }

  /// A packet. Hundreds may come in one turn, and each may change a mind: that is judged once.
  /// - Parameter waited: how long ago it came, that nobody was there to take it.
  public mutating func heard(
    _ arrival: Arrival, on index: InterfaceIndex, waited: Duration, at now: Instant
  ) {
    engine.heard(arrival, on: index, waited: waited, at: now)
    mustConclude = true
  }

  /// What came of a conversation; as above.
  public mutating func heard(
    _ result: ProbeResult, of probe: ProbeID, waited: Duration, at now: Instant
  ) {
    engine.heard(result, of: probe, waited: waited, at: now)
    mustConclude = true
  }

  /// Links that were not used until now were not read either.
  private mutating func look(
    at configuration: Configuration, at now: Instant, _ shell: inout some Shell
  ) {
    let known = engine.observed
    let indices = configuration.watchedLinks.compactMap { known.link(named: $0)?.index }
    heardOfLinks = true
    read(links: indices, anew: true, at: now, &shell)
  }

  /// An operator's order: what it takes is asked of the kernel before this returns.
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

  /// The kernel's word on slow changes. It is an observation like any other.
  public mutating func applied(
    _ changes: [Change], _ failures: [ChangeFailure?], at now: Instant, _ shell: inout some Shell
  ) {
    mustAgree = true
    let done = zip(changes, failures).compactMap { reconciler.applied($0, $1, at: now) }
    hindsight.hear(done)
    see(done, at: now, &shell)
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
