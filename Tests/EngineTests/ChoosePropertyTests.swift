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
      expectNoneDisplaced(drawn) { $0.health == .unknown }
    }
  }

  @Test(arguments: seeds)
  func `before its delay is over a newcomer displaces no holder`(seed: UInt64) {
    each(seed) { drawn in
      guard drawn.ruling == nil, drawn.mode != .failingBack,
        case .delayed(let after, _) = drawn.group.failback
      else { return }
      expectNoneDisplaced(drawn) { ($0.goodSince ?? drawn.now) + after > drawn.now }
    }
  }

  /// Whoever leaves would leave, too, were these newcomers not there.
  private func expectNoneDisplaced(_ drawn: Drawn, by isWeak: (Standing) -> Bool) {
    let displaced = drawn.holding.filter {
      drawn.eligible.contains($0) && !drawn.choice().preferred.contains($0)
    }
    let without = drawn.standings.filter { drawn.holding.contains($0.key) || !isWeak($0.value) }
    let others = drawn.choice(standings: without).preferred
    #expect(displaced.allSatisfy { !others.contains($0) }, "\(drawn)")
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
  func `the next wake is the earliest trust or failback to come`(seed: UInt64) {
    each(seed) { drawn in
      let choice = drawn.choice()
      let trusts = drawn.group.members.map { drawn.standing($0.id) }
        .filter { $0.isUsable && $0.health != .down }.compactMap(\.trustedAt)
        .filter { $0 > drawn.now }
      switch choice.nextWake?.why {
      case .failback: #expect(trusts.allSatisfy { choice.nextWake!.at <= $0 }, "\(drawn)")
      case .trust, nil: #expect(choice.nextWake?.at == trusts.min(), "\(drawn)")
      case .probe, .clock, .router, .prefixes, .announcement, .election, .heartbeat:
        Issue.record("\(drawn)")
      }
    }
  }

  @Test(arguments: seeds)
  func `whoever waits for failback has it when the time has come, and not before`(seed: UInt64) {
    each(seed) { drawn in
      guard let wake = drawn.choice().nextWake, case .failback(let id) = wake.why else { return }
      func choice(at instant: Instant) -> Choice {
        choose(
          drawn.group, drawn.standings, holding: drawn.choice().preferred, mode: drawn.mode,
          at: instant, clock: drawn.clock)
      }
      #expect(!choice(at: wake.at - .nanoseconds(1)).preferred.contains(id), "\(drawn)")
      #expect(choice(at: wake.at).preferred.contains(id), "\(drawn)")
    }
  }

  @Test(arguments: seeds)
  func `a delay that is over chooses as auto does`(seed: UInt64) {
    each(seed) { drawn in
      guard case .delayed(let after, _) = drawn.group.failback else { return }
      let waited = drawn.standings.mapValues { standing in
        var standing = standing
        standing.goodSince = standing.goodSince.map { _ in drawn.now - after }
        return standing
      }
      func preferred(_ failback: Failback) -> [MemberID] {
        let group = Group(
          name: drawn.group.name, holding: drawn.group.holding, members: drawn.group.members,
          want: drawn.group.want, failback: failback)
        return choose(group, waited, holding: drawn.holding, mode: drawn.mode, at: drawn.now)
          .preferred
      }
      #expect(
        preferred(.delayed(after: after, between: nil)) == preferred(.auto), "\(drawn)")
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
