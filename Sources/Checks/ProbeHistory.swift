/// The recent probes of one check, by the order of sending, and what became of each: a ring, for a
/// probe that is sent would else move all others.
struct ProbeHistory: Equatable, Sendable {
  enum Outcome: Equatable, Sendable {
    case outstanding, answered, lost
  }

  private struct Entry: Equatable, Sendable {
    let sequence: UInt64
    var outcome: Outcome
  }

  private var entries: [Entry] = []  // once it is full, the oldest is written over
  private var oldest = 0  // where that is
  private let depth: Int

  /// - Parameter depth: how many probes are remembered; more than any run that is judged.
  init(depth: Int) {
    self.depth = depth
    entries.reserveCapacity(depth)
  }

  mutating func sent(_ sequence: UInt64) {
    let entry = Entry(sequence: sequence, outcome: .outstanding)
    guard entries.count == depth else { return entries.append(entry) }
    entries[oldest] = entry
    oldest = oldest + 1 == depth ? 0 : oldest + 1
  }

  /// Where the newest stands, the one before it, and so on.
  private func place(ofNewest number: Int) -> Int {
    let place = oldest - 1 - number
    return place < 0 ? place + entries.count : place
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
    oldest = 0
  }

  /// The probe never left, so it says nothing.
  mutating func withdraw(_ sequence: UInt64) {
    guard let index = index(of: sequence) else { return }
    entries = (0..<entries.count).reversed().map(place).filter { $0 != index }.map { entries[$0] }
    oldest = 0
  }

  /// How many of the newest judged probes had this outcome in a row. An outstanding probe
  /// among them ends the run: it may yet be lost.
  /// - Parameter most: nobody needs to know of more.
  func run(of outcome: Outcome, upTo most: Int = .max) -> Int {
    var run = 0
    for number in 0..<entries.count {
      let found = entries[place(ofNewest: number)].outcome
      if run == 0, found == .outstanding { continue }
      guard found == outcome, run < most else { break }
      run += 1
    }
    return run
  }

  /// Of the last `window` judged probes.
  func lossPercent(of window: Int) -> Int {
    var (judged, lost) = (0, 0)
    for number in 0..<entries.count where judged < window {
      let found = entries[place(ofNewest: number)].outcome
      if found != .outstanding { judged += 1 }
      if found == .lost { lost += 1 }
    }
    return judged == 0 ? 0 : lost * 100 / judged
  }

  private func index(of sequence: UInt64) -> Int? {
    // What is asked for is nearly always among the newest.
    (0..<entries.count).lazy.map(place).first { entries[$0].sequence == sequence }
  }
}
