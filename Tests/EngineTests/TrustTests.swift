import Model
import Testing

@testable import Engine

struct TrustTests {
  private static let damping = Damping(
    base: .seconds(10), max: .seconds(100), forget: .seconds(300))
  private static let noon = Instant.zero + .seconds(43_200)

  /// Goes and comes, each a second after the other.
  private static func flapped(_ times: Int, from start: Instant = noon) -> (Trust, Instant) {
    var trust = Trust()
    var now = start
    trust.saw(.good, by: damping, at: now)
    for _ in 0..<times {
      trust.saw(.bad, by: damping, at: now + .seconds(1))
      trust.saw(.good, by: damping, at: now + .seconds(2))
      now = now + .seconds(2)
    }
    return (trust, now)
  }

  @Test(arguments: [(1, nil), (2, 10), (3, 20), (4, 40), (5, 80), (6, 100), (7, 100), (900, 100)])
  func `the first return costs nothing, the second the base, and then twice as much each time`(
    returns: Int, seconds: Int?
  ) {
    let (trust, now) = Self.flapped(returns)
    #expect(trust.unrest?.returns == returns)
    #expect(trust.trustedAt(by: Self.damping) == seconds.map { now + .seconds($0) })
  }

  @Test
  func `who has stayed for long enough begins anew`() {
    var (trust, now) = Self.flapped(3)
    let calm = now + .seconds(20 + 300)
    var early = trust
    early.saw(.bad, by: Self.damping, at: calm - .nanoseconds(1))
    early.saw(.good, by: Self.damping, at: calm)
    #expect(early.unrest?.returns == 4)
    trust.saw(.bad, by: Self.damping, at: calm)
    #expect(trust.unrest == nil)
    now = calm + .seconds(1)
    trust.saw(.good, by: Self.damping, at: now)
    #expect(trust.unrest == Memory.Unrest(returns: 1, last: now))
  }

  @Test
  func `being away is no calm`() {
    var (trust, now) = Self.flapped(1)
    trust.saw(.bad, by: Self.damping, at: now + .seconds(1))
    now = now + .seconds(86_400)
    trust.saw(.good, by: Self.damping, at: now)
    #expect(trust.trustedAt(by: Self.damping) == now + .seconds(10))
  }

  @Test
  func `the first appearance is no return, and what is not judged neither goes nor comes`() {
    var trust = Trust()
    trust.saw(.bad, by: Self.damping, at: Self.noon)
    trust.saw(.unjudged, by: Self.damping, at: Self.noon)
    trust.saw(.good, by: Self.damping, at: Self.noon)
    trust.saw(.unjudged, by: Self.damping, at: Self.noon)
    trust.saw(.good, by: Self.damping, at: Self.noon)
    #expect(trust.unrest == nil)
    trust.saw(.bad, by: Self.damping, at: Self.noon)
    #expect(!trust.isReturning)
    trust.saw(.unjudged, by: Self.damping, at: Self.noon)
    #expect(trust.unrest == nil)
    #expect(trust.isReturning)
    trust.saw(.good, by: Self.damping, at: Self.noon)
    #expect(trust.unrest?.returns == 1)
    #expect(!trust.isReturning)
  }

  @Test
  func `without damping nothing is counted, and what was is forgotten`() {
    var (trust, now) = Self.flapped(3)
    trust.saw(.good, by: nil, at: now)
    #expect(trust.unrest == nil)
    for _ in 0..<5 {
      now = now + .seconds(1)
      trust.saw(.bad, by: nil, at: now)
      trust.saw(.good, by: nil, at: now)
    }
    #expect(trust.unrest == nil)
    #expect(trust.trustedAt(by: Self.damping) == nil)
  }

  @Test(arguments: UInt64(1)...20)
  func
    `nobody is held back for longer than the longest penalty, and never less for one more return`(
      seed: UInt64
    )
  {
    var random = RandomSource(seed: seed)
    var trust = Trust()
    var now = Self.noon
    var last: (returns: Int, trustedAt: Instant)?
    for _ in 0..<2_000 {
      now = now + .milliseconds(Int64.random(in: 0...40_000, using: &random))
      let sight = [Trust.Sight.good, .unjudged, .bad, .bad].randomElement(using: &random) ?? .good
      trust.saw(sight, by: Self.damping, at: now)
      let trustedAt = trust.trustedAt(by: Self.damping) ?? now
      #expect(trustedAt <= now + Self.damping.max)
      let returns = trust.unrest?.returns ?? 0
      if let last, returns >= last.returns { #expect(trustedAt >= min(last.trustedAt, now)) }
      last = (returns, trustedAt)
    }
  }

  @Test(arguments: [
    Memory.Unrest(returns: 3, last: noon + .seconds(1_000_000)),
    Memory.Unrest(returns: .max, last: noon),
    Memory.Unrest(returns: .max, last: Instant(nanoseconds: .max)),
  ])
  func `whatever a file says, the longest penalty is not exceeded`(unrest: Memory.Unrest) {
    var trust = Trust(after: unrest, by: Self.damping, at: Self.noon)
    #expect(trust.trustedAt(by: Self.damping).map { $0 <= Self.noon + .seconds(100) } ?? false)
    trust.saw(.good, by: Self.damping, at: Self.noon)
    trust.saw(.bad, by: Self.damping, at: Self.noon)
    trust.saw(.good, by: Self.damping, at: Self.noon)
    #expect(trust.trustedAt(by: Self.damping).map { $0 <= Self.noon + .seconds(100) } ?? false)
  }

  @Test(arguments: [
    Memory.Unrest(returns: 0, last: noon), Memory.Unrest(returns: -5, last: noon),
    Memory.Unrest(returns: 3, last: Instant(nanoseconds: .min)),
    Memory.Unrest(returns: 3, last: noon - .seconds(320)),
  ])
  func `a file that says nothing, or what is long over, holds nobody back`(unrest: Memory.Unrest) {
    #expect(Trust(after: unrest, by: Self.damping, at: Self.noon) == Trust())
  }

  @Test
  func `the first return of before the start counts as well`() {
    let unrest = Memory.Unrest(returns: 1, last: Self.noon)
    #expect(Trust(after: unrest, by: Self.damping, at: Self.noon).unrest == unrest)
  }

  @Test
  func `an order forgives what was, and a return that was about to be counted`() {
    var (trust, now) = Self.flapped(3)
    trust.saw(.bad, by: Self.damping, at: now)
    trust.saw(.unjudged, by: Self.damping, at: now)
    #expect(trust.isReturning)
    var gone = trust
    trust.pardoned()
    #expect(!trust.isReturning && trust.unrest == nil)
    trust.saw(.good, by: Self.damping, at: now)
    #expect(trust.unrest == nil)
    gone.saw(.bad, by: Self.damping, at: now)
    #expect(!gone.isReturning, "it is away again")
    gone.pardoned()
    now = now + .seconds(1)
    gone.saw(.good, by: Self.damping, at: now)
    #expect(gone.unrest?.returns == 1, "it comes back after the order")
  }
}
