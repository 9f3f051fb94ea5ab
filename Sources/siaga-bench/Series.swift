/// The same thing measured several times.
struct Series: Sendable {
  enum Unit: String, Sendable {
    case packets
    case milliseconds = "ms"
    case megabytes = "MB"
    case percent = "% of a core"
    case share = "% of the flows"
    case ofWakes = "% of the wakes"
    case seconds = "s"
    case switches
    case verdicts
    case descriptors
    case allocations
    case linkSeconds = "link-seconds"

    func text(_ value: Double) -> String {
      let digits =
        switch self {
        case .packets, .switches, .verdicts, .descriptors, .linkSeconds: "\(Int(value.rounded()))"
        case .milliseconds where value >= 100: "\(Int(value.rounded()))"
        case .milliseconds where value < 1: Self.decimal(value, places: 2)
        case .percent: Self.decimal(value, places: 3)
        case .seconds: Self.decimal(value, places: 2)
        case .milliseconds, .megabytes, .share, .ofWakes, .allocations:
          Self.decimal(value, places: 1)
        }
      return self == .packets ? "\(digits) lost" : "\(digits) \(rawValue)"
    }

    private static func decimal(_ value: Double, places: Int) -> String {
      let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
      let scaled = Int((value * Double(scale)).rounded())
      let fraction = String(abs(scaled) % scale)
      let zeros = String(repeating: "0", count: places - fraction.count)
      return "\(scaled < 0 ? "-" : "")\(abs(scaled) / scale).\(zeros)\(fraction)"
    }
  }

  let unit: Unit
  private let sorted: [Double]

  init(_ values: [Double], _ unit: Unit) {
    precondition(!values.isEmpty, "a series of nothing says nothing")
    self.unit = unit
    sorted = values.sorted()
  }

  var count: Int { sorted.count }
  var median: Double { percentile(50) }
  /// The most, of all but what one wants much of.
  var worst: Double { unit == .linkSeconds ? sorted[0] : sorted[sorted.count - 1] }

  /// The smallest value that so many percent of the values do not exceed (nearest rank).
  func percentile(_ percent: Int) -> Double {
    let rank = (percent * sorted.count + 99) / 100
    return sorted[max(0, rank - 1)]
  }

  var medianText: String { unit.text(median) }
  var worstText: String { unit.text(worst) }
}
