import SimKit
import Testing

/// The invariants must be able to fail: a daemon built wrongly is caught.
struct FlawTests {
  /// What the first seed that notices it finds broken.
  private static func found(_ flaw: Flaw) -> Invariant? {
    (UInt64(1)...40).lazy.compactMap { simulate(seed: $0, flaw: flaw).violation?.invariant }.first
  }

  /// Some seed finds this broken before anything else.
  private static func finds(_ flaw: Flaw, _ invariant: Invariant) -> Bool {
    (UInt64(1)...60).contains { simulate(seed: $0, flaw: flaw).violation?.invariant == invariant }
  }

  @Test
  func `a daemon that hears nothing of its links loses the way`() {
    #expect(Self.found(.ignoresLinks) == .wayExists)
  }

  @Test
  func `a daemon that trusts the kernel's silence about lost routes loses the way`() {
    #expect(Self.found(.trustsSilence) != nil)
  }

  @Test
  func `a daemon that wants no route over a single link is caught`() {
    #expect(Self.found(.emptiesGroups) == .lastWayStays)
  }

  @Test
  func `a daemon that removes before it adds drops the last way`() {
    #expect(Self.found(.removesFirst) == .lastWayStays)
  }

  @Test
  func `a daemon that never tries again does not reach what it wants`() {
    #expect(Self.found(.givesUp) != nil)
  }

  @Test
  func `a daemon that takes lost probes for nothing stays with a mute gateway`() {
    #expect(Self.found(.hearsEchoes) == .wayExists)
  }

  @Test
  func `a daemon that loses answers raises false alarms`() {
    #expect(Self.finds(.losesAnswers, .lastWayStays))
  }

  @Test
  func `a daemon that deletes what others made is caught`() {
    #expect(Self.found(.takesForeign) == .foreignStays)
  }

  @Test(arguments: [Flaw.ignoresDelays, .ignoresDamping])
  func `a daemon that takes delays or damping for nothing fails back too early`(flaw: Flaw) {
    #expect(Self.found(flaw) == .patience)
  }

  @Test(arguments: [Flaw.clings, .levels, .isContent])
  func `a daemon that lets others hold than those that are to is caught`(flaw: Flaw) {
    #expect(Self.finds(flaw, .entitled))
  }

  @Test
  func `a daemon that lets damping empty a group is caught`() {
    #expect(Self.found(.dampsTheLast) == .lastWayStays)
  }

  @Test
  func `a daemon that damps each return alike is caught`() {
    // It holds too early, or says that somebody has been calm who has not.
    #expect([.patience, .causesAreTrue].contains(Self.found(.dampsAlike)))
  }

  @Test
  func `a daemon that drains nobody is caught`() {
    #expect(Self.found(.ignoresDrains) == .entitled)
  }

  @Test
  func `a daemon that pins nobody is caught`() {
    #expect(Self.found(.forgetsPins) == .pinsHold)
  }

  @Test
  func `a daemon that keeps a soft pin on a dead link is caught`() {
    // By the decision, or by the way that is missing meanwhile.
    #expect([.pinsHold, .wayExists].contains(Self.found(.hardensPins)))
  }

  @Test
  func `a daemon that gives another link's loss for a cause is caught`() {
    #expect(Self.found(.mistakesLinks) == .causesAreTrue)
  }

  @Test
  func `a daemon that says of a link without an address that it can be used is caught`() {
    #expect(Self.finds(.missesAddresses, .causesAreTrue))
  }

  @Test
  func `a daemon that suspects a target that fails by one link is caught`() {
    #expect(Self.finds(.spreadsSilence, .causesAreTrue))
  }

  @Test
  func `a daemon that drops the last way while another link changes is caught`() {
    #expect(Self.finds(.fumbles, .lastWayStays))
  }

  @Test
  func `a daemon that takes probes for lost that could not be sent is caught`() {
    #expect(Self.found(.takesUnsentForLost) == .unsentIsNotLost)
  }

  @Test
  func `a failing seed is made short, and fails in the same way`() throws {
    let whole = try #require(
      (UInt64(1)...40).lazy.map { Simulation(seed: $0, flaw: .removesFirst) }
        .first { $0.run().violation != nil })
    let shrinking = try #require(Shrinking(whole))
    #expect(shrinking.simulation.strokes.count <= 3)
    #expect(shrinking.result.violation?.invariant == whole.run().violation?.invariant)
    let kept = Set(shrinking.simulation.strokes.map(\.number))
    #expect(whole.keeping(kept).run().trace.text == shrinking.result.trace.text)
    let report = shrinking.report(rerunBy: "again --keep ")
    #expect(report.hasPrefix("seed \(whole.seed): "))
    #expect(report.contains("again: again --keep \(kept.isEmpty ? "none" : "")"))
  }

  @Test
  func `a daemon that does not tell its hooks all is caught`() {
    #expect(Self.found(.mumbles) == .hooksKnow)
  }

  @Test
  func `a daemon that tells hosts nothing of who carries is caught`() {
    #expect(Self.found(.forgetsHosts) == .hostsKnow)
  }

  @Test
  func `a daemon whose order is left to chance leaves different traces`() {
    let traces = Set((0..<3).map { _ in simulate(seed: 3, flaw: .dicesOrder).trace.text })
    #expect(traces.count > 1)
  }

  @Test
  func `a failing seed tells its number, what broke, and what went before`() throws {
    let result = try #require(
      (UInt64(1)...6).lazy.map { simulate(seed: $0, flaw: .ignoresLinks) }
        .first { $0.violation != nil })
    let lines = result.report.split(separator: "\n")
    #expect(lines.first?.hasPrefix("seed \(result.seed): a way exists") ?? false)
    #expect((2...41).contains(lines.count))
    #expect(lines.last?.contains("BROKEN") ?? false)
  }
}
