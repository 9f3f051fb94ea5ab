import Lab

/// One line of the table: what is measured, ours and its peers', and how.
protocol Measurement: Sendable {
  var name: String { get }  // for --only
  func measure(_ setting: Setting) async throws -> [Row]
}

struct Setting: Sendable {
  let executable: String
  let runs: Int

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
