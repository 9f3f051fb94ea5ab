import Engine
import Model
import Testing

/// Choices where somebody has to wait: for a delay, for an hour, or until it is trusted again.
struct ChooseWaitingTests {
  private typealias Case = ChooseTests.Case
  private static let isp1 = ChooseTests.isp1
  private static let isp2 = ChooseTests.isp2
  private static let lte = ChooseTests.lte
  private static let up = ChooseTests.up
  private static let down = ChooseTests.down
  private static let cut = ChooseTests.cut
  private static let dual = ChooseTests.dual

  private static func since(_ seconds: Int) -> Standing {
    Standing(health: .up, goodSince: .zero + .seconds(seconds))
  }

  private static func waiting(_ tiers: [[MemberID]], want: Int = 1) -> Group {
    ChooseTests.group(tiers, want: want, failback: .delayed(after: .seconds(60), between: nil))
  }

  /// All at 100 s.
  static let delays: [ChooseTests.Case] = [
    Case(
      testDescription: "the first is back for too short a time: the second keeps it",
      group: waiting([[isp1], [isp2]]), standings: [isp1: since(41), isp2: up], holding: [isp2],
      preferred: [isp2], state: .failedOver, lacking: [.failbackAfter(.zero + .seconds(101))]),
    Case(
      testDescription: "the first has been good for long enough", group: waiting([[isp1], [isp2]]),
      standings: [isp1: since(40), isp2: up], holding: [isp2], preferred: [isp1], state: .normal,
      lacking: [.notNeeded]),
    Case(
      testDescription: "the holder fails: no delay counts", group: waiting([[isp1], [isp2]]),
      standings: [isp1: since(100), isp2: down], holding: [isp2], preferred: [isp1],
      state: .normal, lacking: [.down]),
    Case(
      testDescription: "nobody holds yet: no delay counts", group: waiting([[isp1], [isp2]]),
      standings: [isp1: since(100), isp2: since(100)], preferred: [isp1], state: .normal,
      lacking: [.notNeeded]),
    Case(
      testDescription: "nobody holds yet: the best does, though only the second has waited",
      group: waiting([[isp1], [isp2]]), standings: [isp1: since(100), isp2: since(10)],
      preferred: [isp1], state: .normal, lacking: [.notNeeded]),
    Case(
      testDescription: "an operator asks for the best: no delay counts",
      group: waiting([[isp1], [isp2]]), standings: [isp1: since(99), isp2: up], holding: [isp2],
      mode: .failingBack, preferred: [isp1], state: .normal, lacking: [.notNeeded]),
    Case(
      testDescription: "the middle one may have it while the best still waits",
      group: waiting([[isp1], [isp2], [lte]]),
      standings: [isp1: since(90), isp2: since(30), lte: up], holding: [lte], preferred: [isp2],
      state: .failedOver, lacking: [.failbackAfter(.zero + .seconds(150)), .notNeeded]),
    Case(
      testDescription: "who waits joins where nobody has to go for him",
      group: waiting([[isp1], [isp2], [lte]], want: 2),
      standings: [isp1: since(99), isp2: since(99), lte: up], holding: [lte],
      preferred: [isp1, lte], state: .failedOver,
      lacking: [.failbackAfter(.zero + .seconds(159))]),
    Case(
      testDescription: "an equal of the holder joins at once, though the best waits",
      group: waiting([[lte], [isp1, isp2]]),
      standings: [lte: since(99), isp1: up, isp2: since(99)], holding: [isp1],
      preferred: [isp1, isp2], state: .failedOver,
      lacking: [.failbackAfter(.zero + .seconds(159))]),
  ]

  @Test(arguments: delays)
  func `a delay keeps who can hold, and nobody else`(example: ChooseTests.Case) {
    let choice = choose(
      example.group, example.standings, holding: example.holding, mode: example.mode,
      at: .zero + .seconds(100))
    #expect(choice.preferred == example.preferred)
    #expect(choice.state == example.state)
    #expect(choice.lacking.map(\.reason) == example.lacking)
  }

  @Test(arguments: [(59, false), (60, true), (299, true), (300, false)])
  func `between its hours a better member gets it back`(minute: Int64, isOpen: Bool) throws {
    let window = try #require(DailyWindow(from: 60, to: 300))
    let group = ChooseTests.group(
      [[Self.isp1], [Self.isp2]], failback: .delayed(after: .zero, between: window))
    let now = Instant.zero + .seconds(100)
    let clock = ClockReading(
      monotonic: .zero, wall: Timestamp(nanoseconds: minute * 60_000_000_000 - 100_000_000_000))
    let choice = choose(
      group, [Self.isp1: Self.since(10), Self.isp2: Self.up], holding: [Self.isp2], mode: .policy,
      at: now, clock: clock)
    #expect(choice.preferred == [isOpen ? Self.isp1 : Self.isp2])
    guard !isOpen else { return }
    #expect(choice.lacking.map(\.reason) == [.failbackBetween(window)])
    let minutes = (60 - minute + 1_440) % 1_440
    #expect(
      choice.nextWake
        == Wake(at: now + .seconds(60 * minutes), why: .failback(Self.isp1)))
  }

  @Test
  func `without a clock no hour has come`() throws {
    let window = try #require(DailyWindow(from: 0, to: 1_439))
    let group = ChooseTests.group(
      [[Self.isp1], [Self.isp2]], failback: .delayed(after: .zero, between: window))
    let choice = choose(
      group, [Self.isp1: Self.since(1), Self.isp2: Self.up], holding: [Self.isp2], mode: .policy,
      at: .zero + .seconds(100))
    #expect(choice.preferred == [Self.isp2])
    #expect(choice.nextWake == nil)
  }

  @Test
  func `a member held back by damping is trusted when its time has come`() {
    let back = Standing(health: .up, trustedAt: .zero + .seconds(10))
    let standings = [Self.isp1: back, Self.isp2: Self.up]
    let before = choose(
      Self.dual, standings, holding: [Self.isp2], mode: .policy, at: .zero + .seconds(9))
    #expect(before.preferred == [Self.isp2])
    #expect(before.lacking.map(\.reason) == [.trustedFrom(.zero + .seconds(10))])
    #expect(before.nextWake == Wake(at: .zero + .seconds(10), why: .trust(Self.isp1)))
    let then = choose(
      Self.dual, standings, holding: [Self.isp2], mode: .policy, at: .zero + .seconds(10))
    #expect(then.preferred == [Self.isp1])
    #expect(then.nextWake == nil)
  }

  @Test(arguments: [9, 10])
  func `once it is trusted again nothing is held against a member`(second: Int) {
    let back = Standing(health: .up, trustedAt: .zero + .seconds(second))
    let choice = choose(
      Self.dual, [Self.isp1: Self.up, Self.isp2: back], holding: [Self.isp1], mode: .policy,
      at: .zero + .seconds(10))
    #expect(choice.lacking.map(\.reason) == [.notNeeded])
    #expect(choice.nextWake == nil)
  }

  private static let damped = Standing(health: .up, trustedAt: .zero + .seconds(10))
  private static let returning = Standing(health: .unknown, isReturning: true)

  /// All at 1 s.
  static let damping: [ChooseTests.Case] = [
    Case(
      testDescription: "damping never empties a group", group: dual,
      standings: [isp1: damped, isp2: cut], holding: [isp2], preferred: [isp1], state: .degraded,
      lacking: [.obstacles([.noCarrier])]),
    Case(
      testDescription: "both are held back: the holder stays", group: dual,
      standings: [isp1: damped, isp2: damped], holding: [isp2], preferred: [isp2],
      state: .degraded, lacking: [.trustedFrom(.zero + .seconds(10))]),
    Case(
      testDescription: "who is held back is better than who is mute", group: dual,
      standings: [isp1: damped, isp2: down], holding: [isp2], preferred: [isp1],
      state: .degraded, lacking: [.down]),
    Case(
      testDescription: "a pinned member that comes and goes is held back too", group: dual,
      standings: [isp1: up, isp2: damped], holding: [isp1], mode: .pinned(isp2, isHard: false),
      preferred: [isp1], state: .normal, lacking: [.trustedFrom(.zero + .seconds(10))]),
    Case(
      testDescription: "who is back and not judged yet is told so, though it is not needed",
      group: dual, standings: [isp1: up, isp2: returning], holding: [isp1], preferred: [isp1],
      state: .normal, lacking: [.unjudged]),
    Case(
      testDescription: "but not a hard pin", group: dual,
      standings: [isp1: up, isp2: damped], holding: [isp1], mode: .pinned(isp2, isHard: true),
      preferred: [isp2], state: .manual, lacking: [.pinnedElsewhere(isp2)]),
  ]

  @Test(arguments: damping)
  func `damping holds back where another can hold`(example: ChooseTests.Case) {
    let choice = choose(
      example.group, example.standings, holding: example.holding, mode: example.mode,
      at: .zero + .seconds(1))
    #expect(choice.preferred == example.preferred)
    #expect(choice.state == example.state)
    #expect(choice.lacking.map(\.reason) == example.lacking)
  }
}
