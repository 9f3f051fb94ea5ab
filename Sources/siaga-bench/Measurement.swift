import Lab

/// One line of the table: what is measured, ours and its peers', and how.
protocol Measurement: Sendable {
  var name: String { get }  // for --only
  var isUsual: Bool { get }  // measured when none is asked for by name
  func measure(_ setting: Setting) async throws -> [Row]
}

extension Measurement {
  var isUsual: Bool { true }
}

struct Setting: Sendable {
  let executable: String
  let runs: Int
  let minutes: Int  // of `hour`

  func tell(_ text: String) {
    complain("  \(text)")
  }
}

/// What came out, and what was aimed at.
struct Row: Sendable {
  struct Target: Sendable {
    let text: String
    let isMet: @Sendable (Series) -> Bool
  }

  var what: String
  var series: Series
  var target: Target
  var peers: [String]  // each with its name and its median

  var isMet: Bool { target.isMet(series) }
}
