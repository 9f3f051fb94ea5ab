import Lab
import Model

/// What came of a step, as counted on the packets themselves.
struct StepResult: Sendable {
  enum Verdict: Sendable, Equatable {
    case survived
    case nothingToCount(String)
    case failed(String)
  }

  var title: String
  var detection: Duration?  // nil: nothing had to be noticed
  var lost: Int
  var outage: Duration
  var after: String  // what held then
  var verdict: Verdict

  var isFailure: Bool {
    if case .failed = verdict { true } else { false }
  }

  /// The cells of the table, in the order of `headings`.
  var cells: [String] {
    switch verdict {
    case .nothingToCount(let why):
      [title, "", "", "", why]
    case .survived, .failed:
      [title, detectionText, "\(lost)", lost == 0 ? "none" : outage.spoken, afterText]
    }
  }

  static let headings = ["fault", "noticed", "lost", "outage", "then"]

  private var detectionText: String {
    guard let detection else { return "" }
    // The daemon tells whole milliseconds.
    return detection < .milliseconds(1) ? "< 1 ms" : detection.spoken
  }

  private var afterText: String {
    if case .failed(let why) = verdict { "FAILED: \(why)" } else { after }
  }
}
