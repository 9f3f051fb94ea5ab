/// The command line, read by hand: each option has one value.
struct Arguments {
  static let usage = """
    usage: siaga-bench --siaga PATH [--runs N] [--only NAME] [--minutes N] [--counter PATH]
                       [--write FILE] [--ratios FILE] [--check FILE] [--lab yes]
      --lab yes measures what needs bonds and radios: in the kernel lab
      --write makes the table for people, --ratios the one that --check holds a later run against
      NAME is one of: \(Bench.measurements.map(\.name).joined(separator: ", "))
    """

  var siaga = ".build/release/siaga"
  var runs = 10
  var minutes = 60
  var only: String?
  var counter = ".build/allocations.so"
  var output: String?
  var ratios: String?
  var check: String?
  var isInLab = false

  init(_ words: [String]) throws(UsageError) {
    var words = words[...]
    while let option = words.popFirst() {
      guard let value = words.popFirst() else { throw .noValue(option) }
      switch option {
      case "--siaga":
        siaga = value
      case "--runs":
        guard let number = Int(value), (1...1_000).contains(number) else {
          throw .badValue(option, value)
        }
        runs = number
      case "--only":
        guard Bench.measurements.contains(where: { $0.name == value }) else {
          throw .badValue(option, value)
        }
        only = value
      case "--minutes":
        guard let number = Int(value), (1...10_000).contains(number) else {
          throw .badValue(option, value)
        }
        minutes = number
      case "--counter":
        counter = value
      case "--ratios":
        ratios = value
      case "--check":
        check = value
      case "--lab":
        guard value == "yes" else { throw .badValue(option, value) }
        isInLab = true
      case "--write":
        output = value
      default:
        throw .unknown(option)
      }
    }
  }
}

enum UsageError: Error, CustomStringConvertible {
  case unknown(String)
  case noValue(String)
  case badValue(String, String)

  var description: String {
    switch self {
    case .unknown(let option): "there is no option \(option)"
    case .noValue(let option): "\(option) needs a value"
    case .badValue(let option, let value): "\(option) cannot be \(value)"
    }
  }
}
