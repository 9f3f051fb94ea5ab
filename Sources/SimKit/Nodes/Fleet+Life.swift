import Engine
import Model

/// Daemons' lives, and what they leave to their kernels.
extension Fleet {
  mutating func start(_ node: Int) {
    guard nodes[node].isPowered, !nodes[node].isRunning else { return }
    nodes[node].start(seed: random.next(), at: now)
    watch.disturbed(at: now)
    lookedFor += 1
    deliver(node)
  }

  mutating func die(_ node: Int) {
    guard nodes[node].isRunning else { return }
    nodes[node].die(at: now)
    lookedFor += 1
  }

  /// SIGKILL. What was lent the guard takes away at once, if it lives; else the kernel in its time.
  mutating func kill(_ node: Int, withGuard: Bool, downFor: Duration) {
    guard nodes[node].isRunning else { return }
    die(node)
    let boot = nodes[node].boots
    if !withGuard {
      let lent = nodes[node].loans.keys.sorted()
      agenda.add(now + .milliseconds(1), .guardActs(node: node, boot: boot, lent))
    }
    agenda.add(now + downFor, .start(node: node, boot: boot))
  }

  mutating func losePower(_ node: Int) {
    die(node)
    nodes[node].isPowered = false
    nodes[node].boots += 1
  }

  // MARK: - Ending in good order

  mutating func stop(_ node: Int, downFor: Duration) {
    guard nodes[node].isRunning, !nodes[node].isLeaving else { return }
    nodes[node].isLeaving = true
    nodes[node].comesBackAt = now + downFor
    tell(node, .leaving)
    let boot = nodes[node].boots
    agenda.add(now + .milliseconds(2), .looksWhetherRelieved(node: node, boot: boot))
  }

  mutating func lookWhetherRelieved(_ node: Int, boot: Int) {
    guard nodes[node].boots == boot, nodes[node].isLeaving, let daemon = nodes[node].daemon else {
      return
    }
    guard nodes[node].inbox.isEmpty, nodes[node].stalledUntil <= now,
      !daemon.engine.isBeingRelieved
    else {
      agenda.add(now + .milliseconds(2), .looksWhetherRelieved(node: node, boot: boot))
      return
    }
    lend(FakeShell.Loan(addresses: daemon.engine.heldAtLast, time: nil), by: node)
    die(node)
    let back = nodes[node].comesBackAt ?? now
    agenda.add(max(back, now + .milliseconds(1)), .start(node: node, boot: boot))
  }

  // MARK: - Addresses that end

  mutating func lend(_ loan: FakeShell.Loan, by node: Int) {
    for held in loan.addresses {
      guard let time = loan.time else {
        nodes[node].loans[held] = nil
        continue
      }
      // Late by up to half a second, as measured.
      let end = now + time + .milliseconds(Int.random(in: 0...500, using: &random))
      let isThere = nodes[node].loans.updateValue(end, forKey: held) != nil
      if !isThere { awaitEnd(of: held, on: node, at: end) }
    }
  }

  private mutating func awaitEnd(of held: HeldAddress, on node: Int, at end: Instant) {
    agenda.add(end, .loanEnds(node: node, boot: nodes[node].boots, held))
  }

  mutating func endLoan(_ held: HeldAddress, on node: Int, boot: Int) {
    guard nodes[node].boots == boot, let end = nodes[node].loans[held] else { return }
    guard end <= now else { return awaitEnd(of: held, on: node, at: end) }
    nodes[node].loans[held] = nil
    remove([held], from: node)
  }

  mutating func remove(_ addresses: [HeldAddress], from node: Int) {
    for held in addresses {
      let there = nodes[node].shell.kernel.interfaces[held.interface]?.addresses
        .first { $0.isSame(as: held) }
      guard let there else { continue }
      trace.add(.befell("\(nodes[node].name): \(held.address) ends"))
      nodes[node].shell.kernel.removeAddress(there)
      nodes[node].loans[held] = nil
      watch.disturbed(at: now)
    }
    wake(node)
  }
}
