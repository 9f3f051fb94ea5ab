import Checks
import Model

extension QualityReading {
  /// `over 30 s loss 3 %, latency 12 ms, jitter 0.8 ms`
  var sentence: String {
    var text = "over \(quality.window.spoken) loss \(lossPercent) %"
    if let latency { text += ", latency \(latency.spoken)" }
    if let jitter { text += ", jitter \(jitter.spoken)" }
    return text
  }

  /// What holds the link down, each with its limit: `loss 25 % over 30 s (down at 20 %)`, and
  /// once it is below that, `loss 15 % over 30 s (up again at 10 %)`.
  var complaint: String {
    faults.map(complaint).joined(separator: ", ")
  }

  private func complaint(of measure: Quality.Measure) -> String {
    switch measure {
    case .loss:
      complaint(measure, Percent(lossPercent), quality.loss) { "\($0.value) %" }
    case .latency:
      complaint(measure, latency, quality.latency, \.spoken)
    case .jitter:
      complaint(measure, jitter, quality.jitter, \.spoken)
    }
  }

  private func complaint<Value>(
    _ measure: Quality.Measure, _ found: Value?, _ limit: Quality.Limit<Value>?,
    _ spoken: (Value) -> String
  ) -> String {
    guard let found, let limit else {
      return "no \(measure.rawValue) over \(quality.window.spoken)"
    }
    let verdict =
      found >= limit.down ? "down at \(spoken(limit.down))" : "up again at \(spoken(limit.up))"
    return "\(measure.rawValue) \(spoken(found)) over \(quality.window.spoken) (\(verdict))"
  }
}
