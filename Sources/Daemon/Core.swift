import Config
import Engine
import Kernel
import Logging
import Model
import Pilot
import Reconcile

/// The one actor that decides, on the event loop's thread: what comes in goes to the pilot, and
/// the kernel is asked to agree within the same turn.
actor Core {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  var pilot: Pilot
  var shell: LiveShell
  private let logger: Logger
  var sysctlLook = Look.none
  var secondLeaseLook = Look.none
  var firewallLook = Look.none
  var rivalLook = Look.none
  private var inquirers: [(member: MemberID, answer: CheckedContinuation<[ProbeStatus], Never>)] =
    []
  private var settlers: [CheckedContinuation<Void, Never>] = []

  init(seed: UInt64, host: NodeName, loop: EventLoop, shell: LiveShell) {
    self.loop = loop
    self.shell = shell
    logger = shell.logger
    pilot = Pilot(seed: seed, host: host)
  }

  /// Connects the loop to the core; on the loop's thread, before it runs.
  func attach() throws(SystemError) {
    let took = EventLoop.entry { (core: isolated Core, input) in core.took(input) }
    let endTurn = EventLoop.entry { (core: isolated Core, now) in core.endTurn(at: now) }
    try shell.kernel.attach(to: loop) { [unowned self] in took(self, $0) }
    loop.turnEnded = { [unowned self] in endTurn(self, $0) }
  }

  // MARK: - A turn

  private func took(_ input: KernelSide.Input) {
    let now = Clock.now
    switch input {
    case .news(let news):
      if news.defaultsChanged { shell.outlets.defaultsChanged() }
      if news.settingsChanged { lookAtSysctls() }
      pilot.heard(news.deltas, isComplete: !news.lostMessages, at: now, &shell)
      if news.deltas.contains(where: \.isOfAddress) {
        lookAtLeases()
        lookForRivals()
      }
    case .packet(let arrival, let index, let waited):
      if arrival.isOfProbes { shell.tally.received += 1 }
      pilot.heard(arrival, on: index, waited: waited, at: now)
    case .answered(let probe, let result, let waited):
      pilot.heard(result, of: probe, waited: waited, at: now)
    case .firewallTouched:
      lookAtFirewall()
    case .failed(let error):
      shell.trouble("netlink", "\(error); reading everything again")
      pilot.heard([], isComplete: false, at: now, &shell)
    case .state, .tables, .links, .changed, .lent:
      answered(input, at: now)
    }
  }

  /// What the kernel was asked for.
  private func answered(_ input: KernelSide.Input, at now: Instant) {
    switch input {
    case .state(.success(let state)):
      shell.settled("netlink")
      pilot.tookState(state, at: now, &shell)
    case .state(.failure(let error)):
      shell.trouble("netlink", "\(error); trying again")
      pilot.tookState(nil, at: now, &shell)
    case .tables(.success(let found)):
      pilot.tookTables(found, at: now, &shell)
    case .tables(.failure(let error)):
      shell.trouble("netlink", "\(error); reading everything again")
      pilot.tookTables(nil, at: now, &shell)
    case .links(let links):
      pilot.tookLinks(links, at: now, &shell)
    case .changed(let changes, let failures, let answered):
      shell.changed(changes, failures, pilot.engine.observed)
      pilot.answered(changes, failures, waited: now - answered, at: now, &shell)
    case .lent(let failure):
      shell.lent(failure)
    case .news, .packet, .answered, .firewallTouched, .failed:
      preconditionFailure("\(input) was not asked for")
    }
  }

  private func endTurn(at now: Instant) -> Instant? {
    let next = pilot.endTurn(at: now, &shell)
    applySlowly(shell.takeSlow())
    if let cluster = shell.takeUnmet(at: now) { readKey(of: cluster) }
    shell.found(pilot.engine.rivals)
    shell.tell()
    answerInquirers()
    answerSettlers()
    let asked = shell.tendProcess(pilot.engine.configuration.process, at: now)
    let waits = shell.lookedAtWaiting(at: now)
    let due = [shell.tendDiscovery(), shell.meetsAgain, asked, waits]
      .reduce(next, Instant.earlier)
    shell.lookedAtForgeries(at: now)
    shell.tally.turned(in: Clock.now - loop.turnBegan)
    return due
  }

  // MARK: - From other threads

  func handle(_ event: Event) {
    pilot.handle(event, at: Clock.now, &shell)
    if case .configured = event {
      lookAtLeases()
      lookForRivals()
    }
  }

  /// A configuration is in force once the kernel has said its word on it.
  func take(_ configuration: Configuration) async {
    handle(.configured(configuration))
    await kernelSettled()
  }

  /// Lets another node take what this one holds; if none does within its time, it stays here.
  func leave() async {
    pilot.handle(.leaving, at: Clock.now, &shell)
    loop.post {}  // its turn ends at once
    while pilot.engine.isBeingRelieved { try? await Task.sleep(for: .milliseconds(2)) }
    await kernelSettled()  // what another node has now is gone from here
    let held = pilot.engine.heldAtLast
    guard !held.isEmpty else { return }
    shell.leave(held)
    await kernelSettled()
  }

  /// Waits until the kernel has said its word on all that is wanted of it by now.
  func kernelSettled() async {
    await withCheckedContinuation { settlers.append($0) }
  }

  private func answerSettlers() {
    guard !settlers.isEmpty, pilot.isSettled, shell.loansUnderWay == 0 else { return }
    let waiting = settlers
    settlers = []
    for settler in waiting { settler.resume() }
  }

  /// What a trial goes back to.
  var standing: (configuration: Configuration, memory: Memory) {
    (pilot.engine.configuration, pilot.engine.memory)
  }

  /// Orders that were given meanwhile stay; those of groups and members that were gone come back.
  func goBack(to configuration: Configuration, _ old: Memory) async {
    let memory = pilot.engine.memory.regaining(old, lostBy: pilot.engine.configuration)
    pilot.handle(.remembered(memory), at: Clock.now, &shell)
    await take(configuration)
  }

  /// Members of all kinds share one namespace.
  func member(named text: String) -> MemberID {
    pilot.engine.configuration.member(named: text) ?? .uplink(UplinkName(text))
  }

  /// - Returns: what was done, once the kernel has said its word on it.
  func carryOut(_ command: Command) async throws(CommandRefused) -> String {
    let answer = try pilot.carryOut(command, at: Clock.now, &shell)
    logger.notice("order: \(command.line)")
    await kernelSettled()
    return answer
  }

  /// Asks each target of a member's checks, and waits for what comes of it: at most for the
  /// longest of their timeouts.
  func inquire(_ member: MemberID) async throws(CommandRefused) -> MemberProbe {
    try pilot.inquire(member, at: Clock.now, &shell)
    let answers = await withCheckedContinuation { inquirers.append((member, $0)) }
    return MemberProbe(member: member.text, answers: answers)
  }

  private func answerInquirers() {
    guard !inquirers.isEmpty else { return }
    let waiting = inquirers
    inquirers = []
    for inquirer in waiting {
      if let answers = pilot.engine.answers(of: inquirer.member) {
        inquirer.answer.resume(returning: answers)
      } else {
        inquirers.append(inquirer)
      }
    }
  }

  func sweepEnded(_ failure: String?) {
    shell.tally.sweeps += 1
    guard let failure else { return shell.settled("flows") }
    shell.trouble(
      "flows",
      "tracked flows could not be ended (\(failure)); is nf_conntrack loaded, and has siaga "
        + "CAP_NET_ADMIN? It is tried again")
  }

  func memoryStored(_ failure: String?) {
    guard let failure else { return shell.settled("memory") }
    shell.trouble("memory", failure)
  }

  func namesTold(_ failure: String?) {
    guard let failure else { return shell.settled("names") }
    shell.trouble("names", failure)
  }

  /// A copy to look at off the loop.
  var view: CoreView {
    CoreView(
      pilot: pilot, tally: shell.tally, forged: shell.kernel.peers.forged,
      troubles: shell.troubles.sorted { $0.key < $1.key }.map(\.value),
      hooks: shell.hooks.report, clock: Clock.reading)
  }
}
