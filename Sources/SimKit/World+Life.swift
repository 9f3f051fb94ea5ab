import Engine
import Model

/// The daemon's life, and what it leaves to the world.
extension World {
  mutating func start() {
    guard rest == nil else { return }
    shell.trace.add(.started)
    patience.interrupted()
    entitlement.interrupted()
    shell.kernel.socket.reopen()
    causes.startedAt = now
    causesVersion = (-1, -1)  // of other uplinks, perhaps
    lookForCauses()
    shell.orders = scene.memory
    daemon = SimulatedDaemon(
      seed: random.next(), memory: scene.memory, configuration: scene.configuration, at: now,
      &shell)
    rest = daemon?.rest
    deliver(shell.takeOutbox())
    // The kernel may hold notices back, and a newborn cannot know.
    disturbed(until: now + LinkGate.shutFor)
  }

  /// SIGKILL: what was under way is lost, the kernel and the memory file stay.
  mutating func die() {
    guard rest != nil else { return }
    shell.trace.add(.died)
    daemon = nil
    rest = nil
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
    guard rest != nil else { return }
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
    guard rest != nil else {
      if case .configured(let configuration) = input { scene.configuration = configuration }
      return
    }
    inbox.append(input)
    wake()
  }

  mutating func wake() {
    guard rest != nil, inboxReadyAt == nil else { return }
    let delay = Int.random(in: 0...1_000, using: &random)
    inboxReadyAt = now + .microseconds(flaw == .dicesOrder ? Int.random(in: 0...1_000) : delay)
  }

  /// Whether this daemon still runs.
  func isCurrent(_ asked: Int) -> Bool { asked == generation }

  mutating func deliver(_ outbox: FakeShell.Outbox) {
    if let memory = outbox.memory {
      // That a member came back is no order: nothing else is promised for it.
      if !memory.hasSameOrders(as: scene.memory) { disturbed(until: now) }
      scene.memory = memory
    }
    for datagram in outbox.datagrams { carry(datagram) }
    for answer in outbox.answers { tell(.asked(answer)) }
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
