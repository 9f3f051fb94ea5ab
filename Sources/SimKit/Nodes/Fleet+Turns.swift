import Engine
import Model

/// How time passes among nodes.
extension Fleet {
  private static let patience = 200

  /// Lets all go on until `end`, or until an invariant breaks.
  mutating func run(until end: Instant) {
    while violation == nil {
      let turn = nodes.indices.compactMap { node in
        nodes[node].nextTurn(at: now).map { (at: $0, node: node) }
      }.min { $0.at < $1.at }
      let next = Instant.earlier(agenda.next, turn?.at)
      broken(watch.verdict(until: next.map { min($0, end) } ?? end))
      guard let next, next <= end, violation == nil else { break }
      turnsInARow = next > now ? 0 : turnsInARow + 1
      now = max(now, next)
      trace.now = now
      if turnsInARow > Self.patience { broken(.neverRests("among nodes")) }
      while let happening = agenda.pop(at: now) { happen(happening) }
      if let turn, turn.at <= now { takeTurn(turn.node) }
      look()
    }
    now = max(now, end)
  }

  private mutating func takeTurn(_ node: Int) {
    guard nodes[node].isRunning else { return }
    turns += 1
    var inputs = nodes[node].inbox
    nodes[node].inbox = []
    nodes[node].inboxReadyAt = nil
    if !nodes[node].shell.kernel.socket.isEmpty {
      inputs.insert(.news, at: Bool.random(using: &random) ? 0 : inputs.count)
    }
    nodes[node].turn(inputs, at: now)
    noteGains(node)
    deliver(node)
  }

  /// What a turn left to be done.
  mutating func deliver(_ node: Int) {
    let outbox = nodes[node].shell.takeOutbox()
    if let memory = outbox.memory {
      nodes[node].memory = memory
      lookedFor += 1
    }
    for loan in outbox.loans { lend(loan, by: node) }
    for datagram in outbox.datagrams { carry(datagram, from: node) }
    for answer in outbox.answers { tell(node, .asked(answer)) }
    for change in outbox.slow {
      let failure = nodes[node].shell.apply(change, seen: KernelState())
      tell(node, .applied(change, failure))
    }
    if outbox.looksAtFirewall { tell(node, .firewallSeen(nodes[node].shell.kernel.firewall)) }
    nodes[node].shell.violations.forEach { broken($0) }
    if !nodes[node].shell.kernel.socket.isEmpty { wake(node) }
  }

  mutating func tell(_ node: Int, _ input: SimulatedDaemon.Input) {
    nodes[node].tell(input, after: latency, at: now)
  }

  mutating func wake(_ node: Int) {
    nodes[node].wake(after: latency, at: now)
  }

  /// Until a process that waits is run.
  private var latency: Duration {
    mutating get { .microseconds(Int.random(in: 5...300, using: &random)) }
  }
}
