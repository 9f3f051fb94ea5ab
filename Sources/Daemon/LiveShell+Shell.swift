import Engine
import Kernel
import Logging
import Model
import Pilot
import Reconcile

/// What a turn asks of the machine.
extension LiveShell: Shell {
  var now: Instant { Clock.now }
  var wall: ClockReading { Clock.reading }

  mutating func readState() -> Reply<KernelState?> {
    tally.resyncs += 1
    kernel.readState()
    return .later
  }

  mutating func readTables(_ tables: [UInt32]) -> Reply<[KernelState.Delta]?> {
    kernel.readTables(tables)
    return .later
  }

  mutating func readLinks(_ indices: [InterfaceIndex], anew: Bool) -> Reply<[Link]> {
    kernel.readLinks(indices, anew: anew)
    return .later
  }

  mutating func apply(
    _ changes: [Change], observed: KernelState
  ) -> Reply<[ChangeFailure?]> {
    changesAsked.append(now)
    kernel.apply(changes)
    return .later
  }

  mutating func applySlowly(_ changes: [Change]) {
    slow += changes
  }

  mutating func transmit(_ datagram: Datagram) -> String? {
    do throws(SystemError) {
      switch datagram.medium {
      case .vrrp:
        try kernel.virtualRouters.send(datagram)
        return nil
      case .peer(let port):
        try kernel.peers.send(datagram, to: port)
        return nil
      case .echo, .neighbor, .arp, .udp:
        try kernel.probes.send(datagram)
      }
      tally.sent += 1
      return nil
    } catch {
      tally.unsent += 1
      return error.ofProbe
    }
  }

  mutating func join(_ links: [VRRPLink]) {
    kernel.virtualRouters.join(links)
  }

  mutating func lend(_ addresses: [HeldAddress], for time: Duration?) {
    guard !isLeaving else { return }
    loansUnderWay += 1
    kernel.lend(addresses, for: time)
  }

  mutating func heed(_ ears: [ClaimEar]) {
    kernel.claims.heed(ears)
  }

  mutating func meet(_ cluster: Cluster?) {
    kernel.peers.close()
    settled("cluster")
    meeting = cluster
    meetsAgain = nil
    unmet = cluster != nil
  }

  mutating func listen(to ears: [Ear]) {
    kernel.discovery.listen(to: ears)
  }

  mutating func begin(_ request: ProbeRequest, _ probe: ProbeID) -> ProbeResult? {
    let refusal: ProbeResult? =
      switch request.task {
      case .connect(let destination, let port, let source, let index):
        kernel.connections.begin(
          probe, .init(to: destination, port: port, from: source, by: index),
          timeout: request.timeout
        ).map { .unsent($0) }
      case .run(let arguments, let environment):
        kernel.tasks.run(
          arguments, environment: environment, within: request.timeout, for: probe)
      case .read(let path):
        kernel.tasks.read(path, for: probe)
      case .hear(let index, let least):
        kernel.tasks.hear(index, atLeast: least, for: probe)
      }
    if refusal == nil { tally.sent += 1 } else { tally.unsent += 1 }
    return refusal
  }

  mutating func sweep(_ filter: FlowFilter) {
    kernel.sweeper.sweep(filter)
  }

  mutating func spare(mark: UInt32, _ family: Family) {
    kernel.sweeper.spare(mark: mark, family)
  }

  mutating func remember(_ memory: Memory) {
    outlets.remember(memory)
  }

  mutating func resolve(_ servers: NameServers?) {
    outlets.resolve(servers)
  }

  mutating func decided(_ decision: Decision) {
    untold.append(decision)
  }

  mutating func announce(
    _ announcement: Announcement, to audience: Announcement.Audience, _ hooks: [Hook]
  ) {
    self.hooks.tell(announcement, to: audience, hooks)
  }

  mutating func undone(_ change: Change, observed: KernelState) {
    let line = change.headline { observed.links[$0]?.name }
    logger.warning("somebody undid `\(line)`; it is done again")
  }

  mutating func woke(late delay: Duration) {
    tally.late(by: delay)
  }

  mutating func switched(in took: Duration) {
    tally.switched(in: took)
  }

  mutating func lostLink(_ index: InterfaceIndex) {
    kernel.probes.close(index)
  }
}
