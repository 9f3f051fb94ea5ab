import Config
import Testing
import YAML

/// A valid file, broken at random: whatever comes of it, the answer is a valid configuration
/// or problems that stand somewhere in the file.
@Suite struct MutationTests {
  static let words = [
    "~", "null", "[", "]", "{", "}", ":", "- ", "\t", "\n", "  ", "\"", "'", "*a", "&a ", "!!int ",
    "<<: ", "%", "@", "`", "|", ">", "#", "0", "99999999999999999999h", "1.5s", "::", "fe80::1",
    "isp1", "gateway", "default6", "\u{0}", "\u{85}", "\u{2028}", "é", "\r", "? ", "---\n", "...\n",
  ]

  @Test(arguments: 1...2_000)
  func `a mutated file is valid or has a problem with a place`(seed: Int) throws {
    var random = Seeded(seed)
    var bytes = Array(Text.dualWAN.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&bytes, &random) }
    do throws(ConfigProblems) {
      let configuration = try readConfiguration(bytes)
      #expect(try readConfiguration(Array(configuration.resolved.utf8)) == configuration)
    } catch {
      let lines = bytes.split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == 10 || $0 == 13 })
      #expect(!error.listed.isEmpty)
      for problem in error.listed {
        // U+0085 and U+2028 end lines for YAML, too: up to four of them may be in.
        #expect((1...lines.count + 5).contains(problem.position.line), "\(problem)")
        #expect((1...bytes.count + 1).contains(problem.position.column), "\(problem)")
        #expect(!problem.message.isEmpty)
      }
    }
  }

  private static func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
    let place = Int.random(in: 0..<max(bytes.count, 1), using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes.removeSubrange(min(place, end)..<end)
    case 1: bytes.insert(contentsOf: bytes[min(place, end)..<end], at: min(place, end))
    case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 4: bytes.removeSubrange(min(max(place, 1), bytes.count)...)
    default:
      let word = words.randomElement(using: &random) ?? ""
      bytes.insert(contentsOf: Array(word.utf8), at: place)
    }
  }
}

/// The same sequence for the same seed, on every machine (SplitMix64).
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: Int) {
    state = UInt64(seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
