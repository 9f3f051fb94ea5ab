/// The recent probes of one check, by the order of sending, and what became of each.
struct ProbeHistory: Equatable, Sendable {
  enum Outcome: Equatable, Sendable {
    case outstanding, answered, lost
  }

  private struct Entry: Equatable, Sendable {
    let sequence: UInt64
    var outcome: Outcome
  }

  private var entries: [Entry] = []  // the newest last
  private let depth: Int

  /// - Parameter depth: how many probes are remembered; more than any run that is judged.
  init(depth: Int) {
    self.depth = depth
    entries.reserveCapacity(depth + 1)
  }

  mutating func sent(_ sequence: UInt64) {
    entries.append(Entry(sequence: sequence, outcome: .outstanding))
    if entries.count > depth { entries.removeFirst() }
  }

  /// - Returns: false when the probe is unknown or judged already.
  mutating func settle(_ sequence: UInt64, as outcome: Outcome) -> Bool {
    guard let index = index(of: sequence), entries[index].outcome == .outstanding else {
      return false
    }
    entries[index].outcome = outcome
    return true
  }

  /// Runs do not reach back over a time without probing.
  mutating func forget() {
    entries.removeAll(keepingCapacity: true)
  }

  /// The probe never left, so it says nothing.
  mutating func withdraw(_ sequence: UInt64) {
    if let index = index(of: sequence) { entries.remove(at: index) }
  }

  /// How many of the newest judged probes had this outcome in a row. An outstanding probe
  /// among them ends the run: it may yet be lost.
  /// - Parameter most: nobody needs to know of more.
  func run(of outcome: Outcome, upTo most: Int = .max) -> Int {
    var run = 0
    for entry in entries.reversed() where run > 0 || entry.outcome != .outstanding {
      guard entry.outcome == outcome, run < most else { break }
      run += 1
    }
    return run
  }

  /// Of the last `window` judged probes.
  func lossPercent(of window: Int) -> Int {
    var (judged, lost) = (0, 0)
    for entry in entries.reversed() where entry.outcome != .outstanding && judged < window {
      judged += 1
      if entry.outcome == .lost { lost += 1 }
    }
    return judged == 0 ? 0 : lost * 100 / judged
  }

  private func index(of sequence: UInt64) -> Int? {
    // Newest last, and what is asked for is nearly always among the newest.
    var place = entries.count
    while place > 0 {
      place -= 1
      if entries[place].sequence == sequence { return place }
    }
    return nil
  }
}
