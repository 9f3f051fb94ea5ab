/// What of a row is held against an earlier run: ours beside its peer in the same run, or beside
/// its target where it has no peer. So a slower machine, which slows both, is no loss.
struct Held: Codable, Sendable {
  /// It stays for ever: `docs/benchmarks.json` is read by it.
  let name: String
  let ours: Double  // less is better
  let beside: Double
  /// How much more of ours is noise, in its own unit: what counts from zero, such as lost packets,
  /// has no ratio to speak of.
  let slack: Double

  init(_ name: String, _ ours: Double, beside: Double, slack: Double) {
    self.name = name
    self.ours = ours
    self.beside = beside
    self.slack = slack
  }

  /// Nothing beside it (a peer that lost nothing either): ours alone speaks.
  var ratio: Double { beside > 0 ? ours / beside : ours }

  /// More than a quarter is lost, and more than noise makes.
  func isWorse(than before: Held) -> Bool {
    let more = (ratio - before.ratio) * (beside > 0 ? beside : 1)
    return ratio > before.ratio * 1.25 && more > slack
  }
}
