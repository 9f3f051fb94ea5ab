import Engine
import Kernel
import Logging
import Model
import Pilot
import Reconcile

/// The pilot's shell on a real machine: reads and changes the kernel, counts, and keeps what
/// can wait until the turn is over.
struct LiveShell {
  let kernel: KernelSide
  let outlets: Outlets
  let hooks: HookRunner
  let logger: Logger
  var tally = Tally()
  private(set) var troubles: [String: String] = [:]  // by what they are about
  var untold: [Decision] = []
  private var told: [Rival] = []
  var slow: [Change] = []
  var meeting: Cluster?
  var unmet = false
  private var precedence = Precedence()
  var loansUnderWay = 0
  var changesAsked: [Instant] = []  // when, of those that the kernel has not answered
  var isLeaving = false
  var meetsAgain: Instant?  // after the key could not be had

  /// Whoever mends a key should not have to tell us.
  private static let patience = Duration.seconds(5)
  private static let longestWait = Duration.seconds(5)

  /// Where effects go that are neither packets nor changes of the kernel.
  struct Outlets: Sendable {
    let remember: @Sendable (Memory) -> Void
    let resolve: @Sendable (NameServers?) -> Void
    let defaultsChanged: @Sendable () -> Void
  }

  init(kernel: KernelSide, outlets: Outlets, hooks: HookRunner, logger: Logger) {
    self.kernel = kernel
    self.outlets = outlets
    self.hooks = hooks
    self.logger = logger
  }

  /// Something does not work; said once, and in `status` until it is settled.
  mutating func trouble(_ about: String, _ sentence: String) {
    if troubles.updateValue(sentence, forKey: about) != sentence { logger.warning("\(sentence)") }
  }

  mutating func settled(_ about: String) {
    troubles[about] = nil
  }

  /// Rules of others that are in our way, as long as they are.
  mutating func found(_ rivals: [Rival]) {
    guard rivals != told else { return }
    for rival in told where !rivals.contains(rival) { settled("rule \(rival.rule)") }
    for rival in rivals { trouble("rule \(rival.rule)", rival.sentence) }
    told = rivals
  }

  /// Decisions are told once they are carried out: words can wait, packets cannot.
  mutating func tell() {
    for decision in untold {
      tally.decisions += 1
      logger.notice("\(decision.headline): \(decision.reason)")
    }
    untold = []
  }

  /// The channel whose key is to be read, off the loop; nil: none is.
  mutating func takeUnmet(at now: Instant) -> Cluster? {
    guard unmet || meetsAgain.map({ $0 <= now }) ?? false else { return nil }
    unmet = false
    meetsAgain = nil
    return meeting
  }

  /// The key of the channel, or why there is none.
  mutating func met(_ cluster: Cluster, _ key: Result<[UInt8], KeyFile.Refusal>) {
    guard cluster == meeting else { return }
    do {
      try kernel.peers.open(port: cluster.port, key: try key.get())
      settled("cluster")
    } catch let refusal as KeyFile.Refusal {
      meetsAgain = now + Self.patience
      trouble("cluster", "key-file \(cluster.keyFile) \(refusal.sentence)")
    } catch {
      meetsAgain = now + Self.patience
      trouble("cluster", "\(error); is another program there?")
    }
  }

  mutating func lent(_ failure: ChangeFailure?) {
    loansUnderWay -= 1
    guard let failure else { return settled("lending") }
    trouble("lending", "held addresses could not be renewed (\(failure.name)); it is tried again")
  }

  mutating func changed(
    _ changes: [Change], _ failures: [ChangeFailure?], _ observed: KernelState
  ) {
    if !changesAsked.isEmpty { changesAsked.removeFirst() }
    note(changes, failures, observed)
  }

  /// - Returns: when it must be called again.
  mutating func lookedAtWaiting(at now: Instant) -> Instant? {
    guard let first = changesAsked.first, now >= first + Self.longestWait else {
      settled("kernel")
      return changesAsked.first.map { $0 + Self.longestWait }
    }
    trouble(
      "kernel",
      "the kernel has said nothing for \(Self.longestWait.spoken) to changes that it was asked for; "
        + "somebody holds its lock for networks: look for a driver that hangs (`dmesg`, `ps` for "
        + "processes in state D)")
    return nil
  }

  /// Said for the last time: these stay, whatever becomes of the daemon.
  mutating func leave(_ addresses: [HeldAddress]) {
    lend(addresses, for: nil)
    isLeaving = true
  }

  mutating func takeSlow() -> [Change] {
    defer { slow = [] }
    return slow
  }

  /// On the loop's thread.
  /// - Returns: when it must be called again.
  mutating func tendProcess(_ settings: ProcessSettings, at now: Instant) -> Instant? {
    if precedence.tend(settings, at: now) {
      for (about, words) in [
        ("realtime", precedence.realtimeTrouble), ("locked memory", precedence.memoryTrouble),
      ] {
        if let words { trouble(about, words) } else { settled(about) }
      }
    }
    return precedence.next
  }

  /// - Returns: when it must be called again.
  mutating func tendDiscovery() -> Instant? {
    let (next, failure) = kernel.discovery.tend(at: now)
    if let failure {
      trouble("discovery", "\(failure); trying again")
    } else {
      settled("discovery")
    }
    let (again, refusal) = kernel.virtualRouters.tend(at: now)
    if let refusal {
      trouble("virtual routers", "\(refusal); trying again")
    } else {
      settled("virtual routers")
    }
    let (later, obstruction) = kernel.claims.tend(at: now)
    if let obstruction {
      trouble("claims", "\(obstruction); trying again")
    } else {
      settled("claims")
    }
    return [again, later].reduce(next, Instant.earlier)
  }

  /// Whoever has another key is told of while it goes on.
  mutating func lookedAtForgeries(at now: Instant) {
    guard let last = kernel.peers.lastForged, now - last.at < .seconds(10) else {
      return settled("forgeries")
    }
    trouble(
      "forgeries",
      "words of \(last.sender) for this node are made with another key, and not believed; copy the "
        + "same `key-file` to all nodes")
  }

  mutating func note(
    _ changes: [Change], _ failures: [ChangeFailure?], _ observed: KernelState
  ) {
    for (change, failure) in zip(changes, failures) where failure != .withheld {
      note(change, failure, observed)
    }
  }

  private mutating func note(_ change: Change, _ failure: ChangeFailure?, _ observed: KernelState) {
    tally.changes += 1
    let name = { observed.links[$0]?.name }
    if let failure, !change.isAlreadySo(failure.code) {
      tally.failedChanges += 1
      logger.warning("\(change.sentence(failure, name))")
    } else {
      logger.debug("\(change.line(name))")
    }
  }
}
