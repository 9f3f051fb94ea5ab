import Engine
import Model

/// What is watched while time passes.
extension World {
  mutating func judge(_ decision: Decision, _ memory: Memory) {
    broken(OrderWatch.violation(decision, memory))
    broken(causes.violation(decision, scene, memory, wall: shell.wall))
    broken(decisions.violation(decision, scene))
    broken(patience.decided(decision, scene, wall: shell.wall))
    broken(
      entitlement.decided(decision, scene, drained: memory.drained, wall: shell.wall))
  }

  mutating func broken(_ found: Violation?) {
    guard let found, violation == nil else { return }
    violation = found
    brokenAt = now
    shell.trace.add(.violated(found))
  }

  /// What the daemon may give as causes in this turn, which itself changes what is so.
  mutating func lookForCauses() {
    let versions = (kernel: shell.kernel.version, network: network.version)
    guard versions != causesVersion else { return }
    causesVersion = versions
    causes.looked(scene, kernel: shell.kernel, network: network, at: now)
  }

  /// Compares what is with what must be, after something has changed.
  mutating func look() {
    lookForCauses()
    let versions = (kernel: shell.kernel.version, network: network.version)
    guard versions != seenVersion || mustLook else { return }
    seenVersion = versions
    mustLook = false
    decisions.looked(scene, kernel: shell.kernel, network: network, at: now)
    truth = Truth(scene, kernel: shell.kernel, network: network, before: truth, at: now)
    watch.excuse(rest == nil || shell.troubles.percent > 0 || shell.dawdles > .zero)
    watch.looked(truth, scene)
    if notesPassage { passage.looked(truth, network, at: now) }
  }

  /// The bounds of what the daemon promises start anew.
  mutating func disturbed(until instant: Instant) {
    watch.disturbed(until: instant)
    mustLook = true
  }
}
