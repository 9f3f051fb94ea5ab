import Config
import Engine
import Model

/// How time passes.
extension World {
  /// Lets the world go on until `end`, or until an invariant breaks.
  public mutating func run(until end: Instant) {
    while violation == nil {
      let next = Instant.earlier(agenda.next, nextTurn())
      broken(watch.verdict(until: next.map { min($0, end) } ?? end))
      guard let next, next <= end, violation == nil else { break }
      turnsInARow = next > now ? 0 : turnsInARow + 1
      now = max(now, next)
      shell.now = now
      if turnsInARow > Self.patience { broken(.neverRests(daemon?.dues ?? "")) }
      while let happening = agenda.pop(at: now) { happen(happening) }
      if let turn = nextTurn(), turn <= now {
        look()  // what befell is so for a moment, though the daemon mends it at once
        takeTurn()
      }
      look()
    }
    now = max(now, end)
    shell.now = now
  }

  /// It changes nothing; but where it could not, a call would copy the whole world.
  private mutating func nextTurn() -> Instant? {
    var due = Instant.earlier(rest?.wake, inboxReadyAt)
    if let rest, rest.linkVersion != shell.kernel.linkVersion {
      due = Instant.earlier(due, daemon?.nextRead(from: now))
    }
    guard let due else { return nil }
    return max(due, stalledUntil)
  }

  private mutating func takeTurn() {
    guard rest != nil else { return }
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
    rest = daemon?.turn(inputs, at: now, &shell)
    lookForCauses()
    // Nobody else of the daemon's was served while it waited for the kernel.
    if shell.now > now { stall(for: shell.now - now) }
    shell.now = now
    let outbox = shell.takeOutbox()
    // What was decided before a reload is not to be measured by what came after.
    if !causes.isReloaded {
      for (decision, memory) in outbox.decisions { judge(decision, memory) }
    }
    deliver(outbox)
    shell.violations.forEach { broken($0) }
    if shell.isDead { die() }
  }

  /// Files are in force, and hard pins excuse, from the turn that takes them.
  private mutating func prepare(_ inputs: [SimulatedDaemon.Input]) -> Bool {
    var isReloaded = false
    var excused: Set<GroupName> = []
    var formerWays = [shell.lastWay]
    if daemon?.knowsKernel ?? true { (causes.orders, causes.isReloaded) = ([], false) }
    for input in inputs {
      switch input {
      case .configured(let configuration):
        // What a file does not know ends, though another may bring it back in the same turn.
        excused.formUnion(scene.memory.slots.groups.keys.filter { configuration.group($0) == nil })
        if isReloaded { formerWays.append(LastWay(scene)) }
        scene.configuration = configuration
        isReloaded = true
      case .ordered(let command):
        causes.orders.append(flaw.taken(command) ?? command)
        if case .pin(let name, _, isHard: true) = command { excused.insert(name) }
      case .news, .packet, .answered, .applied, .asked, .firewallSeen, .leaving:
        break
      }
      if input.interferes { patience.interrupted() }
    }
    if mustLearnScene { shell.lastWay = LastWay(scene) }
    if isReloaded { shell.lastWay.admit(formerWays) }
    if !excused.isEmpty { shell.lastWay.holdings.removeAll { excused.contains($0.name) } }
    mustLearnScene = isReloaded || !excused.isEmpty
    if isReloaded {
      disturbed(until: now)
      causes.isReloaded = true
    }
    return isReloaded
  }
}
