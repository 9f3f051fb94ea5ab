import Model

/// What the probes of a window say of a link's quality, beside what was asked for.
public struct QualityReading: Equatable, Sendable {
  public let quality: Quality
  public internal(set) var settled = 0  // answered or lost
  public internal(set) var lost = 0
  public internal(set) var latency: Duration?  // the mean round trip; nil: none was answered
  public internal(set) var jitter: Duration?  // the mean difference of one to the next
  public internal(set) var faults: [Quality.Measure] = []  // which of them hold the link down

  init(_ quality: Quality) {
    self.quality = quality
  }

  /// Rounded up, so that what is above a limit is also told as above it.
  public var lossPercent: Int {
    settled == 0 ? 0 : (lost * 100 + settled - 1) / settled
  }
}
