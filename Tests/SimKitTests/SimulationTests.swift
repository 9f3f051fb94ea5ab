import SimKit
import Testing

struct SimulationTests {
  @Test(arguments: UInt64(1)...200)
  func `all invariants hold in any weather`(seed: UInt64) {
    let result = simulate(seed: seed)
    #expect(result.violation == nil, "\(result.report)")
  }
}
