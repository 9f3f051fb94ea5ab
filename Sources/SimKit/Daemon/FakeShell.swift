import Engine
import Model
import Pilot
import Reconcile

/// What the pilot is connected to in a simulation: the fake kernel, and a box for all that
/// leaves. A flawed one lies.
struct FakeShell: Sendable {
  var kernel: FakeKernel
  var now = Instant.zero {
    didSet { trace.now = now }
  }
  /// What the wall clock shows more than the monotonic one.
  var wallAhead = Policies.begins
  var trace = Trace()
  var outbox = Outbox()
  var troubles = KernelTroubles()
  var dawdles = Duration.zero  // how long the kernel takes for a batch of changes
  /// It answers in a later turn, and what has happened by then is not in its answer.
  var answersLate = false
  var flaw = Flaw.none
  var orders = Memory()  // as they stand
  private var claimed = Memory()  // what a flawed daemon was ordered, and does otherwise
  private var distrusted: [MemberID] = []  // as a flawed daemon would take it
  var lastWay = LastWay()
  var hooks = HookWatch()
  var linksRead: [InterfaceIndex] = []  // in this turn
  private var readAs: [InterfaceIndex: Int] = [:]  // the kernel's version, when each was read last
  private(set) var ears: [Ear] = []  // where router discovery is heard
  private(set) var joined: [VRRPLink] = []  // where virtual routers are heard
  private(set) var meeting: Cluster?  // by whose channel other nodes are heard
  /// How many more changes are applied until the daemon is killed.
  var diesAfter: Int?
  private(set) var violations: [Violation] = []  // by what was applied

  init(kernel: FakeKernel) {
    self.kernel = kernel
  }

  /// What a turn of the daemon leaves to be done.
  struct Outbox: Sendable {
    var datagrams: [Datagram] = []
    var conversations: [ProbeID] = []
    var slow: [Change] = []
    var answers: [KernelAnswer] = []
    var looksAtFirewall = false
    var decisions: [(Decision, Memory)] = []  // and what had been ordered by then
    var memory: Memory?
    var loans: [Loan] = []
  }

  /// What the pilot asked the kernel for.
  enum KernelAnswer: Sendable {
    case state(KernelState)
    case tables([KernelState.Delta])
    case links([Link])
    case changed([Change], [ChangeFailure?])
  }

  /// What is said of how long held addresses are to stand.
  struct Loan: Sendable {
    let addresses: [HeldAddress]
    let time: Duration?  // nil: whatever becomes of the daemon
  }

  mutating func takeOutbox() -> Outbox {
    var taken = Outbox()
    swap(&taken, &outbox)
    return taken
  }

  var isDead: Bool { diesAfter == 0 }

  /// What the kernel told, and whether that is all of it.
  mutating func news() -> (deltas: [KernelState.Delta], isComplete: Bool) {
    let (left, hasOverrun) = kernel.socket.drain()
    if hasOverrun { trace.add(.overran) }
    // As the daemon's reader: what is left may have been undone by what was lost.
    let told = hasOverrun ? [] : left
    if kernel.socket.takeFirewallNotice() { outbox.looksAtFirewall = true }
    let links = kernel.interfaces.all.map(\.link)
    let deltas =
      switch flaw {
      case .ignoresLinks: told.filter { !$0.isOfLink }
      case .missesAddresses: told.filter { !$0.isLossOfAddress }
      case .mistakesLinks: told.map { $0.mistaken(among: links) }
      default: told
      }
    for delta in deltas { trace.add(.heard(delta)) }
    return (deltas, !hasOverrun)
  }

  /// The kernel takes a change or refuses it; either is watched for what it must not do.
  /// - Parameter seen: the kernel as the daemon knows it.
  mutating func apply(_ change: Change, seen: KernelState) -> ChangeFailure? {
    let before = kernel
    let isLostOnTheWay =
      flaw.isRefusedSilently(change, kernel) || flaw.holdsBack(change, kernel, distrusted)
    let failure = isLostOnTheWay ? nil : answer(change)
    if flaw == .takesForeign, case .addRoute(let route) = change {
      kernel.routes.removeAll { $0.table == route.table && !$0.isOurs }
    }
    trace.add(.changed(change, failure))
    if before.foreignDiffers(from: kernel, after: change) {
      violations.append(.foreignTouched(change.line { before.interfaces[$0]?.link.name }))
    }
    if let found = lastWay.verdict(of: change, before: before, after: kernel, seen: seen) {
      violations.append(found)
    }
    return flaw == .givesUp ? nil : failure
  }

  private mutating func answer(_ change: Change) -> ChangeFailure? {
    switch troubles.next() {
    case .none: return kernel.apply(change)
    case .refuses(let failure): return failure
    case .isSilent:
      // The kernel took it, but its answer was lost.
      return kernel.apply(change) ?? FakeErrno.timedOut
    }
  }
}

// MARK: - For the pilot

extension FakeShell: Shell {
  var wall: ClockReading {
    let shown = (now - .zero) + wallAhead
    return ClockReading(monotonic: now, wall: Timestamp(nanoseconds: shown.nanoseconds))
  }

  mutating func readState() -> Reply<KernelState?> {
    trace.add(.resynced)
    guard answersLate else {
      _ = kernel.socket.drain()
      return .now(kernel.state())
    }
    outbox.answers.append(.state(kernel.state()))
    return .later
  }

  mutating func readTables(_ tables: [UInt32]) -> Reply<[KernelState.Delta]?> {
    let found: [KernelState.Delta] =
      flaw == .trustsSilence ? [] : tables.map { .table($0, .ipv4, kernel.table($0, .ipv4)) }
    guard answersLate else { return .now(found) }
    outbox.answers.append(.tables(found))
    return .later
  }

  mutating func readLinks(_ indices: [InterfaceIndex], anew: Bool) -> Reply<[Link]> {
    linksRead += indices
    // As the daemon's reader: those that are as they were read before are not told again.
    let version = kernel.linkVersion
    let news = anew ? indices : indices.filter { readAs[$0] != version }
    for index in news { readAs[index] = version }
    let found = flaw == .ignoresLinks ? [] : kernel.links(news)
    guard answersLate else { return .now(found) }
    outbox.answers.append(.links(found))
    return .later
  }

  mutating func apply(
    _ changes: [Change], observed: KernelState
  ) -> Reply<[ChangeFailure?]> {
    now = now + dawdles
    let failures = changes.inSteps { step in
      step.map { change in
        guard !isDead else { return FakeErrno.timedOut }
        diesAfter = diesAfter.map { $0 - 1 }
        for early in flaw.removals(before: change, kernel, seen: observed) {
          _ = apply(early, seen: observed)
        }
        return apply(change, seen: observed)
      }
    }
    guard answersLate else { return .now(failures) }
    outbox.answers.append(.changed(changes, failures))
    return .later
  }

  mutating func applySlowly(_ changes: [Change]) {
    outbox.slow += changes
  }

  mutating func transmit(_ datagram: Datagram) -> String? {
    guard !isDead else { return nil }
    let interface =
      datagram.medium.isOfPeers
      ? kernel.index(with: datagram.source) ?? datagram.interface : datagram.interface
    let refusal =
      troubles.unsendable.contains(interface)
      ? "ENOBUFS" : kernel.interfaces.refusal(by: interface, from: datagram.source)
    if refusal == nil { outbox.datagrams.append(datagram) }
    return flaw == .takesUnsentForLost ? nil : refusal
  }

  mutating func join(_ links: [VRRPLink]) {
    joined = links
  }

  mutating func heed(_ ears: [ClaimEar]) {}  // everybody here shares addresses by VRRP

  mutating func meet(_ cluster: Cluster?) {
    meeting = cluster
  }

  mutating func lend(_ addresses: [HeldAddress], for time: Duration?) {
    outbox.loans.append(Loan(addresses: addresses, time: time))
  }

  mutating func listen(to ears: [Ear]) {
    self.ears = ears
  }

  mutating func begin(_ request: ProbeRequest, _ probe: ProbeID) -> ProbeResult? {
    // Programs and files are this machine's own, whatever sticks on the link.
    if case .connect(_, _, let source, let index) = request.task {
      let refusal =
        troubles.unsendable.contains(index)
        ? "ENOBUFS" : kernel.interfaces.refusal(by: index, from: source)
      if let refusal { return .unsent(refusal) }
    }
    outbox.conversations.append(probe)
    return nil
  }

  mutating func sweep(_ filter: FlowFilter) {
    trace.add(.swept(filter))
  }

  mutating func spare(mark: UInt32, _ family: Family) {}

  mutating func remember(_ memory: Memory) {
    lastWay.learned(memory.slots)
    distrusted = memory.unrest.values.flatMap { members in
      members.filter { $0.value.returns > 1 && now < $0.value.last + .seconds(2) }.map(\.key)
    }
    guard !isDead else { return }
    orders = memory.with(claimed)
    outbox.memory = orders
  }

  /// - Returns: the order as it reaches the pilot; nil: it does not.
  mutating func taken(_ command: Command) -> Command? {
    claimed = flaw.claims(claimed, after: command)
    let taken = flaw.taken(command)
    if taken == nil { remember(orders) }
    return taken
  }

  mutating func decided(_ decision: Decision) {
    guard !isDead else { return }
    trace.add(.decided(decision))
    outbox.decisions.append((decision, orders))
  }

  mutating func announce(
    _ announcement: Announcement, to audience: Announcement.Audience, _ hooks: [Hook]
  ) {
    guard !isDead else { return }
    if flaw == .mumbles, announcement.decision % 3 == 0 { return }
    trace.add(.announced(announcement))
    if let found = self.hooks.announced(announcement) { violations.append(found) }
  }

  mutating func undone(_ change: Change, observed: KernelState) {}

  mutating func resolve(_ servers: NameServers?) {}

  mutating func woke(late delay: Duration) {}

  mutating func switched(in took: Duration) {}

  mutating func lostLink(_ index: InterfaceIndex) {}
}

extension KernelState.Delta {
  fileprivate var isLossOfAddress: Bool {
    if case .addressGone = self { true } else { false }
  }
}

extension Datagram.Medium {
  fileprivate var isOfPeers: Bool {
    if case .peer = self { true } else { false }
  }
}
