import Lab
import Model

/// What `nft` takes for as many lines as ours reads: a reader that everybody knows, as a measure of
/// how fast the machine is just now.
struct Ruleset {
  private let namespace: Namespace
  private let text: String

  init(rules: Int, in namespace: Namespace) {
    self.namespace = namespace
    let rules = (0..<rules).map {
      "    ip saddr 45.\($0 / 250).\($0 % 250).0/24 tcp dport \(1_000 + $0 % 60_000) counter drop"
    }
    text = """
      table inet measure
      delete table inet measure
      table inet measure {
        chain rules {
      \(rules.joined(separator: "\n"))
        }
      }

      """
  }

  /// How long it takes until the kernel has it, from the spawn, in milliseconds.
  func load() throws -> Double {
    let began = Moment.now
    try namespace.nft(text)
    return (Moment.now - began).milliseconds
  }
}
