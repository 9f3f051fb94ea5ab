import Checks
import Model

/// All runs of checks: one for each member, check, family and target, shared by the groups that
/// ask for it.
struct ProbeBoard: Sendable {
  enum Verdict: Sendable {
    case judged(MemberID, CheckReading)
    case suspected(Suspects.Key)
    case trusted(Suspects.Key)
  }

  /// So many runs are seen to in one turn, however many are due: answers must not wait for all
  /// of them.
  static let mostInOneTurn = 128

  var runs: [ProbeRun] = []  // in file order; those of a place lie together
  var directory = ProbeDirectory()
  private var schedule = Schedule()
  private var stagger = Stagger()
  var suspects = Suspects()
  private let stamp: UInt32  // of all echoes
  private var random: RandomSource

  init(seed: UInt64) {
    random = RandomSource(seed: seed)
    stamp = UInt32(truncatingIfNeeded: random.next())
  }

  /// Keeps the runs that the configuration does not change, with what they know; new ones
  /// begin where their link is in use already.
  /// - Parameter tasks: in file order; a member may have several.
  mutating func configured(_ tasks: [ProbeTask], at now: Instant) {
    let old = runs
    let oldPlaces = directory.places
    runs = []
    directory = ProbeDirectory()
    for task in tasks {
      for (check, idleInterval) in task.checks {
        let place = ProbeDirectory.Place(
          member: task.member, check: check.name, family: task.family)
        guard directory.places[place] == nil else { continue }
        let before = oldPlaces[place].map { old[$0] }?.filter { $0.definition == check } ?? []
        let start = runs.count
        for (number, target) in task.targets(of: check).enumerated() {
          var run =
            before.first { $0.target == target }
            ?? ProbeRun(
              of: check, by: task.member, task.family, asking: target, stamp: stamp,
              random: &random)
          run.place = number
          run.idleInterval = idleInterval
          run.looked(at: task.link)
          run.began(at: now, &stagger)
          runs.append(run)
        }
        directory.places[place] = start..<runs.count
      }
    }
    directory.fill(runs)
    schedule = Schedule(count: runs.count)
    runs.indices.forEach { plan($0) }
    suspects.keep(Set(runs.compactMap(\.suspectKey)))
  }

  /// To be called after whatever may change when a run is due.
  mutating func plan(_ index: Int) {
    schedule.set(index, to: runs[index].nextWake)
  }

  mutating func looked(
    at link: ProbeLink?, of member: MemberID, _ family: Family, at now: Instant
  ) {
    for index in directory.runs(by: member) where runs[index].family == family {
      let isAnother = !ProbeLink.areAlike(link, runs[index].link)
      runs[index].looked(at: link)
      guard isAnother else { continue }
      let before = runs[index].endpoint
      // Halted first: an interface that came back under another index is another link.
      runs[index].halted()
      runs[index].began(at: now, &stagger)
      directory.moved(index, from: before, to: runs[index].endpoint)
      plan(index)
    }
  }

  /// One run that is due asks, and concludes from what was not answered.
  /// - Returns: nil when none is due any more.
  mutating func woke(at now: Instant, _ effects: inout [Effect]) -> [Verdict]? {
    guard let due = schedule.first, due.at <= now else { return nil }
    let outcome = runs[due.number].woke(at: now, &effects)
    return concluded(outcome, on: due.number, at: now)
  }

  /// - Returns: verdicts, when the answer was the one that changed a mind.
  mutating func received(
    _ answer: ProbeAnswer, on link: InterfaceIndex, waited: Duration, at now: Instant
  ) -> [Verdict] {
    if case .echo(let echo, _) = answer, let index = directory.likelyAsker(of: echo),
      runs[index].index == link,
      let outcome = runs[index].received(answer, waited: waited, at: now)
    {
      return concluded(outcome, on: index, at: now)
    }
    for index in directory.runs(asking: answer.subject) where runs[index].index == link {
      if let outcome = runs[index].received(answer, waited: waited, at: now) {
        return concluded(outcome, on: index, at: now)
      }
    }
    return []
  }

  /// - Parameter isIdle: the member holds nothing.
  mutating func paced(at now: Instant, isIdle: (MemberID) -> Bool) {
    for index in runs.indices where runs[index].isMetered {
      runs[index].paced(isIdle: isIdle(runs[index].member), at: now)
      plan(index)
    }
  }

  /// - Parameter waited: how long ago that was.
  mutating func came(
    _ result: ProbeResult, of probe: ProbeID, waited: Duration, at now: Instant
  ) -> [Verdict] {
    let place = ProbeDirectory.Place(
      member: probe.member, check: probe.check, family: probe.family)
    guard let index = directory.places[place]?.first(where: { runs[$0].place == probe.place })
    else { return [] }
    let outcome = runs[index].came(result, of: probe.sequence, waited: waited, at: now)
    return concluded(outcome, on: index, at: now)
  }

  private mutating func concluded(
    _ outcome: ProbeRun.Outcome, on index: Int, at now: Instant
  ) -> [Verdict] {
    schedule.set(index, to: outcome.nextWake)
    guard let verdict = outcome.verdict else { return [] }
    // The usual answer: nothing is amiss, and no mind has changed.
    guard outcome.isLosing || verdict != .unchanged || !suspects.isEmpty else { return [] }
    return verdicts(on: index, verdict, isLosing: outcome.isLosing, at: now)
  }

  var wakesAt: Instant? { schedule.first?.at }

  var nextWake: Wake? {
    schedule.first.map { due in
      Wake(at: due.at, why: .probe(runs[due.number].member, runs[due.number].definition.name))
    }
  }
}
