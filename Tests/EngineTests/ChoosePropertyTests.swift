import Engine
import Model
import Testing

/// What is so of every choice, whatever group, standings, holders and orders are drawn.
struct ChoosePropertyTests {
  private static let seeds = UInt64(1)...5

  private func each(_ seed: UInt64, _ body: (Drawn) throws -> Void) rethrows {
    var random = RandomSource(seed: seed)
    for _ in 0..<400 { try body(Drawn(&random)) }
  }

  @Test(arguments: seeds)
  func `a group is never emptied while a member can be used`(seed: UInt64) {
    each(seed) { drawn in
      let choice = drawn.choice()
      if !drawn.usable.isEmpty { #expect(!choice.preferred.isEmpty, "\(drawn)") }
      if !drawn.usable.isEmpty, drawn.ruling == nil {
        #expect(choice.preferred.allSatisfy(drawn.usable.contains), "\(drawn)")
      }
    }
  }

  @Test(arguments: seeds)
  func `a choice repeats itself`(seed: UInt64) {
    each(seed) { drawn in
      let choice = drawn.choice()
      #expect(drawn.choice(holding: choice.preferred) == choice, "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `the order of a dictionary does not matter`(seed: UInt64) {
    each(seed) { drawn in
      var shuffled: [MemberID: Standing] = [:]
      for id in drawn.group.members.map(\.id).shuffled() { shuffled[id] = drawn.standings[id] }
      #expect(drawn.choice(standings: shuffled) == drawn.choice(), "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `only eligible members are preferred while there are any`(seed: UInt64) {
    each(seed) { drawn in
      guard !drawn.eligible.isEmpty, drawn.ruling == nil else { return }
      #expect(drawn.choice().preferred.allSatisfy(drawn.eligible.contains), "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `as many are preferred as are wanted, if there are`(seed: UInt64) {
    each(seed) { drawn in
      guard !drawn.eligible.isEmpty, drawn.ruling == nil else { return }
      let enough = min(drawn.group.want, drawn.eligible.count)
      #expect(drawn.choice().preferred.count >= enough, "\(drawn)")
    }
  }

  /// A holder that leaves would have to leave, too, were the unknown newcomers not there.
  @Test(arguments: seeds)
  func `unknown never displaces a holder`(seed: UInt64) {
    each(seed) { drawn in
      guard drawn.ruling == nil else { return }
      let displaced = drawn.holding.filter {
        drawn.eligible.contains($0) && !drawn.choice().preferred.contains($0)
      }
      let without = drawn.standings.mapValues { $0 }.filter {
        drawn.holding.contains($0.key) || $0.value.health != .unknown
      }
      let judged = drawn.choice(standings: without).preferred
      #expect(displaced.allSatisfy { !judged.contains($0) }, "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `with manual failback no eligible holder has to leave`(seed: UInt64) {
    each(seed) { drawn in
      guard drawn.group.failback == .manual, drawn.ruling == nil, drawn.mode != .failingBack
      else { return }
      let stayers = drawn.holding.filter(drawn.eligible.contains)
      #expect(stayers.allSatisfy(drawn.choice().preferred.contains), "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `a pin is obeyed when it is hard, or when its member can hold`(seed: UInt64) {
    each(seed) { drawn in
      let choice = drawn.choice()
      if let pin = drawn.ruling { #expect(choice.preferred == [pin], "\(drawn)") }
      #expect((choice.state == .manual) == (drawn.ruling != nil), "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `the state is what its word means`(seed: UInt64) {
    each(seed) { drawn in
      let choice = drawn.choice()
      #expect(choice.state == drawn.state(of: choice.preferred), "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `each member that is not preferred lacks one thing, in file order`(seed: UInt64) {
    each(seed) { drawn in
      let choice = drawn.choice()
      let others = drawn.group.members.map(\.id).filter { !choice.preferred.contains($0) }
      #expect(choice.lacking.map(\.member) == others, "\(drawn)")
      for lack in choice.lacking where drawn.eligible.contains(lack.member) {
        let isFault = [Lack.Reason.down, .drained].contains(lack.reason)
        #expect(!isFault, "\(lack) of \(drawn)")
      }
    }
  }

  @Test(arguments: seeds)
  func `the next wake is the earliest trust to come`(seed: UInt64) {
    each(seed) { drawn in
      let coming = drawn.group.members.compactMap { drawn.standing($0.id).trustedAt }
        .filter { $0 > drawn.now }
      #expect(drawn.choice().nextWake?.at == coming.min(), "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `preferred members stand in file order`(seed: UInt64) {
    each(seed) { drawn in
      let order = drawn.group.members.map(\.id)
      let preferred = drawn.choice().preferred
      #expect(order.filter(preferred.contains) == preferred, "\(drawn)")
    }
  }
}
