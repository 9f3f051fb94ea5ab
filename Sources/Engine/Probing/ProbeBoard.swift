import Checks
import Config
import Model

/// All runs of checks: one for each link, check, family and target, shared by the groups that
/// ask for it.
struct ProbeBoard: Sendable {
  enum Verdict: Sendable {
    case judged(UplinkName, CheckReading)
    case suspected(Suspects.Key)
    case trusted(Suspects.Key)
  }

  /// What comes of a run that was due.
  struct Step: Sendable {
    let verdicts: [Verdict]
    let effort: Probe.Effort?
    let probe: ProbeID?  // that the effort is for
  }

  /// So many runs are seen to in one turn, however many are due: answers must not wait for all
  /// of them.
  static let mostInOneTurn = 128

  private var runs: [ProbeRun] = []  // in file order; those of a place lie together
  private var directory = ProbeDirectory()
  private var schedule = Schedule()
  private var stagger = Stagger()
  private var suspects = Suspects()
  private var random: RandomSource

  init(seed: UInt64) {
    random = RandomSource(seed: seed)
  }

  /// Keeps the runs that the configuration does not change, with what they know; new ones
  /// begin where their link is in use already.
  mutating func configured(
    _ configuration: Configuration, _ watches: [UplinkName: UplinkWatch], at now: Instant
  ) {
    let old = runs
    let oldPlaces = directory.places
    runs = []
    directory = ProbeDirectory()
    for group in configuration.groups {
      for member in group.members {
        guard case .uplink(let name) = member.id, let watch = watches[name] else { continue }
        let family = group.holding.family
        let link = ProbeLink(watch, family)
        for check in configuration.checks(of: watch.uplink, in: group) {
          let place = ProbeDirectory.Place(uplink: name, check: check.name, family: family)
          guard directory.places[place] == nil else { continue }
          let before = oldPlaces[place].map { old[$0] }?.filter { $0.definition == check } ?? []
          let start = runs.count
          for (number, target) in check.targets(family, by: watch).enumerated() {
            var run =
              before.first { $0.target == target }
              ?? ProbeRun(of: check, by: name, family, asking: target, random: &random)
            run.place = number
            run.idleInterval = configuration.idleInterval(of: check, by: watch.uplink)
            run.looked(at: link)
            run.began(at: now, &stagger)
            runs.append(run)
          }
          directory.places[place] = start..<runs.count
        }
      }
    }
    directory.fill(runs)
    schedule = Schedule(count: runs.count)
    runs.indices.forEach { plan($0) }
    suspects.keep(Set(runs.compactMap(\.suspectKey)))
  }

  /// To be called after whatever may change when a run is due.
  private mutating func plan(_ index: Int) {
    schedule.set(index, to: runs[index].nextWake)
  }

  /// - Parameter isAnotherWay: what is known of it says nothing of the one that there is now.
  mutating func looked(
    at watch: UplinkWatch, _ family: Family, isAnotherWay: Bool, at now: Instant
  ) {
    let link = ProbeLink(watch, family)
    for index in directory.runs(by: watch.uplink.name) where runs[index].family == family {
      runs[index].looked(at: link)
      guard isAnotherWay else { continue }
      let before = runs[index].endpoint
      // Halted first: an interface that came back under another index is another link.
      runs[index].halted()
      runs[index].began(at: now, &stagger)
      directory.moved(index, from: before, to: runs[index].endpoint)
      plan(index)
    }
  }

  /// - Returns: nil when nothing is due any more.
  mutating func woke(at now: Instant) -> Step? {
    guard let due = schedule.first, due.at <= now else { return nil }
    let (effort, probe, verdict) = runs[due.number].woke(at: now)
    plan(due.number)
    return Step(
      verdicts: verdicts(on: due.number, verdict, at: now), effort: effort, probe: probe)
  }

  /// - Returns: verdicts, when the answer was the one that changed a mind.
  mutating func received(
    _ answer: ProbeAnswer, on link: InterfaceIndex, waited: Duration, at now: Instant
  ) -> [Verdict] {
    for index in directory.runs(asking: answer.subject) where runs[index].index == link {
      if let outcome = runs[index].received(answer, waited: waited, at: now) {
        return concluded(outcome, on: index, at: now)
      }
    }
    return []
  }

  /// - Parameter isIdle: the link holds nothing.
  mutating func paced(at now: Instant, isIdle: (UplinkName) -> Bool) {
    for index in runs.indices where runs[index].isMetered {
      runs[index].paced(isIdle: isIdle(runs[index].uplink), at: now)
      plan(index)
    }
  }

  /// - Parameter waited: how long ago that was.
  mutating func came(
    _ result: ProbeResult, of probe: ProbeID, waited: Duration, at now: Instant
  ) -> [Verdict] {
    let place = ProbeDirectory.Place(
      uplink: probe.uplink, check: probe.check, family: probe.family)
    guard let index = directory.places[place]?.first(where: { runs[$0].place == probe.place })
    else { return [] }
    let outcome = runs[index].came(result, of: probe.sequence, waited: waited, at: now)
    return concluded(outcome, on: index, at: now)
  }

  private mutating func concluded(
    _ outcome: ProbeRun.Outcome, on index: Int, at now: Instant
  ) -> [Verdict] {
    plan(index)
    switch outcome {
    case .saysNothing: return []
    case .judged(let verdict): return verdicts(on: index, verdict, at: now)
    }
  }

  var wakesAt: Instant? { schedule.first?.at }

  var nextWake: Wake? {
    schedule.first.map { due in
      Wake(at: due.at, why: .probe(runs[due.number].uplink, runs[due.number].definition.name))
    }
  }
}

extension CheckDefinition {
  /// Whom it asks by a link in a family, each once, and each resolver by itself.
  fileprivate func targets(_ family: Family, by watch: UplinkWatch) -> [CheckTarget] {
    targets(family).flatMap { target -> [CheckTarget] in
      let resolvers = target.host == .resolvers ? watch.resolvers(family) : []
      return resolvers.isEmpty ? [target] : resolvers.map(target.of)
    }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

// MARK: - Inquiries

extension ProbeBoard {
  func asks(_ uplink: UplinkName) -> Bool { !directory.runs(by: uplink).isEmpty }

  mutating func inquire(
    by watch: UplinkWatch, at now: Instant
  ) -> [(Probe.Effort, ProbeID)] {
    directory.runs(by: watch.uplink.name).compactMap { index in
      defer { plan(index) }
      return runs[index].inquired(by: watch, at: now)
    }
  }

  /// What came of the last inquiry; nil while something may yet come. Runs that a reload has made
  /// since were not asked.
  func inquired(_ uplink: UplinkName) -> [ProbeStatus]? {
    let asked = directory.runs(by: uplink).map { runs[$0] }.filter { $0.inquiry != nil }
    let answers = asked.compactMap(\.inquired)
    return answers.count == asked.count ? answers : nil
  }
}

// MARK: - What they say

extension ProbeBoard {
  /// What a check says of a link: enough of its targets are up, suspects left out. If all are
  /// suspect nobody is up, and the group stays where it is. Nil: it is not asked in this family.
  func health(_ uplink: UplinkName, _ check: CheckName, _ family: Family) -> Health? {
    let all = places(uplink, check, family)
    guard let first = all.first else { return nil }
    let trusted = all.filter { !isSuspect($0) }
    guard !trusted.isEmpty else { return .down }
    let need = min(runs[first].definition.need, trusted.count)
    return .agreed(by: need, of: trusted.map { runs[$0].machine.health })
  }

  /// One for each target, in file order.
  func readings(_ uplink: UplinkName, _ check: CheckName, _ family: Family) -> [CheckReading] {
    places(uplink, check, family).map { runs[$0].reading(isSuspect: isSuspect($0)) }
  }

  private func places(
    _ uplink: UplinkName, _ check: CheckName, _ family: Family
  ) -> Range<Int> {
    directory.places[ProbeDirectory.Place(uplink: uplink, check: check, family: family)] ?? 0..<0
  }

  private func isSuspect(_ index: Int) -> Bool {
    !suspects.isEmpty && runs[index].suspectKey.map(suspects.contains) ?? false
  }

  private mutating func verdicts(
    on index: Int, _ verdict: ProbeMachine.Verdict, at now: Instant
  ) -> [Verdict] {
    let isLosing = runs[index].machine.reading.lostInARow > 0
    // The usual answer: nothing is amiss, and no mind has changed.
    guard isLosing || verdict != .unchanged || !suspects.isEmpty else { return [] }
    var verdicts: [Verdict] = []
    if isLosing || isSuspect(index), let key = runs[index].suspectKey {
      let patience = runs[index].definition.every + runs[index].definition.timeout
      if suspects.looked(key, witnesses(of: key), patience: patience, at: now) {
        verdicts.append(suspects.contains(key) ? .suspected(key) : .trusted(key))
      }
    }
    if verdict != .unchanged {
      verdicts.append(
        .judged(runs[index].uplink, runs[index].reading(isSuspect: isSuspect(index))))
    }
    return verdicts
  }

  /// What each link that asks a target now says of it.
  private func witnesses(of key: Suspects.Key) -> [Suspects.Witness] {
    directory.runs(asking: key.endpoint.address).filter {
      runs[$0].endpoint == key.endpoint && runs[$0].definition.name == key.check
        && runs[$0].family == key.family && runs[$0].machine.isProbing
    }.map {
      // One loss more, and it is down.
      let most = max(1, runs[$0].definition.fall - 1)
      return Suspects.Witness(
        health: runs[$0].machine.health, isFailing: runs[$0].machine.reading.lostInARow >= most)
    }
  }
}
