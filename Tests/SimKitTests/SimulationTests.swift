import SimKit
import Testing

struct SimulationTests {
  @Test(arguments: UInt64(1)...200)
  func `all invariants hold in any weather`(seed: UInt64) {
    let result = simulate(seed: seed)
    #expect(result.violation == nil, "\(result.report)")
  }

  /// Seeds that found something once, and what it was.
  @Test(arguments: [
    // A refused addition was followed by the removal of what it was to replace.
    17, 38, 94,
    // A slow change under way, refused before, woke the daemon again and again.
    1, 10,
  ] as [UInt64])
  func `what failed once holds`(seed: UInt64) {
    let result = simulate(seed: seed, weather: .seconds(150))
    #expect(result.violation == nil, "\(result.report)")
  }

  @Test(arguments: UInt64(1)...4)
  func `the same seed gives the same trace`(seed: UInt64) {
    let first = simulate(seed: seed, weather: .seconds(40)).trace.text
    let second = simulate(seed: seed, weather: .seconds(40)).trace.text
    #expect(first == second)
    #expect(first.split(separator: "\n").count > 50)
  }
}
