import Model

/// What can be lived again, with fewer of its incidents.
public protocol History: Sendable {
  /// Its incidents, in their order.
  var moments: [(number: Int, at: Instant)] { get }
  var lines: [String] { get }  // of the same
  func keeping(_ numbers: Set<Int>) -> Self
  func run() -> SimulationResult
}

/// A failing seed made short: as few of its incidents as still break the same invariant.
public struct Shrinking<Whole: History>: Sendable {
  public let simulation: Whole  // what is left
  public let result: SimulationResult
  public private(set) var runs = 0

  /// - Parameter most: so many histories are tried.
  /// - Returns: nil when nothing breaks.
  public init?(_ whole: Whole, most: Int = 120) {
    let first = whole.run()
    guard let invariant = first.violation?.invariant else { return nil }
    var search = Search(whole, first, invariant, most: most)
    search.shrink()
    simulation = search.simulation
    result = search.result
    runs = search.runs
  }

  /// For whoever has to find out: the seed, what broke, what is left of its weather, how to see it
  /// again, and what went before.
  public func report(rerunBy command: String) -> String {
    let moments = simulation.moments
    let numbers = moments.isEmpty ? "none" : moments.map { "\($0.number)" }.joined(separator: ",")
    let lines =
      [
        "seed \(result.seed): \(result.violation.map { "\($0)" } ?? "nothing breaks")",
        "at \(Trace.clock(result.brokenAt ?? .zero)), by \(moments.count) incidents:",
      ] + simulation.lines.map { "  \($0)" } + ["again: \(command)\(numbers)", "what went before:"]
      + result.trace.lines(last: 40).map { "  \($0)" } + ["as the daemon sees it:"]
      + result.view.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }
}

/// Delta debugging (Zeller and Hildebrandt, 2002): parts are left out, by halves first, then finer.
private struct Search<Whole: History> {
  private(set) var simulation: Whole
  private(set) var result: SimulationResult
  private(set) var runs = 1
  private let invariant: Invariant
  private let most: Int

  init(_ whole: Whole, _ first: SimulationResult, _ invariant: Invariant, most: Int) {
    simulation = whole
    result = first
    self.invariant = invariant
    self.most = most
  }

  mutating func shrink() {
    // What came later did nothing.
    let end = result.brokenAt ?? .zero
    _ = keeps(simulation.moments.filter { $0.at <= end })
    var parts = 2
    while runs < most {
      let count = simulation.moments.count
      guard count > 0 else { return }
      parts = min(parts, count)
      if leavesOutAPart(of: parts) {
        parts = max(2, parts - 1)
      } else if parts == count {
        return
      } else {
        parts *= 2
      }
    }
  }

  private mutating func leavesOutAPart(of parts: Int) -> Bool {
    let moments = simulation.moments
    for part in 0..<parts where runs < most {
      let out = moments.count * part / parts..<moments.count * (part + 1) / parts
      if keeps(Array(moments[..<out.lowerBound] + moments[out.upperBound...])) { return true }
    }
    return false
  }

  /// Whether the same still breaks with these alone; if so, the search goes on from there.
  private mutating func keeps(_ moments: [(number: Int, at: Instant)]) -> Bool {
    guard moments.count < simulation.moments.count else { return false }
    let candidate = simulation.keeping(Set(moments.map(\.number)))
    let found = candidate.run()
    runs += 1
    guard found.violation?.invariant == invariant else { return false }
    simulation = candidate
    result = found
    return true
  }
}
