import Glibc
import Model
import SimKit

/// Runs seeds on all cores and tells how far it is; the first that fails ends it, and is shrunk.
struct Soak {
  private struct Tally {
    var seeds: UInt64 = 0
    var turns = 0
    var simulated = Duration.zero
  }

  private let arguments: Arguments
  private let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  private let clock = ContinuousClock()

  init(_ arguments: Arguments) {
    self.arguments = arguments
  }

  /// Whether all invariants held in all.
  func run() async -> Bool {
    let start = clock.now
    var tally = Tally()
    var failed: UInt64?
    var toldAt = start
    await withTaskGroup(of: (seed: UInt64, turns: Int, isWell: Bool).self) { group in
      var next = arguments.from
      let end = arguments.from + arguments.seeds
      func begin() {
        guard next < end, failed == nil else { return }
        let (seed, arguments) = (next, arguments)
        next += 1
        group.addTask {
          let result = arguments.result(seed)
          if result.violation != nil { complain(result.report) }
          return (result.seed, result.turns, result.violation == nil)
        }
      }
      for _ in 0..<cores { begin() }
      for await done in group {
        if !done.isWell { failed = min(done.seed, failed ?? done.seed) }
        tally.seeds += 1
        tally.turns += done.turns
        tally.simulated += arguments.length(done.seed)
        if clock.now - toldAt > .seconds(10) {
          toldAt = clock.now
          complain("  \(tally.seeds) of \(arguments.seeds) seeds, \(clock.now - start)")
        }
        begin()
      }
    }
    if let failed { return report(failed) }
    let took = clock.now - start
    print(
      "\(tally.seeds) seeds from \(arguments.from): all invariants held in \(tally.turns) turns, "
        + "\(tally.simulated.components.seconds / 3_600) simulated hours, "
        + "within \(took.components.seconds) s")
    return true
  }

  private func report(_ seed: UInt64) -> Bool {
    complain("seed \(seed) fails; looking for the least of it that does")
    if let fleet = arguments.fleet(seed) {
      let shrinking = shrunk(fleet, seed)
      complain(shrinking.simulation.lastWords)
    } else {
      _ = shrunk(arguments.simulation(seed), seed)
    }
    return false
  }

  private func shrunk<Whole: History>(_ whole: Whole, _ seed: UInt64) -> Shrinking<Whole> {
    guard let shrinking = Shrinking(whole) else {
      preconditionFailure("seed \(seed) failed once and not again: chance reached it")
    }
    print(shrinking.report(rerunBy: arguments.command(seed)))
    return shrinking
  }
}
