import Engine
import Testing

struct RandomTests {
  /// The first numbers of the algorithm's reference implementation (prng.di.unimi.it, splitmix64.c)
  /// for the seed 1234567: what one machine draws, every other draws as well.
  @Test
  func `it draws what SplitMix64 draws everywhere`() {
    var random = RandomSource(seed: 1_234_567)
    let drawn = (0..<5).map { _ in random.next() }
    #expect(
      drawn == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }
}
