import Model

/// What the daemon counts, for /metrics.
struct Tally: Sendable {
  var received = 0
  var sent = 0
  var unsent = 0
  var resyncs = 0
  var decisions = 0
  var changes = 0
  var failedChanges = 0
  var sweeps = 0
  private(set) var switchTimes = Histogram(bounds: [
    100, 200, 300, 500, 1_000, 2_000, 5_000, 15_000, 50_000,
  ])
  private(set) var turns = Histogram(bounds: [
    100, 250, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000,
  ])
  private(set) var lateness = Histogram(bounds: [
    50, 100, 250, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 7_500, 10_000, 20_000, 100_000,
  ])

  /// How long a switch took, from the event read to the kernel's last word.
  mutating func switched(in took: Duration) {
    switchTimes.add(took)
  }

  /// How long the loop was at work between two waits.
  mutating func turned(in took: Duration) {
    turns.add(took)
  }

  /// How much later than due the loop woke.
  mutating func late(by delay: Duration) {
    lateness.add(delay)
  }
}

/// Counts durations below each bound, in microseconds.
struct Histogram: Sendable {
  let bounds: [Int64]
  private(set) var counts: [Int]
  private(set) var count = 0
  private(set) var sum = Duration.zero

  init(bounds: [Int64]) {
    self.bounds = bounds
    counts = [Int](repeating: 0, count: bounds.count)
  }

  mutating func add(_ duration: Duration) {
    count += 1
    sum += duration
    let microseconds = duration.nanoseconds / 1_000
    for (index, bound) in bounds.enumerated() where microseconds <= bound { counts[index] += 1 }
  }
}
