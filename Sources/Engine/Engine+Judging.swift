import Checks
import Config
import Model

/// What answers say, and what is due.
extension Engine {
  mutating func received(
    _ arrival: Arrival, on index: InterfaceIndex, waited: Duration, at now: Instant
  ) {
    if case .discovery(let message, let sender, let hopLimit) = arrival {
      return discovered(message, from: sender, hopLimit: hopLimit, on: index, at: now)
    }
    if case .peer(let bytes) = arrival { return heardOfPeer(bytes, at: now) }
    if case .vrrp(let packet) = arrival { return heardOfRouter(packet, on: index, at: now) }
    if case .claim(let bytes, let family) = arrival {
      return heardClaim(bytes, family, on: index, at: now)
    }
    guard let answer = ProbeAnswer(arrival) else { return }
    for verdict in probes.received(answer, on: index, waited: waited, at: now) {
      judged(verdict, at: now)
    }
  }

  mutating func woke(at now: Instant, _ effects: inout [Effect]) {
    wokeForPeers(at: now)
    wokeForAddresses(at: now)
    wokeForRouters(at: now, &effects)
    effects.reserveCapacity(16)
    for _ in 0..<ProbeBoard.mostInOneTurn {
      guard let verdicts = probes.woke(at: now, &effects) else { break }
      for verdict in verdicts { judged(verdict, at: now) }
    }
    guard let next = appointed.groups, next <= now else { return }
    for keeper in keepers {
      guard let wake = keeper.choice?.nextWake, wake.at <= now else { continue }
      isStale = true
      switch wake.why {
      case .trust(let id): note(.trusted(id, keeper.group.name), at: now)
      case .failback(let id): noteFailback(of: id, in: keeper, at: now)
      case .probe, .clock, .router, .prefixes, .election, .heartbeat: break
      }
    }
  }

  mutating func judged(_ verdict: ProbeBoard.Verdict, at now: Instant) {
    isStale = true
    switch verdict {
    case .judged(let name, let reading): note(.judged(.uplink(name), reading), at: now)
    case .suspected(let key): note(.suspected(key.check, key.family, key.endpoint), at: now)
    case .trusted(let key): note(.trustedTarget(key.check, key.family, key.endpoint), at: now)
    }
  }

  mutating func note(_ event: Cause.Event, at now: Instant) {
    causes.append(Cause(at: now, event: event))
  }
}
