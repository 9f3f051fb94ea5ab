import Checks
import Config
import Model
import Wire

/// What answers say, and what is due.
extension Engine {
  /// A packet, of which more may follow: what comes of them `conclusions` says, at the end of the
  /// turn.
  /// - Parameter waited: how long ago it came, that nobody was there to take it.
  public mutating func heard(
    _ arrival: Arrival, on index: InterfaceIndex, waited: Duration = .zero, at now: Instant
  ) {
    switch arrival {
    case .echo, .neighbor, .arp, .udp:
      answered(arrival, on: index, waited: waited, at: now)
    case .discovery(let message, let sender, let hopLimit):
      discovered(message, from: sender, hopLimit: hopLimit, on: index, at: now)
    case .peer(let bytes):
      heardOfPeer(bytes, at: now)
    case .vrrp(let packet):
      heardOfRouter(packet, on: index, at: now)
    case .claim(let bytes, let family):
      heardClaim(bytes, family, on: index, at: now)
    }
  }

  private mutating func answered(
    _ arrival: Arrival, on index: InterfaceIndex, waited: Duration, at now: Instant
  ) {
    do throws(DecodeError) {
      let answer = try ProbeAnswer(arrival)
      if case .arp(let packet) = answer, !standIns.isEmpty { heardAtTheGate(packet, on: index) }
      for verdict in probes.received(answer, on: index, waited: waited, at: now) {
        judged(verdict, at: now)
      }
    } catch {
      // What cannot be read is nobody's answer.
    }
  }

  mutating func woke(at now: Instant, _ effects: inout [Effect]) {
    wokeForPeers(at: now)
    wokeForAddresses(at: now)
    wokeForRouters(at: now, &effects)
    if let next = appointed().standIn, next <= now {
      knock(at: now)
      tellOfStandIns(at: now)
    }
    effects.reserveCapacity(16)
    for _ in 0..<ProbeBoard.mostInOneTurn {
      guard let verdicts = probes.woke(at: now, &effects) else { break }
      for verdict in verdicts { judged(verdict, at: now) }
    }
    guard let next = appointed().groups, next <= now else { return }
    for keeper in keepers {
      guard let wake = keeper.choice?.nextWake, wake.at <= now else { continue }
      isStale = true
      switch wake.why {
      case .trust(let id): note(.trusted(id, keeper.group.name), at: now)
      case .failback(let id): noteFailback(of: id, in: keeper, at: now)
      case .probe, .clock, .router, .prefixes, .announcement, .election, .heartbeat: break
      }
    }
  }

  mutating func judged(_ verdict: ProbeBoard.Verdict, at now: Instant) {
    isStale = true
    switch verdict {
    case .judged(let member, let reading): note(.judged(member, reading), at: now)
    case .suspected(let key): note(.suspected(key.check, key.family, key.endpoint), at: now)
    case .trusted(let key): note(.trustedTarget(key.check, key.family, key.endpoint), at: now)
    }
  }

  mutating func note(_ event: Cause.Event, at now: Instant) {
    causes.append(Cause(at: now, event: event))
  }
}
