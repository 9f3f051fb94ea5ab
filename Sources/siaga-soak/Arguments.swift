import SimKit

/// The command line, read by hand: each option has one value.
struct Arguments {
  static let usage = """
    usage: siaga-soak [--seeds N] [--from N] [--hours N] [--keep NUMBERS] [--nodes COUNT]
      --hours is how long each seed lives, as simulated time; 0 is two minutes
      --keep NUMBERS leaves all other incidents out: 3,17 or none
      --nodes COUNT has so many things befall two or three machines that share addresses, instead
    """

  var seeds: UInt64 = 1_000
  var from: UInt64 = 1
  var hours = 1
  var keep: Set<Int>?
  var nodes: Int?

  init(_ words: [String]) throws(UsageError) {
    var words = words[...]
    while let option = words.popFirst() {
      guard let value = words.popFirst() else { throw .noValue(option) }
      switch option {
      case "--seeds":
        seeds = try Self.number(value, in: 1...1_000_000_000, of: option)
      case "--from":
        from = try Self.number(value, in: 0...UInt64.max / 2, of: option)
      case "--hours":
        hours = Int(try Self.number(value, in: 0...24, of: option))
      case "--nodes":
        nodes = Int(try Self.number(value, in: 1...10_000, of: option))
      case "--keep":
        keep = []
        for word in value.split(separator: ",") where value != "none" {
          keep?.insert(Int(try Self.number(String(word), in: 1...1_000_000_000, of: option)))
        }
      default:
        throw .unknown(option)
      }
    }
  }

  private static func number(
    _ text: String, in range: ClosedRange<UInt64>, of option: String
  ) throws(UsageError) -> UInt64 {
    guard let number = UInt64(text), range.contains(number) else {
      throw .badValue(option, text)
    }
    return number
  }

  func simulation(_ seed: UInt64) -> Simulation {
    let whole = hours == 0 ? Simulation(seed: seed) : Simulation(seed: seed, hours: hours)
    return keep.map(whole.keeping) ?? whole
  }

  /// Nil: one machine alone is asked for.
  func fleet(_ seed: UInt64) -> FleetSimulation? {
    guard let nodes else { return nil }
    let whole = FleetSimulation(seed: seed, count: nodes)
    return keep.map(whole.keeping) ?? whole
  }

  func result(_ seed: UInt64) -> SimulationResult {
    fleet(seed)?.run() ?? simulation(seed).run()
  }

  func length(_ seed: UInt64) -> Duration {
    fleet(seed)?.length ?? simulation(seed).length
  }

  /// To see a seed again, but for the numbers of what is kept.
  func command(_ seed: UInt64) -> String {
    if let nodes { return "make soak-nodes SEEDS=1 FROM=\(seed) STRIKES=\(nodes) KEEP=" }
    return "make soak SEEDS=1 FROM=\(seed)\(hours == 1 ? "" : " HOURS=\(hours)") KEEP="
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
