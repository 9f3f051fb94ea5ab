import Model

/// Inquiries of operators.
extension ProbeBoard {
  func asks(_ uplink: UplinkName) -> Bool { !directory.runs(by: uplink).isEmpty }

  mutating func inquire(by watch: UplinkWatch, at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    for index in directory.runs(by: watch.uplink.name) {
      runs[index].inquired(by: watch, at: now, &effects)
      plan(index)
    }
    return effects
  }

  /// What came of the last inquiry; nil while something may yet come. Runs that a reload has made
  /// since were not asked.
  func inquired(_ uplink: UplinkName) -> [ProbeStatus]? {
    let asked = directory.runs(by: uplink).map { runs[$0] }.filter { $0.inquiry != nil }
    let answers = asked.compactMap(\.inquired)
    return answers.count == asked.count ? answers : nil
  }
}
