import Config
import Engine
import Model
import Reconcile

/// A machine with its daemon, kernel and network, on a clock that leaps from one happening
/// to the next. The same seed gives the same history.
public struct World: Sendable {
  public private(set) var now = Instant.zero
  public private(set) var violation: Violation?
  private(set) var brokenAt: Instant?
  public private(set) var turns = 0
  var shell: FakeShell
  var network: FakeNetwork
  var scene: Scene {
    didSet { mustLearnScene = true }
  }
  private var mustLearnScene = true
  var agenda = Agenda()
  var lane = FakeSlowLane()
  var gate = LinkGate()
  var watch = WayWatch()
  var decisions = DecisionWatch()
  var causes = CauseWatch()
  var patience = Patience()
  var hosts: InsideHosts
  var passage = Passage()
  var random: RandomSource
  var dice: RandomSource  // of what came later, so that seeds' histories stay
  private(set) var daemon: SimulatedDaemon?
  private var generation = 0
  private var turnsInARow = 0  // at one instant
  private static let patience = 100
  private var inbox: [SimulatedDaemon.Input] = []
  private var inboxReadyAt: Instant?
  private var stalledUntil = Instant.zero
  private var truth = Truth()
  private var seenVersion = (kernel: -1, network: -1)
  private var causesVersion = (kernel: -1, network: -1)
  private var mustLook = true
  private var downFor = Duration.zero  // once it has been killed
  var refusingSince = Instant.zero
  var pausingUntil = Instant.zero  // what was refused may wait so long
  var slowest = Self.slowestOfLane  // of files and programs
  static let slowestOfLane = Duration.milliseconds(40)
  var site: Site
  let flaw: Flaw

  public var trace: Trace { shell.trace }
  public var engine: Engine? { daemon?.engine }

  init(site: Site, configuration: Configuration, seed: UInt64, flaw: Flaw) {
    self.site = site
    self.flaw = flaw
    hosts = InsideHosts(site)
    random = RandomSource(seed: seed)
    dice = random.aside
    network = FakeNetwork(seed: random.next())
    scene = Scene(configuration: configuration)
    shell = FakeShell(kernel: FakeKernel())
    shell.flaw = flaw
    shell.troubles = KernelTroubles(seed: random.next())
    shell.trace.add(.began(configuration.summary))
    furnish()
    start()
  }
}

// MARK: - Time

extension World {
  /// Lets the world go on until `end`, or until an invariant breaks.
  public mutating func run(until end: Instant) {
    while violation == nil {
      let next = [agenda.next, nextTurn].compactMap { $0 }.min()
      broken(watch.verdict(until: next.map { min($0, end) } ?? end))
      guard let next, next <= end, violation == nil else { break }
      turnsInARow = next > now ? 0 : turnsInARow + 1
      now = max(now, next)
      shell.now = now
      if turnsInARow > Self.patience { broken(.neverRests(daemon?.dues ?? "")) }
      while let happening = agenda.pop(at: now) { happen(happening) }
      if let turn = nextTurn, turn <= now { takeTurn() }
      look()
    }
    now = max(now, end)
    shell.now = now
  }

  private var nextTurn: Instant? {
    guard let due = daemon?.nextTurn(linkVersion: shell.kernel.linkVersion, at: now) else {
      return inboxReadyAt.map { max($0, stalledUntil) }
    }
    return max(min(due, inboxReadyAt ?? due), stalledUntil)
  }

  private mutating func takeTurn() {
    guard var daemon = daemon.take() else { return }
    turns += 1
    var inputs = inbox
    inbox = []
    inboxReadyAt = nil
    if !shell.kernel.socket.isEmpty {
      inputs.insert(.news, at: Bool.random(using: &random) ? 0 : inputs.count)
    }
    let isReloaded = prepare(inputs)
    if isReloaded { causesVersion = (-1, -1) }
    lookForCauses()
    daemon.turn(inputs, at: now, &shell)
    lookForCauses()
    self.daemon = daemon
    // Nobody else of the daemon's was served while it waited for the kernel.
    if shell.now > now { stall(for: shell.now - now) }
    shell.now = now
    let outbox = shell.takeOutbox()
    // What was decided before a reload is not to be measured by what came after.
    if !isReloaded { for (decision, memory) in outbox.decisions { judge(decision, memory) } }
    deliver(outbox)
    shell.violations.forEach { broken($0) }
    if shell.isDead { die() }
  }

  private mutating func judge(_ decision: Decision, _ memory: Memory) {
    broken(OrderWatch.violation(decision, memory))
    broken(causes.violation(decision, scene, memory, wall: shell.wall))
    broken(decisions.violation(decision, scene))
    broken(patience.decided(decision, scene, wall: shell.wall))
  }

  /// Files are in force, and hard pins excuse, from the turn that takes them.
  private mutating func prepare(_ inputs: [SimulatedDaemon.Input]) -> Bool {
    var isReloaded = false
    var excused: Set<GroupName> = []
    causes.orders = []
    for input in inputs {
      switch input {
      case .configured(let configuration):
        // What a file does not know ends, though another may bring it back in the same turn.
        excused.formUnion(scene.memory.slots.groups.keys.filter { configuration.group($0) == nil })
        scene.configuration = configuration
        isReloaded = true
      case .ordered(let command):
        causes.orders.append(flaw.taken(command) ?? command)
        if case .pin(let name, _, isHard: true) = command { excused.insert(name) }
      case .news, .packet, .answered, .applied, .firewallSeen:
        break
      }
      if input.interferes { patience.interrupted() }
    }
    if mustLearnScene { shell.lastWay = LastWay(scene) }
    shell.lastWay.holdings.removeAll { excused.contains($0.name) }
    mustLearnScene = !excused.isEmpty
    if isReloaded { disturbed(until: now) }
    return isReloaded
  }

  mutating func broken(_ found: Violation?) {
    guard let found, violation == nil else { return }
    violation = found
    brokenAt = now
    shell.trace.add(.violated(found))
  }

  /// What the daemon may give as causes in this turn, which itself changes what is so.
  private mutating func lookForCauses() {
    let versions = (kernel: shell.kernel.version, network: network.version)
    guard versions != causesVersion else { return }
    causesVersion = versions
    causes.looked(scene, kernel: shell.kernel, network: network, at: now)
  }

  /// Compares what is with what must be, after something has changed.
  private mutating func look() {
    lookForCauses()
    let versions = (kernel: shell.kernel.version, network: network.version)
    guard versions != seenVersion || mustLook else { return }
    seenVersion = versions
    mustLook = false
    decisions.looked(scene, kernel: shell.kernel, network: network, at: now)
    truth = Truth(scene, kernel: shell.kernel, network: network, before: truth, at: now)
    watch.excuse(daemon == nil || shell.troubles.percent > 0 || shell.dawdles > .zero)
    watch.looked(truth, scene)
    passage.looked(truth, network, at: now)
  }

  /// The bounds of what the daemon promises start anew.
  mutating func disturbed(until instant: Instant) {
    watch.disturbed(until: instant)
    mustLook = true
  }
}

// MARK: - The daemon's life

extension World {
  mutating func start() {
    guard daemon == nil else { return }
    shell.trace.add(.started)
    patience.interrupted()
    shell.kernel.socket.reopen()
    causes.startedAt = now
    causesVersion = (-1, -1)  // of other uplinks, perhaps
    lookForCauses()
    shell.orders = scene.memory
    daemon = SimulatedDaemon(
      seed: random.next(), memory: scene.memory, configuration: scene.configuration, at: now,
      &shell)
    deliver(shell.takeOutbox())
    // The kernel may hold notices back, and a newborn cannot know.
    disturbed(until: now + LinkGate.shutFor)
  }

  /// SIGKILL: what was under way is lost, the kernel and the memory file stay.
  mutating func die() {
    guard daemon != nil else { return }
    shell.trace.add(.died)
    daemon = nil
    shell.diesAfter = nil
    generation += 1
    shell.kernel.socket.close()
    for case .configured(let configuration) in inbox { scene.configuration = configuration }
    inbox = []
    inboxReadyAt = nil
    mustLook = true
    agenda.add(now + downFor, .start)
  }

  /// - Parameter changes: how many more are applied before it is killed.
  mutating func condemn(afterChanges changes: Int, downFor duration: Duration) {
    guard daemon != nil else { return }
    downFor = duration
    shell.diesAfter = changes
    if changes == 0 { die() }
  }

  mutating func stall(for duration: Duration) {
    stalledUntil = max(stalledUntil, now + duration)
    decisions.stopped(from: now, until: stalledUntil)
    causes.stopped(from: now, until: stalledUntil)
    disturbed(until: stalledUntil)
  }

  /// Something for the daemon's next turn, which comes a moment later.
  mutating func tell(_ input: SimulatedDaemon.Input) {
    guard daemon != nil else {
      if case .configured(let configuration) = input { scene.configuration = configuration }
      return
    }
    inbox.append(input)
    wake()
  }

  mutating func wake() {
    guard daemon != nil, inboxReadyAt == nil else { return }
    let delay = Int.random(in: 0...1_000, using: &random)
    inboxReadyAt = now + .microseconds(flaw == .dicesOrder ? Int.random(in: 0...1_000) : delay)
  }

  /// Whether this daemon still runs.
  func isCurrent(_ asked: Int) -> Bool { asked == generation }

  private mutating func deliver(_ outbox: FakeShell.Outbox) {
    if let memory = outbox.memory {
      // That a member came back is no order: nothing else is promised for it.
      if !memory.hasSameOrders(as: scene.memory) { disturbed(until: now) }
      scene.memory = memory
    }
    for datagram in outbox.datagrams { carry(datagram) }
    for probe in outbox.conversations { converse(probe, for: generation) }
    watchAddresses()
    var tasks = outbox.slow.map { FakeSlowLane.Job.Task.apply($0) }
    if outbox.looksAtFirewall { tasks.append(.lookAtFirewall) }
    for task in tasks {
      let most = Int(slowest.nanoseconds / 1_000)
      let duration = Duration.microseconds(Int.random(in: 500...most, using: &random))
      let job = FakeSlowLane.Job(task: task, generation: generation)
      agenda.add(lane.take(duration, at: now), .slowDone(job))
    }
    if !shell.kernel.socket.isEmpty { wake() }
  }
}

extension Memory {
  fileprivate func hasSameOrders(as other: Memory) -> Bool {
    pins == other.pins && drained == other.drained && slots == other.slots
  }
}
