import Lab

/// One line of the table: what is measured, ours and its peers', and how.
protocol Measurement: Sendable {
  var name: String { get }  // for --only
  var occasion: Occasion { get }
  func measure(_ setting: Setting) async throws -> [Row]
}

/// When a measurement is made, unless somebody asks for it by its name.
enum Occasion {
  case always
  case atLength  // it takes minutes, so `--check` leaves it out
  case beside  // the others, for an hour; and not of `--check`
  case inLab  // in the kernel lab, where there are bonds and radios: by `--lab`
}

extension Measurement {
  var occasion: Occasion { .always }
}

struct Setting: Sendable {
  let executable: String
  let runs: Int
  let minutes: Int  // of `hour`
  let counter: String  // of `allocations`

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
  var held: Held?  // against what was measured before; nil: it is not

  var isMet: Bool { target.isMet(series) }
}
