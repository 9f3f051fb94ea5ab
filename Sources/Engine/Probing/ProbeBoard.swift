import Checks
import Config
import Model
import Wire

/// All runs of checks: one for each (link, check), shared by the groups that ask for it.
struct ProbeBoard: Sendable {
  struct Verdict: Sendable {
    let uplink: UplinkName
    let reading: CheckReading
  }

  enum Step: Sendable {
    case send(Datagram, ProbeID)
    case verdict(Verdict)
  }

  private struct Place: Hashable, Sendable {
    let uplink: UplinkName
    let check: CheckName
  }

  private var runs: [ProbeRun] = []  // in file order
  private var places: [Place: Int] = [:]
  private var random: RandomSource

  init(seed: UInt64) {
    random = RandomSource(seed: seed)
  }

  /// Keeps the runs that the configuration does not change, with what they know; new ones
  /// begin at once where their link is in use already.
  mutating func configured(
    _ configuration: Configuration, usable isUsable: (UplinkName) -> Bool, at now: Instant
  ) {
    let old = Dictionary(runs.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    runs = []
    places = [:]
    for group in configuration.groups {
      for member in group.members {
        guard case .uplink(let name) = member.id, let uplink = configuration.uplink(name) else {
          continue
        }
        for check in group.judge?.checks ?? [] {
          guard let key = key(check, uplink, configuration) else { continue }
          let place = Place(uplink: name, check: check)
          guard places[place] == nil else { continue }
          places[place] = runs.count
          var run = old[key] ?? ProbeRun(key, random: &random)
          if isUsable(name) { run.began(at: now) }
          runs.append(run)
        }
      }
    }
  }

  private func key(
    _ check: CheckName, _ uplink: Uplink, _ configuration: Configuration
  ) -> ProbeRun.Key? {
    guard let definition = configuration.check(check), case .ping(let target) = definition.kind
    else { return nil }
    let address: IPAddress? =
      switch target {
      case .gateway: uplink.gateway(.ipv4)
      case .address(let address): address
      }
    return address.map { ProbeRun.Key(uplink: uplink.name, definition: definition, target: $0) }
  }

  mutating func linkChanged(_ name: UplinkName, isUsable: Bool, at now: Instant) {
    for index in runs.indices where runs[index].uplink == name {
      // Halted first: an interface that came back under another index is another link.
      runs[index].halted()
      if isUsable { runs[index].began(at: now) }
    }
  }

  mutating func woke(at now: Instant, watches: [UplinkName: UplinkWatch]) -> [Step] {
    var steps: [Step] = []
    for index in runs.indices {
      guard let due = runs[index].nextWake, due <= now, let watch = watches[runs[index].uplink]
      else { continue }
      let (probe, verdict) = runs[index].woke(at: now, by: watch)
      if verdict != .unchanged {
        steps.append(.verdict(Verdict(uplink: runs[index].uplink, reading: runs[index].reading)))
      }
      if let (datagram, id) = probe { steps.append(.send(datagram, id)) }
    }
    return steps
  }

  /// - Returns: a verdict, when the reply was the one that changed a mind.
  mutating func received(
    _ echo: ICMPEcho, from source: IPAddress, at now: Instant,
    arrivedBy isRightLink: (UplinkName) -> Bool
  ) -> Verdict? {
    for index in runs.indices {
      guard let sequence = runs[index].sequence(answeredBy: echo, from: source),
        isRightLink(runs[index].uplink)
      else { continue }
      let verdict = runs[index].answered(sequence, at: now)
      return verdict == .unchanged
        ? nil : Verdict(uplink: runs[index].uplink, reading: runs[index].reading)
    }
    return nil
  }

  mutating func unsent(_ probe: ProbeID, reason: String) {
    guard let index = places[Place(uplink: probe.uplink, check: probe.check)] else { return }
    runs[index].unsent(probe.sequence, reason: reason)
  }

  var nextWake: Wake? {
    var earliest: Wake?
    for run in runs {
      guard let at = run.nextWake, earliest.map({ at < $0.at }) ?? true else { continue }
      earliest = Wake(at: at, why: .probe(run.uplink, run.definition.name))
    }
    return earliest
  }

  func health(_ uplink: UplinkName, _ check: CheckName) -> Health {
    reading(uplink, check)?.health ?? .unknown
  }

  func reading(_ uplink: UplinkName, _ check: CheckName) -> CheckReading? {
    places[Place(uplink: uplink, check: check)].map { runs[$0].reading }
  }
}
