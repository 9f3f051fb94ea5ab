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

  enum Step: Sendable {
    case ask(Probe.Effort, ProbeID)
    case verdict(Verdict)
  }

  /// So many runs are seen to in one turn, however many are due: answers must not wait for all
  /// of them.
  private static let mostInOneTurn = 128

  private var runs: [ProbeRun] = []  // in file order; those of a place lie together
  private var directory = ProbeDirectory()
  private var schedule = Schedule()
  private var stagger = Stagger()
  private var suspects = Suspects()
  private let stamp: UInt32  // of all echoes
  private var random: RandomSource

  init(seed: UInt64) {
    random = RandomSource(seed: seed)
    stamp = UInt32(truncatingIfNeeded: random.next())
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
        for check in configuration.checks(of: watch.uplink, in: group) {
          let place = ProbeDirectory.Place(uplink: name, check: check.name, family: family)
          guard directory.places[place] == nil else { continue }
          let before = oldPlaces[place].map { old[$0] }?.filter { $0.definition == check } ?? []
          let start = runs.count
          for (number, target) in check.targets(family, by: watch).enumerated() {
            var run =
              before.first { $0.target == target }
              ?? ProbeRun(
                of: check, by: name, family, asking: target, stamp: stamp, random: &random)
            run.place = number
            run.idleInterval = configuration.idleInterval(of: check, by: watch.uplink)
            run.began(by: watch[family], at: now, &stagger)
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

  mutating func wayChanged(
    _ name: UplinkName, _ family: Family, _ way: Way, at now: Instant
  ) {
    for index in directory.runs(by: name) where runs[index].family == family {
      let before = runs[index].endpoint
      // Halted first: an interface that came back under another index is another link.
      runs[index].halted()
      runs[index].began(by: way, at: now, &stagger)
      directory.moved(index, from: before, to: runs[index].endpoint)
      plan(index)
    }
  }

  mutating func woke(at now: Instant, watches: [UplinkName: UplinkWatch]) -> [Step] {
    var steps: [Step] = []
    for _ in 0..<Self.mostInOneTurn {
      guard let due = schedule.first, due.at <= now else { break }
      guard let watch = watches[runs[due.number].uplink] else {
        preconditionFailure("\(runs[due.number].uplink) is probed, but nobody watches it")
      }
      let (effort, verdict) = runs[due.number].woke(at: now, by: watch)
      plan(due.number)
      steps += verdicts(on: due.number, verdict, at: now).map(Step.verdict)
      if let (effort, id) = effort { steps.append(.ask(effort, id)) }
    }
    return steps
  }

  /// - Returns: verdicts, when the answer was the one that changed a mind.
  mutating func received(
    _ answer: ProbeAnswer, waited: Duration, at now: Instant,
    arrivedBy isRightLink: (UplinkName) -> Bool
  ) -> [Verdict] {
    for index in directory.runs(asking: answer.subject) {
      guard let outcome = runs[index].outcome(of: answer), isRightLink(runs[index].uplink) else {
        continue
      }
      return came(outcome.result, of: outcome.sequence, on: index, waited: waited, at: now)
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
    return came(result, of: probe.sequence, on: index, waited: waited, at: now)
  }

  private mutating func came(
    _ result: ProbeResult, of sequence: UInt64, on index: Int, waited: Duration, at now: Instant
  ) -> [Verdict] {
    let verdict = runs[index].came(result, of: sequence, waited: waited, at: now)
    plan(index)
    if case .unsent = result { return [] }
    if sequence >= Inquiry.firstSequence { return [] }
    return verdicts(on: index, verdict, at: now)
  }

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
    let runs = runs(uplink, check, family)
    guard let first = runs.first else { return nil }
    let trusted = runs.filter { !isSuspect($0) }
    guard !trusted.isEmpty else { return .down }
    return .agreed(by: min(first.definition.need, trusted.count), of: trusted.map(\.machine.health))
  }

  /// One for each target, in file order.
  func readings(_ uplink: UplinkName, _ check: CheckName, _ family: Family) -> [CheckReading] {
    runs(uplink, check, family).map { $0.reading(isSuspect: isSuspect($0)) }
  }

  private func runs(
    _ uplink: UplinkName, _ check: CheckName, _ family: Family
  ) -> ArraySlice<ProbeRun> {
    let place = ProbeDirectory.Place(uplink: uplink, check: check, family: family)
    return directory.places[place].map { runs[$0] } ?? []
  }

  private func isSuspect(_ run: ProbeRun) -> Bool {
    !suspects.isEmpty && run.suspectKey.map(suspects.contains) ?? false
  }

  private mutating func verdicts(
    on index: Int, _ verdict: ProbeMachine.Verdict, at now: Instant
  ) -> [Verdict] {
    let isLosing = runs[index].machine.reading.lostInARow > 0
    // The usual answer: nothing is amiss, and no mind has changed.
    guard isLosing || verdict != .unchanged || !suspects.isEmpty else { return [] }
    let run = runs[index]
    var verdicts: [Verdict] = []
    if isLosing || isSuspect(run), let key = run.suspectKey {
      let asking = directory.runs(asking: run.endpoint?.address).map { runs[$0] }
        .filter { $0.suspectKey == key && $0.machine.isProbing }
      if suspects.looked(key, asking, at: now) {
        verdicts.append(suspects.contains(key) ? .suspected(key) : .trusted(key))
      }
    }
    if verdict != .unchanged {
      verdicts.append(.judged(run.uplink, run.reading(isSuspect: isSuspect(run))))
    }
    return verdicts
  }
}
